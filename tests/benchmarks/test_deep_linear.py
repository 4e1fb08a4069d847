"""The critical set of deep linear networks: time with certificate and check, peak memory.

Run with `pytest tests/benchmarks/test_deep_linear.py -s`.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import sympy

from symland import Dataset, Network, Problem, critical_set, read_problem
from symland.checker import check
from symland.questions.answer import Answer
from tests.benchmarks.timing import ratio, seconds

ROOT = Path(__file__).resolve().parents[2]
MOST_MEGABYTES = 500


def problem(widths: list[int], count: int, seed: int = 0, largest: int = 9) -> Problem:
    """Random integer samples."""
    choose = Random(seed)

    def draw(size: int) -> list[list[int]]:
        return [[choose.randint(-largest, largest) for _ in range(size)] for _ in range(count)]

    return Problem(Network(widths), Dataset(draw(widths[0]), draw(widths[-1])))


def wide_deep() -> Problem:
    """8-6-6-6-8 on 20 samples: 247 rows, 168 weights, an irreducible spectrum of degree 8."""
    return problem([8, 6, 6, 6, 8], 20)


def narrow_deep() -> Problem:
    """13-5-2-4-3 on 178 samples: 95 weights."""
    return problem([13, 5, 2, 4, 3], 178)


def certified(instance: Problem) -> Answer:
    """The whole question: search, files, check."""
    answer = critical_set(instance)
    assert answer.verdict == "certified"
    return answer


def peak_megabytes(make: str) -> float:
    """Peak memory of a process that answers the question."""
    program = (
        f"from tests.benchmarks.test_deep_linear import *; import resource; certified({make}());"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return int(done.stdout) / 1024


def test_247_rows_in_under_two_seconds(benchmark: Any) -> None:
    instance = wide_deep()
    assert len(certified(instance).to_json()["strata"]) == 247
    benchmark.pedantic(certified, [instance], rounds=3)
    taken = seconds(lambda: certified(wide_deep()), 3)
    megabytes = peak_megabytes("wide_deep")
    print(f"\n8-6-6-6-8, 20 samples, 247 rows: {taken:.2f} s, {megabytes:.0f} MB")
    assert taken < 2
    assert megabytes < MOST_MEGABYTES


def test_178_samples_in_under_a_second(benchmark: Any) -> None:
    instance = narrow_deep()
    benchmark.pedantic(certified, [instance], rounds=3)
    taken = seconds(lambda: certified(narrow_deep()), 3)
    megabytes = peak_megabytes("narrow_deep")
    print(f"\n13-5-2-4-3, 178 samples: {taken:.2f} s, {megabytes:.0f} MB")
    assert taken < 1
    assert megabytes < MOST_MEGABYTES


def test_the_iris_certificate_checks_in_under_two_seconds(benchmark: Any) -> None:
    answer = certified(read_problem(ROOT / "docs" / "examples" / "iris.toml"))
    assert answer.statement is not None
    assert answer.certificate is not None
    files = answer.statement, answer.certificate
    benchmark.pedantic(check, files, rounds=3)
    taken = seconds(lambda: check(*files), 3)
    print(f"\nIris 4-3-3: {len(files[0]) + len(files[1])} bytes, checked in {taken:.3f} s")
    assert taken < 2


def by_elimination(instance: Problem) -> list[Any]:
    """The critical values the plain SymPy way: expand, differentiate, eliminate, find roots."""
    widths = instance.network.widths
    product, flat = sympy.eye(widths[0]), []
    for k, (a, b) in enumerate(itertools.pairwise(widths)):
        W = sympy.Matrix(b, a, sympy.symbols(f"w{k}_:{a * b}"))
        flat += list(W)
        product = W * product
    X, Y = sympy.Matrix(instance.dataset.X), sympy.Matrix(instance.dataset.Y)
    loss = sympy.expand(sum(e**2 for e in product * X - Y) / 2)
    z = sympy.Symbol("z")
    basis = sympy.groebner([*(sympy.diff(loss, w) for w in flat), z - loss], *flat, z, order="lex")
    last = [p for p in basis.exprs if p.free_symbols == {z}]
    return sorted(sympy.Poly(last[0], z).real_roots())


def test_values_of_a_small_network_against_elimination(benchmark: Any) -> None:
    """2-1-1-2, 6 weights: the list of strata, proved and checked, against SymPy's values alone."""
    instance = problem([2, 1, 1, 2], 3, seed=1, largest=2)
    answer = benchmark.pedantic(certified, [instance], rounds=3)
    values: list[Any] = []
    times = ratio(
        "critical values of 2-1-1-2",
        seconds(lambda: values.extend(by_elimination(instance))),
        seconds(lambda: certified(instance), 3),
    )
    losses = [s["loss"] for s in answer.to_json()["strata"]]
    assert len(values) == len(losses)
    for value, loss in zip(values, losses, strict=True):
        assert float(loss["lower"]) - 1e-9 <= float(value) <= float(loss["upper"]) + 1e-9
    assert times > 1
