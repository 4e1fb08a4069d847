"""The worked example of the format page does what the page says; the page lists every rule."""

import re
from pathlib import Path

from symland.checker import check
from symland.checker.dispatch import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "certificate_format.md").read_text()


def test_the_worked_example() -> None:
    statement, certificate = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    printed = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert printed is not None
    answer = check(statement.encode(), certificate.encode())
    assert answer.accepted
    assert "\n".join(answer.lines) + "\n" == printed.group(1)


def test_every_rule_is_on_the_page() -> None:
    for kind, rule in RULES:
        assert f"`{kind}`" in PAGE
        assert f"`{rule}`" in PAGE


def test_every_rule_is_on_the_page_about_trust() -> None:
    page = (Path(__file__).parents[2] / "docs" / "trust.md").read_text()
    headings = {
        "characteristic_polynomial": "**spectrum.**",
        "deep_linear_strata": "### Strata",
        "tight_pivots": "### Tight pivots",
    }
    for _, rule in RULES:
        assert headings.get(rule, rule) in page
