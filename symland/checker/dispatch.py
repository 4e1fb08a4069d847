"""The table of rules, and following a certificate step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import files, rules_curves as curves, rules_points as points
from .statement import Context, read_statement, read_steps
from .verdict import Refused, Unreadable, Verdict, show

Function = Callable[[Context, dict[str, Any], dict[str, Any]], str]


@dataclass(frozen=True)
class Rule:
    """The fields a claim has besides its name and kind, those a step has, and the check."""

    claim: str
    step: str
    check: Function
    claim_optional: str = ""


RULES: dict[tuple[str, str], Rule] = {
    ("value", "evaluate"): Rule("point value", "", points.evaluate_value),
    ("enclosure", "evaluate"): Rule("point lower upper", "", points.evaluate_enclosure),
    ("critical", "substitution"): Rule("point", "", points.substitution_critical),
    ("not_critical", "substitution"):
        Rule("point parameter derivative", "", points.substitution_not_critical),
    ("inertia", "ldl"): Rule("point positive negative zero", "", points.ldl_inertia),
    ("semidefinite", "ldl"): Rule("point", "", points.ldl_semidefinite),
    ("strict_minimum", "ldl"): Rule("point", "critical", points.ldl_strict_minimum),
    ("global_minimum", "zero_loss"): Rule("point", "", points.zero_loss),
    ("not_global", "evaluate"): Rule("point better", "", points.evaluate_not_global),
    ("constant", "no_input"): Rule("", "", points.no_input),
    ("rank", "minor"): Rule("point product rank", "rows columns kernel", points.minor_rank, "data"),
    ("loss_polynomial", "expand"): Rule("terms", "", points.expand_loss),
    ("gradient_polynomial", "expand"): Rule("parameter terms", "", points.expand_gradient),
    ("strict_saddle", "direction"):
        Rule("point", "critical direction ascent", curves.direction_strict_saddle),
    ("not_minimum", "curve"): Rule("point", "descent", curves.curve_not_minimum),
    ("non_strict_saddle", "curve"):
        Rule("point", "critical semidefinite descent ascent", curves.curve_non_strict_saddle),
}


def check(statement: bytes, certificate: bytes) -> Verdict:
    """Whether the certificate proves every claim of the statement; never raises.

    >>> check(b"{}", b"{}").reason
    'statement: not a symland statement, expected {"symland": "statement", ...}'
    """
    try:
        context = Context(read_statement(statement))
        return _follow(context, read_steps(certificate))
    except Unreadable as error:
        return Verdict(False, reason=str(error), unreadable=True)
    except Refused as error:
        return Verdict(False, reason=str(error))
    except (RecursionError, MemoryError, OverflowError):
        return Verdict(False, reason="the files need more memory than there is", unreadable=True)


def _follow(context: Context, steps: list[dict[str, Any]]) -> Verdict:
    claims = {claim["name"]: claim for claim in context.statement.claims}
    lines = {}
    for step in steps:
        where = f"step {show(step['name'])} (rule {show(step['rule'])})"
        try:
            lines[step["claim"]] = _establish(context, claims, step)
        except (Refused, Unreadable) as error:
            raise type(error)(f"{where}: {error}") from None
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # A slip of the checker must refuse, not escape; the tests look for this text.
            raise Refused(f"{where}: internal error, {type(error).__name__}") from None
    missing = [name for name in claims if name not in context.established]
    if missing:
        raise Refused(f"claim {show(missing[0])} is established by no step")
    _all_used(context)
    return Verdict(True, tuple(claims), tuple(f"{n}: {lines[n]}" for n in claims))


def _establish(context: Context, claims: dict[str, Any], step: dict[str, Any]) -> str:
    claim = claims.get(step["claim"])
    if claim is None:
        raise Refused(f"the statement has no claim {show(step['claim'])}")
    if claim["name"] in context.established:
        raise Refused(f"claim {show(claim['name'])} was already established")
    rule = RULES.get((claim["claim"], step["rule"]))
    if rule is None:
        raise Refused(f"no such rule for a claim of kind {show(claim['claim'])}")
    files.fields(claim, f"claim {show(claim['name'])}", "name claim " + rule.claim,
                 rule.claim_optional)
    files.fields(step, "witness", "name claim rule " + rule.step)
    line = rule.check(context, claim, step)
    context.established[claim["name"]] = claim
    return line


def _all_used(context: Context) -> None:
    """Nothing stands in the statement that no step looked at."""
    statement = context.statement
    for what, table in (("point", statement.points), ("vector", statement.vectors),
                        ("root", statement.roots)):
        for name in table:
            if (what, name) not in context.used:
                raise Refused(f"{what} {show(name)} of the statement is used by no step")
