"""The bound on the work that a pair of files may cause."""

import json
from itertools import product

import pytest

from symland.checker import barcode_totals, check, effort
from symland.checker.intervals import Interval
from symland.checker.verdict import Refused
from tests.checker.documents import one, problem


def test_the_allowance_grows_with_the_files() -> None:
    with effort.bounded(0):
        effort.spend(effort.BASE // 3)
        with pytest.raises(Refused, match="more work than files of this size may cause"):
            effort.spend(1)
    with effort.bounded(1):
        effort.spend(effort.BASE // 3)
        effort.spend(effort.PER_BYTE // 3)


def test_long_numbers_cost_more() -> None:
    with effort.bounded(0):
        effort.spend(1000, 10_000)
        with pytest.raises(Refused):
            effort.spend(1000, 1_000_000)


def test_powers_of_long_numbers_are_counted() -> None:
    x = Interval(1 << 3000, 1 << 3000, 20)
    with effort.bounded(0), pytest.raises(Refused, match="more work than files"):
        x.polynomial([0] * 2000 + [1])


def test_nothing_is_counted_outside() -> None:
    effort.spend(10**30)
    with effort.bounded(0):
        pass
    effort.spend(10**30)


def test_an_allowance_does_not_carry_over() -> None:
    for _ in range(2):
        with effort.bounded(0):
            effort.spend(effort.BASE // 4)


def test_a_sign_decided_very_late_is_found() -> None:
    # t = sqrt(2); (t - p/q)^2 with p/q a convergent so near that 1000 halvings are needed.
    p, q = 1, 1
    for _ in range(400):
        p, q = p + 2 * q, p + q
    answer = one(
        problem([1, 1], [[1]], [[f"{p}/{q}"]]),
        {"p": {"root": "t", "W1": [[["0", "1"]]]}},
        "not_critical",
        {"point": "p", "parameter": ["W1", 0, 0], "derivative": [f"-{p}/{q}", "1"]},
        "substitution",
        roots={"t": {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}},
    )
    assert answer.accepted


@pytest.mark.parametrize("widths", [[2] * 13, [2] * 25])
def test_barcodes_beyond_number_are_given_up(widths: list[int], monkeypatch) -> None:
    # In full this takes half a minute; a twentieth of the allowance is as far from enough.
    from symland.checker.barcode import Enumeration, bars_of

    monkeypatch.setattr(effort, "BASE", effort.BASE // 20)
    with effort.bounded(0), pytest.raises(Refused, match="more work"):
        for _ in Enumeration(bars_of(len(widths) - 1), widths, 2).barcodes():
            pass


@pytest.mark.parametrize("total", [barcode_totals.count_barcodes, barcode_totals.least_end])
def test_totals_of_wide_and_deep_networks_are_given_up(total, monkeypatch) -> None:
    monkeypatch.setattr(effort, "BASE", effort.BASE // 200)
    with effort.bounded(0), pytest.raises(Refused, match="more work"):
        total((14,) * 24, 14)


def test_states_of_a_total_are_bounded(monkeypatch) -> None:
    monkeypatch.setattr(barcode_totals, "MAX_STATES", 20)
    with pytest.raises(Refused, match="more than 20 ways in which bars are open at one vertex"):
        barcode_totals.count_barcodes((5,) * 6, 5)


def counterexample(letters: dict, shape: list[str], terms: list) -> tuple[bytes, bytes]:
    """That a sum of words in letters, given as matrices, is not 0."""
    shapes = {x: ["n", "1" if len(m[0]) == 1 else "n"] for x, m in letters.items()}
    claim = {"name": "c", "claim": "counterexample", "given": [], "letters": letters}
    statement = {
        "symland": "statement",
        "version": 1,
        "shapes": {"letters": shapes, "hypotheses": {}},
        "claims": [{**claim, "equation": {"shape": shape, "terms": terms}}],
    }
    step = {"name": "s", "claim": "c", "rule": "evaluate_words"}
    certificate = {"symland": "certificate", "version": 1, "steps": [step]}
    return json.dumps(statement).encode(), json.dumps(certificate).encode()


@pytest.mark.parametrize("word", ["", "v v'"])
def test_a_large_matrix_from_a_vector_is_not_written_out(word: str) -> None:
    files = counterexample({"v": [["1"]] * 3000}, ["n", "n"], [["1", [], word], ["2", [], "v v'"]])
    assert "a matrix of 3000 x 3000 entries" in check(*files).reason


def test_every_term_of_a_sum_of_matrices_is_counted(monkeypatch) -> None:
    words = [" ".join(word) for k in (1, 2, 3) for word in product("AB", repeat=k)]
    letters = {x: [["1"] * 30] * 30 for x in "AB"}
    files = counterexample(letters, ["n", "n"], [["1", [], word] for word in words])
    spent = []
    monkeypatch.setattr("symland.checker.assignment.spend", lambda n, *_: spent.append(n))
    assert check(*files).accepted
    assert spent.count(900) >= 1 + len(words)
