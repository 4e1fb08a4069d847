"""Every built-in theorem file runs, each part with the verdict it should have."""

import json
import re

import pytest

from symland.checker import check
from symland.theorem.document import check_document
from symland.theorem.library import built_in, find, reference_keys
from symland.theorem.run import run_files

# By hand, from the papers: what is proved for all shapes, and what rests on a citation.
SHAPES = {
    "deep_linear_theorem_1": {"a", "b", "converse", "commute", "value"},
    "deep_linear_theorem_2": {"idempotent", "intertwining"},
    "deep_linear_theorem_3": set(),
    "deep_linear_theorem_4": {"least"},
    "deep_linear_theorem_5": set(),
    "deep_linear_theorem_7": set(),
    "kawaguchi_2016_corollary_2_4": {"flat"},
    "kawaguchi_2016_corollary_3_2": {"paths", "c0", "outside"},
    "kawaguchi_2016_corollary_4_5": set(),
    "kawaguchi_2016_lemma_4_1": {"a", "b", "c"},
    "kawaguchi_2016_lemma_4_2": {"product", "general", "projector", "commute", "value"},
    "kawaguchi_2016_lemma_4_3": {"diagonal", "mixed", "general", "exact", "semidefinite"},
    "kawaguchi_2016_lemma_4_4": {"c", "c-"},
    "kawaguchi_2016_lemma_4_6": {"rotated", "path", "gain"},
    "kawaguchi_2016_proposition_2_1": {"convex"},
    "kawaguchi_2016_proposition_3_1": set(),
    "kawaguchi_2016_theorem_2_3": {"best"},
    "kawaguchi_2016_theorem_2_3_structured": {"loss", "local", "points"},
    "kawaguchi_2016_theorem_2_3_whitening": {"whitened", "floor", "white"},
}

# What breaks without a hypothesis, and what does not: (file, line) -> words of the detail.
ROWS = {
    ("kawaguchi_2016_theorem_2_3", "A1: singular inputs"): "i, ii, iii, iv hold; A1 fails",
    ("kawaguchi_2016_theorem_2_3", "A1, A2: X = 0"): "ii, iii hold; A1, A2, i fail",
    ("kawaguchi_2016_theorem_2_3", "A2: S = diag(4, 0)"): "i, ii, iii, iv hold; A2 fails",
    ("kawaguchi_2016_theorem_2_3", "A2: X Y' = 0"): "i, ii, iii, iv hold; A2 fails",
    ("kawaguchi_2016_theorem_2_3", "A4: S = I"): "i, ii, iii, iv hold; A4 fails",
    ("kawaguchi_2016_theorem_2_3", "A3: two outputs, one input"): "iii, iv hold; A3 fails",
    ("kawaguchi_2016_theorem_2_3", "A3, A4: S has eigenvalues 2, 0, 0"): "iv hold; A3, A4 fail",
    ("kawaguchi_2016_theorem_2_3", "hidden: linear regression"): "ii, iii hold; hidden, i fail",
    ("kawaguchi_2016_theorem_2_3", "linear: activation 1 + z^2"): "linear, ii fail",
    ("kawaguchi_2016_theorem_2_3", "linear: ReLU"): "linear, ii fail",
    (
        "kawaguchi_2016_corollary_3_2",
        "A5u-m: ReLU, where Z depends on W",
    ): "A1p-m, q hold; A5u-m, c0 fail",
    ("kawaguchi_2016_corollary_3_2", "c0 applies: ReLU"): "c0 applies, ii fail",
    ("kawaguchi_2016_theorem_2_3", "B: W = 0"): "B, curvature fail",
    ("kawaguchi_2016_theorem_2_3", "B: away from 0"): "B, curvature fail",
    ("kawaguchi_2016_theorem_2_3", "B: (B) is not necessary"): "curvature hold; B fails",
    ("kawaguchi_2016_corollary_2_4", "A2: X Y' = 0, 1-1-1-1"): "A2, b fail",
    ("kawaguchi_2016_corollary_2_4", "A2: X Y' of rank 1"): "deep, b hold; A2 fails",
    ("kawaguchi_2016_corollary_2_4", "deep: 1-1-1"): "deep, b fail",
    ("kawaguchi_2016_corollary_2_4", "shallow: 1-1-1-1 at 0"): "shallow, a fail",
    (
        "kawaguchi_2016_lemma_4_2",
        "A1: 2-1-1, a global minimum with W_1 = [1 7]",
    ): "general, commute hold; A1, product fail",
    ("kawaguchi_2016_lemma_4_4", "psd: an indefinite Hessian"): "c fails",
    ("kawaguchi_2016_lemma_4_4", "psd: (c) is not sufficient"): "c hold",
    ("kawaguchi_2016_lemma_4_6", "distinct: S = I, W_2 = (1, 1)'"): "literal fails",
    ("kawaguchi_2016_lemma_4_6", "critical, 4.2: not critical"): "4.2, literal, rotated fail",
    ("kawaguchi_2016_lemma_4_6", "psd: the second eigenvector"): "literal fails",
    ("kawaguchi_2016_lemma_4_6", "A1, 4.2: singular"): "literal hold; A1, 4.2, rotated fail",
    ("kawaguchi_2016_lemma_4_6", "largest: Y = diag(1, 2)"): "path hold; largest, literal fail",
    ("kawaguchi_2016_lemma_4_6", "basis: S = [5 4; 4 5]"): "path hold; basis, literal fail",
    ("kawaguchi_2016_lemma_4_6", "distinct: S = I, (top) stays"): "top hold; distinct fails",
    ("kawaguchi_2016_corollary_4_5", "semidefinite: an indefinite Hessian"): "c fail",
    ("deep_linear_theorem_3", "sums: eigenvalues 25, 16, 9"): "values hold; sums, choice fail",
    ("deep_linear_theorem_5", "distinct: S = I, all strata"): "inertia hold; distinct fails",
    ("kawaguchi_2016_theorem_2_3", "plain: entrywise weights, bottleneck"): "plain, ii fail",
    (
        "kawaguchi_2016_theorem_2_3_structured",
        "dense: two convolutions, hypotheses",
    ): "A1, A2, A3, A4, linear, plain hold",
    (
        "kawaguchi_2016_theorem_2_3_structured",
        "dense: two convolutions",
    ): "loss, local, points.1, points.2 hold; ii fails",
    (
        "kawaguchi_2016_theorem_2_3_whitening",
        "A1: singular inputs",
    ): "whitened, floor, white hold; A1 fails",
}


# Of some files, by hand: the letters of every line that the checker computes.
COMPUTED = {
    "kawaguchi_2016_lemma_4_1": "A V B Y G",
    "kawaguchi_2016_lemma_4_2": "C W V B X Y F",
    "kawaguchi_2016_lemma_4_3": "A V M U X Y B",
    "kawaguchi_2016_lemma_4_4": "A V M U X Y",
    "kawaguchi_2016_theorem_2_3_structured": "W V Y a b c d",
    "deep_linear_theorem_1": "C U F E V R M A B",
}


@pytest.fixture(scope="module")
def results(same_nursery_of_module):
    paths = [find(name) for name in SHAPES]
    return dict(zip(SHAPES, run_files(paths, budget=120, jobs=2), strict=True))


def parts(results, name):
    assert results[name].error is None
    (theorem,) = results[name].theorems
    return theorem["entry"]["parts"]


@pytest.mark.parametrize("name", SHAPES)
def test_every_part_is_certified_or_cited(results, name):
    verdicts = {p["verdict"] for p in parts(results, name)}
    assert verdicts <= {"certified", "cited"}
    background = results[name].theorems[0]["background"]
    proved = {c["label"] for c in background["conclusions"] if c["standing"] == "certified"}
    assert proved == SHAPES[name]
    everything = {c["label"] for c in background["conclusions"]}
    expected = "certified" if proved == everything else "cited"
    assert results[name].theorems[0]["entry"]["verdict"] == expected


@pytest.mark.parametrize("name", SHAPES)
def test_certified_lines_have_files_that_the_checker_accepts(results, name):
    theorem = results[name].theorems[0]
    files = {(f["part"], f["name"]): f for f in theorem["files"]}
    for part in parts(results, name):
        if part["verdict"] == "certified":
            pair = files[part["part"], part["name"]]
            assert check(pair["statement"].encode(), pair["certificate"].encode()).accepted


@pytest.mark.parametrize(("key", "words"), ROWS.items())
def test_rows_of_the_tables_come_out(results, key, words):
    (part,) = [p for p in parts(results, key[0]) if p["name"] == key[1]]
    assert part["part"] == "without"
    assert words in part["detail"]
    assert part["verdict"] == "certified"


@pytest.mark.parametrize("name", COMPUTED)
def test_the_letters_of_computed_lines(results, name):
    letters = [
        set(claim["network"]["letters"])
        for file in results[name].theorems[0]["files"]
        for claim in json.loads(file["statement"])["claims"]
        if claim["claim"] in ("instance", "counterexample")
    ]
    assert letters
    assert all(found == set(COMPUTED[name].split()) for found in letters)


def test_a_bad_saddle_away_from_the_origin_and_iris_are_among_the_instances(results):
    names = {p["name"] for name in SHAPES for p in parts(results, name) if p["part"] == "instance"}
    assert "2-2-2-2, a bad saddle away from 0" in names
    assert any(name.startswith("Iris 4-5-2-3") for name in names)


@pytest.mark.parametrize("name", SHAPES)
def test_the_docstring_states_the_theorem(name):
    text = find(name).read_text()
    opening = text.split('"""')[1]
    for word in ("Setting", "Conclusions", "Source"):
        assert word in opening
    assert re.fullmatch(
        r"[a-z_]+_(\d{4}_)?(theorem|lemma|corollary|proposition)_\d(_\d)?(_[a-z]+)?", name
    )


def test_names_and_references():
    assert set(SHAPES) <= set(built_in())
    keys = reference_keys(find("kawaguchi_2016_lemma_4_1").parent)
    assert {"kawaguchi_2016", "baldi_hornik_1989", "lu_kawaguchi_2017"} <= keys


def test_the_document_has_the_keys_that_other_tools_read(results):
    document = json.loads(json.dumps(check_document(list(results.values()))))
    assert document["verdict"] == "cited"
    assert [t["theorem"] for t in document["theorems"]] == list(SHAPES)
    for theorem in document["theorems"]:
        assert set(theorem) == {"theorem", "parts", "verdict"}
        for part in theorem["parts"]:
            assert set(part) == {"part", "name", "verdict", "detail"}
            assert part["part"] in ("step", "instance", "without")
            assert all(isinstance(value, str) for value in part.values())


@pytest.mark.usefixtures("same_nursery")
def test_the_same_seed_gives_the_same_files(results):
    name = "kawaguchi_2016_lemma_4_1"
    (again,) = run_files([find(name)], budget=120)
    assert again.theorems == results[name].theorems
