"""The theorem files on Petzka and Sminchisescu (2021): every line is certified or cited."""

from copy import deepcopy
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symland.claims.enclosures import kind_by_inertia
from symland.claims.replication import (
    replicated_form,
    replicated_layers,
    replicated_minima,
    replicated_saddles,
)
from symland.problem import Network, parse_weights
from symland.questions.critical_box_claims import nearby_box
from symland.questions.replication_counterexamples import GAP, sloped_minimum
from symland.questions.replication_forms import forms
from symland.search.deadline import Deadline
from symland.search.small_data_search import (
    clear_minima,
    integer_problem,
    random_problems,
    valleys,
)
from symland.theorem import Instance, NotDecided, Theorem
from symland.theorem.exact_fit_path import falls_to_exact_fit
from symland.theorem.replicated import replicated
from symland.theorem.worker import run_file

PROOFS = Path(__file__).parents[2] / "proofs"
FILES = sorted(PROOFS.glob("petzka_2021_*.py"))

# By hand: the conclusions that steps prove for all shapes, file by file.
SHAPES = {
    "corollary_3": set(),
    "corollary_6": set(),
    "definition_1": {"flat", "exit"},
    "lemma_12": {"blocks"},
    "lemma_16": {"full", "distinct"},
    "lemma_17": {"path"},
    "lemma_18": {"sigmoid", "tanh", "signs"},
    "lemma_19": {"path", "printed"},
    "lemma_20": {"outputs", "inputs", "start"},
    "lemma_a1": {"a", "b'"},
    "lemma_a1_zero_block": {"b"},
    "lemma_a2": {"value", "slope", "sign"},
    "proposition_15": {"zero"},
    "remark_10": {"g", "scale"},
    "remark_11": {"slope", "lower"},
    "remark_14": {"flat"},
    "theorem_13": {"same", "again", "form"},
    "theorem_13_better": set(),
    "theorem_2": set(),
    "theorem_2_better": set(),
    "theorem_4": set(),
    "theorem_4_bound": {"loss", "first", "least", "constant"},
    "theorem_4_one_neuron": {"change", "lower"},
    "theorem_5": set(),
    "theorem_5_loss": {"loss", "falls"},
    "theorem_7": {"same", "new", "old", "out", "c"},
    "theorem_8": {"slope", "form", "kernel", "down"},
    "theorem_8_negative": {"form", "kernel", "down"},
    "theorem_9": {"form", "kernel", "down"},
    "theorem_9_only_if": {"D"},
}
CERTIFIED = {
    "lemma_12", "lemma_17", "lemma_19", "lemma_a1", "lemma_a1_zero_block", "proposition_15",
    "remark_10", "theorem_4_bound", "theorem_5_loss", "theorem_7", "theorem_9_only_if",
}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_certified_or_cited(path: Path) -> None:
    for report in run_file(path, 60.0, 0, []):
        name = report.theorem.removeprefix("petzka_2021_")
        standing = report.background["conclusions"]
        assert {c["label"] for c in standing if c["standing"] == "certified"} == SHAPES[name]
        lines = {(part.part, part.name): part.verdict for part in report.parts}
        assert set(lines.values()) <= {"certified", "cited"}, lines
        assert (report.verdict == "certified") == (name in CERTIFIED)


NUMBERS = {
    "definition": (1,), "theorem": (2, 4, 5, 7, 8, 9, 13), "corollary": (3, 6),
    "lemma": (12, 16, 17, 18, 19, 20, "a1", "a2"), "remark": (10, 11, 14), "proposition": (15,),
}  # fmt: skip


MORE = {  # what has files beside its theorem's
    "theorem_2_better", "theorem_4_bound", "theorem_4_one_neuron", "theorem_5_loss",
    "theorem_8_negative", "theorem_9_only_if", "theorem_13_better",
}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_has_at_most_a_hundred_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 100


def test_every_numbered_statement_has_a_file() -> None:
    wanted = {f"petzka_2021_{kind}_{n}" for kind, numbers in NUMBERS.items() for n in numbers}
    wanted |= {f"petzka_2021_{name}" for name in MORE}
    assert {path.stem for path in FILES} == wanted
    for path in FILES:
        kind, number = path.stem.split("_")[2:4]
        assert f"{kind.capitalize()} {number.upper().replace('A', 'A.')}" in path.read_text()


# Hypotheses without a line of their own; the file has the reason: they follow from others, are
# dropped in another file, or are one of two cases.
NOT_DROPPED = {
    "corollary_6": {"narrow"},
    "remark_11": {"minimum", "convex", "n >= 0"},
    "remark_14": {"minimum", "B"},
    "theorem_13": {"minimum", "B"},
    "theorem_2": {"minimum", "B1", "B2"},
    "theorem_4_bound": {"p1", "p2", "S1"},
    "theorem_8": {"shape", "minimum", "inputs", "critical", "v", "share", "share-", "flat"},
    "theorem_8_negative": {"share", "share-", "flat"},
    "theorem_9": {"minimum", "B", "share", "share-", "flat"},
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_breaks_without_each_hypothesis(path: Path) -> None:
    scope: dict[str, Any] = {"__name__": "theorem_file"}
    exec(path.read_text(), scope)
    for theorem in (x for x in scope.values() if isinstance(x, Theorem)):
        dropped = {h.label for x in theorem.dropped if x.breaks for h in x.hypotheses}
        left = {h.label for h in theorem.hypotheses if not h.definition} - dropped
        assert left == NOT_DROPPED.get(theorem.name.removeprefix("petzka_2021_"), set())


def test_the_minimum_at_infinity_by_sampling() -> None:
    """Theorem 4: no lower loss near v = (2, -1), p = 0 for 1-2-1; lower ones near 0 for 1-1-1."""
    draw, x = np.random.default_rng(0), np.array([0.0, 1.0, 2.0])

    def losses(y: Any, v: Any, u: Any, size: float) -> Any:
        v = v + size * draw.uniform(-1, 1, (4000, len(v)))
        u = u + size * draw.uniform(-1, 1, v.shape)
        p = size * draw.uniform(0, 1, v.shape) ** 3
        f = (v[..., None] / (1 + p[..., None] * np.exp(-u[..., None] * x))).sum(axis=1)
        return ((f - y) ** 2).sum(axis=1)

    log2 = np.log(2)
    assert losses([1, 3, -1], np.array([2.0, -1]), np.array([log2, -log2]), 0.05).min() >= 8
    assert losses([1, 3, -1], np.array([0.5, 0.5]), np.array([log2, -log2]), 0.05).min() < 8
    for u in (log2, -log2, 0.3):
        assert losses([1, 1, -2], np.array([0.0]), np.array([u]), 0.05).min() < 6


def test_the_way_down_of_theorem_5() -> None:
    """The numbers of its instance by NumPy: determinant, outputs and loss at the start."""
    scope: dict[str, Any] = {"__name__": "theorem_file"}
    exec((PROOFS / "petzka_2021_theorem_5.py").read_text(), scope)
    trial = scope["theorem"].trials[0]
    s = Instance(trial.problem, at=trial.at)
    x = np.array([[0.0, 1.0]])
    W = {n: np.array(a, float) for n, a in s.weights.values.items()}
    first = 1 / (1 + np.exp(-W["W1"] @ x - W["b1"][:, None]))
    second = 1 / (1 + np.exp(-W["W2"] @ first - W["b2"][:, None]))
    z = (W["W3"] @ second + W["b3"][:, None])[0]
    assert abs(np.linalg.det(first[:2]) + 0.39997593) < 1e-8
    start = ((z - [3, -2]) ** 2).sum()
    assert falls_to_exact_fit(s)
    assert s.case.check().lines == (
        "c1: from p1 a path leads to f = y, where the loss is (1 - t)^2 times as high",
    )
    low, high = (str(Fraction(round(start * 1e9) + k, 10**9)) for k in (-1, 1))
    about = {"point": "p1", "lower": low, "upper": high}
    s.case.establish("enclosure", about, "intervals", {"precision": 100})
    assert s.case.check().accepted


def worked() -> Instance:
    problem = integer_problem(Network((1, 1, 1), "sigmoid"), [0, 1, 3], [1, -2, 3])
    return Instance(problem, at=[[["0.63954936616"]], [["1.25555675301"]]])


def test_ways_out_of_the_worked_instance_that_are_none() -> None:
    found = replicated(worked())
    assert found.nondegenerate_minimum
    size = found.instance.case.size
    along = {"W1": [[1], [3]], "W2": [[0, 0]]}
    for shares, direction, length in (
        (("1/2", "1/2"), along, "1/10"),  # a local minimum
        (("3/2", "-1/2"), along, "2/5"),  # beyond the lowest point
        (("3/2", "-1/2"), {"W1": [[0], [0]], "W2": [[1, 0]]}, "1/10"),  # out of proportion
    ):
        with pytest.raises(NotDecided, match="not shown to fall"):
            found.falls(shares, direction, length, 40)
    with pytest.raises(NotDecided, match="copies"):
        found.non_attracting(1)
    assert found.instance.case.size == size  # nothing of this is claimed
    assert found.falls(("3/2", "-1/2"), along, "1/10", 4)
    assert found.instance.case.check().accepted


def test_one_neuron_with_two_strict_minima_of_different_loss() -> None:
    problem = integer_problem(
        Network((1, 1, 1), "sigmoid", "hidden"), [-4, -3, -2, -1, 1, 3, 4], [1, 3, -3, -1, 1, 2, 3]
    )
    bounds = []
    for weights, lower, upper in (
        (("1.2031994841101663", "-2.876392326364923", "3.295474843126724"), "20474", "20475"),
        (("3.796362938594809", "-4.207939860847904", "2.501584287568486"), "20499", "20500"),
    ):
        u, b, v = weights
        point = parse_weights({"W1": [[u]], "b1": [b], "W2": [[v]]}, problem.network)
        found = nearby_box(problem, point, Deadline(20))
        assert not isinstance(found, str)
        case, bits, _, name, critical, inertia = found
        kind_by_inertia(case, name, "strict_minimum", critical, inertia)
        ends = [Fraction(x) / 1000 for x in (lower, upper)]
        about = {"point": name, "lower": str(ends[0]), "upper": str(ends[1])}
        case.establish("enclosure", about, "intervals", {"precision": bits})
        assert case.check().accepted
        bounds.append(ends)
    assert bounds[0][1] < bounds[1][0]


def test_a_sloped_minimum_gives_saddles_though_b_is_positive() -> None:
    """Without the fix for D a claim of minima would be wrong here: it is refused."""
    problem = integer_problem(
        Network((1, 1, 2, 1), "sigmoid"), [-2, -1, 0, 1, 2, 3, 4], [-3, -1, -1, 4, -3, 0, -2]
    )
    point = parse_weights(
        {
            "W1": [["0.8729046276122"]],
            "W2": [["-10.8108029028523"], ["1.508441095294"]],
            "W3": [["-16.1523164074444", "-0.5558520965783"]],
        },
        problem.network,
    )
    found = nearby_box(problem, point, Deadline(20))
    assert not isinstance(found, str)
    case, bits, _, name, critical, inertia = found
    replicated_saddles(case, name, 1, 1, "all", (critical, inertia), [1], bits)
    assert case.check().accepted
    replicated_minima(case, name, 1, 1, "positive", (critical, inertia), 2, bits)
    assert "D is not shown to be zero" in str(case.check().reason)


def test_the_instance_of_theorem_9_is_that_of_the_search() -> None:
    """Seed 1 gives the data and, to nine digits, the point that stands in the file."""
    found = sloped_minimum(1, 120)
    assert found is not None
    text = (PROOFS / "petzka_2021_theorem_9.py").read_text()
    for rows in (found.problem.dataset.inputs, found.problem.dataset.targets):
        assert str(tuple(int(x) for (x,) in rows)) in text
    for point in found.points:
        for x in (x for rows in point.values() for x in np.ravel(rows)):
            assert f"{x:.12g}"[:10] in text
    assert found.answer().verdict == "certified"


def test_the_instance_of_corollary_6_is_that_of_the_search() -> None:
    """The data are among those of seed 0, and the minima there are those in the file."""
    text = (PROOFS / "petzka_2021_corollary_6.py").read_text()
    network = Network((1, 1, 1), "sigmoid", "hidden")
    problems = enumerate(islice(random_problems(network, 0), 300))
    for number, problem in problems:  # noqa: B007
        data = (problem.dataset.inputs, problem.dataset.targets)
        if all(str(tuple(int(x) for (x,) in rows)) in text for rows in data):
            break
    else:
        pytest.fail("no such data among 300")
    minima = clear_minima(problem, valleys(problem, number), Deadline(60))
    assert minima[1][1] - minima[0][1] > GAP
    for weights, _ in minima[:2]:
        assert all(f"{x:.12g}"[:10] in text for x in weights)


@pytest.fixture(scope="module")
def experiment() -> Any:
    """The minimum of section 5.4, with the claims on B of both hidden layers."""
    scope: dict[str, Any] = {"__name__": "theorem_file"}
    exec((PROOFS / "petzka_2021_theorem_2.py").read_text(), scope)
    problem = scope["recipe"]()
    at = {"W1": [["-16.04", "23.59"]], "W2": [["3.31"]], "W3": [["1.91"]]}
    found = nearby_box(problem, parse_weights(at, problem.network), Deadline(20))
    assert not isinstance(found, str)
    return problem, found


def test_the_published_numbers_of_section_5_4(experiment: Any) -> None:
    problem, found = experiment
    first, second = (forms(problem, found[2], layer, 1)[0] / 2 for layer in (1, 2))
    assert np.round(np.linalg.eigvalsh(first), 4).tolist() == [0.0004, 0.0182]
    assert round(second[0][0], 4) == 0.0757


def test_copies_in_both_layers(experiment: Any) -> None:
    """Accepted with both forms; refused with one, in the wrong order, or with other widths."""
    for given, copies, reason in (
        ((0, 1), [21, 21], None),
        ((1, 0), [21, 21], "is not that B of layer 1"),
        ((0,), [21, 21], "forms"),
        ((0, 1), [21], "copies"),
    ):
        case, bits, _, name, critical, inertia = deepcopy(experiment[1])
        claims = [replicated_form(case, name, k, 1, "B", "positive", bits) for k in (1, 2)]
        replicated_layers(case, name, copies, (critical, inertia), [claims[i] for i in given])
        verdict = case.check()
        assert verdict.accepted == (reason is None)
        assert reason is None or reason in str(verdict.reason)


def test_no_lower_loss_near_an_image_with_copies_in_both_layers(experiment: Any) -> None:
    """2-2-2-1 with shares 1/3, 2/3 and 1/4, 3/4: random steps of several sizes, in long floats."""
    problem, found = experiment
    a, b, w2, w3 = (np.longdouble(x) for x in found[2])
    rows = problem.dataset
    inputs, targets = (
        np.array([[np.longdouble(x.numerator) / x.denominator for x in row] for row in table])
        for table in (rows.inputs, rows.targets)
    )
    shares, above = np.array([1, 2]) / np.longdouble(3), np.array([1, 3]) / np.longdouble(4)
    image = [
        np.array([[a, b], [a, b]]),
        np.array([shares * w2, shares * w2]),
        np.array([above * w3]),
    ]

    def loss(weights: Any) -> Any:
        h = inputs.T
        for w in weights[:2]:
            h = 1 / (1 + np.exp(-(w @ h)))
        return ((weights[2] @ h - targets.T) ** 2).sum()

    rng, lowest = np.random.default_rng(3), loss(image)
    for size in (1e-2, 1e-3, 1e-4):
        for _ in range(200):
            moved = [w + size * rng.standard_normal(w.shape) for w in image]
            assert loss(moved) > lowest - 1e-13
