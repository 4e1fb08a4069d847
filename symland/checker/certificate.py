"""Following a certificate: whether its steps, one after the other, prove every claim."""

from __future__ import annotations

from typing import Any

from . import effort, files
from .all_shapes import Lemma
from .context import Context
from .dispatch import RULES, SHAPE_RULES
from .statement import Statement, header, named, read_problem, read_statement, read_steps
from .verdict import Refused, Unreadable, Verdict, show


def check(statement: bytes, certificate: bytes) -> Verdict:
    """Whether the certificate proves every claim of the statement; never raises.

    >>> check(b"{}", b"{}").reason
    'statement: not a symland statement, expected {"symland": "statement", ...}'
    """
    try:
        with effort.bounded(len(statement) + len(certificate)):
            context = _read(statement)
            return _follow(context, read_steps(certificate))
    except Unreadable as error:
        return Verdict(False, reason=str(error), unreadable=True)
    except Refused as error:
        return Verdict(False, reason=str(error))
    except (RecursionError, MemoryError, OverflowError):
        return Verdict(False, reason="the files need more memory than there is", unreadable=True)


def _read(statement: bytes) -> Context | Lemma:
    """What the statement is about: a problem, or matrices of all shapes."""
    if b'"shapes"' in statement:
        top = files.load(statement, "statement")
        if isinstance(top, dict) and "shapes" in top:
            header(top, "statement", "shapes claims", "problem points")
            claims = named(top["claims"], "claim", "name claim")
            return Lemma(top["shapes"], claims, _network(top, claims))
    return Context(read_statement(statement))


def _network(top: dict[str, Any], claims: list[dict[str, Any]]) -> Context | None:
    """The problem and points beside lemmas about all shapes: both or none, at least one point."""
    if "problem" not in top and "points" not in top:
        return None
    files.fields(top, "statement", "symland version shapes problem points claims")
    points = files.table(top["points"], "points")
    if not points:
        raise Unreadable("points: expected at least one point of the problem")
    return Context(Statement(read_problem(top["problem"]), {}, {}, points, claims))


def _follow(context: Context | Lemma, steps: list[dict[str, Any]]) -> Verdict:
    listed = context.statement.claims if isinstance(context, Context) else context.claims
    claims = {claim["name"]: claim for claim in listed}
    lines = {}
    for step in steps:
        where = f"step {show(step['name'])} (rule {show(step['rule'])})"
        try:
            lines[step["claim"]] = _establish(context, claims, step)
        except (Refused, Unreadable) as error:
            raise type(error)(f"{where}: {error}") from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # A slip of the checker must refuse, not escape; the tests look for this text.
            raise Refused(f"{where}: internal error, {type(error).__name__}") from None
    missing = [name for name in claims if name not in context.established]
    if missing:
        raise Refused(f"claim {show(missing[0])} is established by no step")
    network = context if isinstance(context, Context) else context.network
    if network is not None:
        _all_used(network)
    return Verdict(True, tuple(claims), tuple(f"{n}: {lines[n]}" for n in claims))


def _establish(context: Context | Lemma, claims: dict[str, Any], step: dict[str, Any]) -> str:
    claim = claims.get(step["claim"])
    if claim is None:
        raise Refused(f"the statement has no claim {show(step['claim'])}")
    if claim["name"] in context.established:
        raise Refused(f"claim {show(claim['name'])} was already established")
    table = RULES if isinstance(context, Context) else SHAPE_RULES
    rule = table.get((claim["claim"], step["rule"]))
    if rule is None:
        raise Refused(f"no such rule for a claim of kind {show(claim['claim'])}")
    files.fields(
        claim, f"claim {show(claim['name'])}", "name claim " + rule.claim, rule.claim_optional
    )
    files.fields(step, "witness", "name claim rule " + rule.step)
    line = rule.check(context, claim, step)
    context.established[claim["name"]] = claim
    return line


def _all_used(context: Context) -> None:
    """Nothing stands in the statement that no step looked at."""
    statement = context.statement
    for what, table in (
        ("point", statement.points),
        ("vector", statement.vectors),
        ("root", statement.roots),
    ):
        for name in table:
            if (what, name) not in context.used:
                raise Refused(f"{what} {show(name)} of the statement is used by no step")
