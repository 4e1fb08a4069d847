"""The theorem files on Petzka and Sminchisescu (2021): every line is certified or cited."""

from fractions import Fraction
from pathlib import Path

import pytest

from symland.claims.enclosures import kind_by_inertia
from symland.claims.replication import replicated_minima, replicated_saddles
from symland.problem import Network, parse_weights
from symland.questions.critical_box_claims import nearby_box
from symland.search.deadline import Deadline
from symland.search.small_data_search import integer_problem
from symland.theorem.worker import run_file

PROOFS = Path(__file__).parents[2] / "proofs"
FILES = sorted(PROOFS.glob("petzka_2021_*.py"))

CERTIFIED = {"lemma_12", "lemma_17", "lemma_19", "proposition_15"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_certified_or_cited(path: Path) -> None:
    for report in run_file(path, 60.0, 0, []):
        lines = {(part.part, part.name): part.verdict for part in report.parts}
        assert set(lines.values()) <= {"certified", "cited"}, lines
        expected = path.stem.removeprefix("petzka_2021_") in CERTIFIED
        assert (report.verdict == "certified") == expected


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
