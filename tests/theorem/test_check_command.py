"""`symland check`: documents, statuses, files kept, pages."""

import json
import re
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from symland.cli import main
from symland.theorem import Theorem, run
from symland.theorem.graph import graph_json
from tests.theorem.files import GOOD, HEAD

pytestmark = pytest.mark.usefixtures("same_nursery")

SVG = "{http://www.w3.org/2000/svg}"
REFUTED = (
    HEAD
    + """
@theorem.step("wrong", gives=[killed])
def wrong(proof):
    proof.prove("it", A @ B)
"""
)
UNDECIDED = (
    GOOD
    + """
theorem.instance("nothing to decide", linear_network((1, 1, 1), X=[[1]], Y=[[1]]))
"""
)
CITED = HEAD + 'theorem.cited("folklore", "well known", wording="recalled", gives=[killed])\n'


@pytest.fixture
def folder(tmp_path):
    texts = {
        "good": GOOD,
        "refuted": REFUTED,
        "undecided": UNDECIDED,
        "cited": CITED,
        "raises": "1 / 0",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)
    return tmp_path


def invoke(*arguments):
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.mark.parametrize(
    ("name", "status", "verdict"),
    [
        ("good", 0, "certified"),
        ("cited", 0, "cited"),
        ("refuted", 1, "refuted"),
        ("undecided", 3, "undecided"),
        ("raises", 2, "undecided"),
    ],
)
def test_status_follows_the_verdict(folder, name, status, verdict):
    result = invoke(folder / f"{name}.py", "--json")
    assert result.exit_code == status
    document = json.loads(result.stdout)
    assert document["verdict"] == verdict
    assert document["theorems"][0]["verdict"] == verdict
    assert {"symland", "seed", "budget", "engines", "warnings"} <= set(document)


def test_a_failing_file_is_named_and_the_others_are_checked(folder):
    result = invoke(folder / "raises.py", folder / "good.py", "--json")
    assert result.exit_code == 2
    assert f"error: {folder}/raises.py: ZeroDivisionError: division by zero (line 1)" in (
        result.stderr
    )
    document = json.loads(result.stdout)
    assert [t["verdict"] for t in document["theorems"]] == ["undecided", "certified"]
    assert document["reason"] == "1 proved for all shapes, 1 could not be checked"


def test_a_name_that_is_not_there(folder):
    result = invoke("no_such_lemma")
    assert result.exit_code == 2
    assert "error: no_such_lemma: no such theorem file, expected a path, or a name" in result.stderr


def names(result):
    return [t["theorem"] for t in json.loads(result.stdout)["theorems"]]


def test_the_beginning_of_names_means_all_of_them():
    result = invoke("petzka_2021_lemma_1", "petzka_2021_lemma_a", "--json")
    assert result.exit_code == 2  # no Lemma 1: a number is not cut
    assert "error: petzka_2021_lemma_1: no such theorem file" in result.stderr
    lemmas = ["petzka_2021_lemma_a1", "petzka_2021_lemma_a1_zero_block", "petzka_2021_lemma_a2"]
    assert names(result) == [*lemmas, "petzka_2021_lemma_1"]


def test_a_whole_name_means_its_file_alone_and_each_file_is_checked_once():
    beginning = "petzka_2021_theorem_4_"
    result = invoke("petzka_2021_theorem_4_bound", beginning, "--json")
    assert names(result) == ["petzka_2021_theorem_4_bound", "petzka_2021_theorem_4_one_neuron"]
    whole = invoke("petzka_2021_lemma_16", "--json")
    assert names(whole) == ["petzka_2021_lemma_16"]


@pytest.mark.parametrize("name", ["", "etzka", "petzka_2022", ".*", "petzka*"])
def test_what_begins_no_name_is_refused(name):
    result = invoke(name)
    assert result.exit_code == 2
    assert f"error: {name}: no such theorem file" in result.stderr


def test_a_slip_in_a_name_is_pointed_out():
    result = invoke("petzka_2021_teorem_13")
    assert "(did you mean 'petzka_2021_theorem_13'?)" in result.stderr


def test_a_name_that_is_not_there_does_not_stop_the_others(folder):
    result = invoke(folder / "good.py", "no_such_lemma", folder / "cited.py", "--json")
    assert result.exit_code == 2
    assert result.stderr.count("error: ") == 1
    assert "error: no_such_lemma: no such theorem file" in result.stderr
    document = json.loads(result.stdout)
    assert [t["verdict"] for t in document["theorems"][:-1]] == ["certified", "cited"]
    assert document["theorems"][-1] == {
        "theorem": "no_such_lemma",
        "parts": [],
        "verdict": "undecided",
    }
    assert [e["file"] for e in document["errors"]] == ["no_such_lemma"]
    assert document["verdict"] == "undecided"


def test_certificates_are_kept_and_verified(folder, tmp_path):
    kept = tmp_path / "kept"
    result = invoke(folder / "good.py", "--json", "--certificates", kept)
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["certificates"]
    for statement in document["certificates"]:
        certificate = statement.replace(".statement.", ".certificate.")
        assert CliRunner().invoke(main, ["verify", statement, certificate]).exit_code == 0
    before = sorted(kept.iterdir())
    assert invoke(folder / "good.py", "--certificates", kept).exit_code == 0
    assert sorted(kept.iterdir()) == before


def test_the_page_has_the_graph_and_loads_nothing(folder, tmp_path):
    page = tmp_path / "page.html"
    assert invoke(folder / "good.py", folder / "cited.py", "--html", page).exit_code == 0
    text = page.read_text()
    graphs = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    labels = [{t.text for t in ElementTree.fromstring(g).iter(SVG + "text")} for g in graphs]
    assert labels == [{"h", "squares", "c"}, {"h", "folklore", "c"}]
    assert "stroke-dasharray" in text  # what is cited
    assert not re.search(r"(src|href)\s*=|@import|url\(", text)
    assert text.rstrip().endswith("</html>")


def test_a_condition_of_a_conclusion_leads_to_it_in_the_graph():
    """A conclusion given under a hypothesis that no step on the way uses hangs together with it."""
    theorem = Theorem("t", wording="own")
    always, only = theorem.hypothesis("always", "a"), theorem.hypothesis("only", "b")
    far = theorem.conclusion("far", "c", given=[only])
    near = theorem.conclusion("near", "d", given=[always])
    step = theorem.cited("first", "e", uses=[always])
    theorem.cited("second", "f", uses=[step], gives=[near, far])
    edges = graph_json(theorem, {}, {"far": "cited", "near": "cited"})["edges"]
    assert ["only", "far"] in edges
    assert ["always", "near"] not in edges


def test_the_terminal_report_names_axioms(folder):
    result = invoke(folder / "cited.py")
    assert "Rests on" in result.stdout
    assert "well known (remark of the file, wording recalled)" in " ".join(result.stdout.split())


AXIOMS = (
    HEAD
    + """
theorem.cited("a long label of a citation that goes on and on until it has more than sixty letters",
              "well known", wording="recalled", gives=[killed])
theorem.without(kills, breaks=[killed], because="A = B = 1", wording="reconstructed")
"""
)


def test_the_reports_of_several_files_name_the_axioms_of_each(folder, tmp_path):
    (folder / "axioms.py").write_text(AXIOMS.replace('"lemma"', '"axioms"'))
    page = tmp_path / "page.html"
    files = [folder / f"{name}.py" for name in ("axioms", "cited", "good")]
    result = invoke(*files, "--html", page)
    html = re.sub(r"<[^>]*>", " ", page.read_text())
    for text in (" ".join(result.stdout.split()), " ".join(html.split())):
        assert text.count("Rests on") == 2
        assert "Rests on (axioms)" in text
        assert "Rests on (lemma)" in text
        assert "well known (remark of the file, wording recalled)" in text
        assert "without h A = B = 1 (remark of the file, wording reconstructed)" in text
    assert "goes on and on until it has more than sixty letters well known" in " ".join(
        html.split()
    )
    words = set(result.stdout.replace("\n", " ").split())
    assert {"citation", "until", "letters", "sixty"} <= words  # folded between words, never cut


@pytest.mark.parametrize("wording", ["read", "recalled", "reconstructed", "own"])
def test_the_reports_say_how_sure_the_wording_is(folder, wording):
    path = folder / "worded.py"
    path.write_text(GOOD.replace('wording="own"', f'wording="{wording}"'))
    assert f"lemma (wording {wording}), certified: c proved" in " ".join(
        invoke(path).stdout.split()
    )


def test_two_files_run_at_the_same_time(folder):
    """Each sleeps two seconds of its own; one after the other they would take twice as long."""
    paths = [folder / "one.py", folder / "two.py"]
    for path in paths:
        path.write_text(
            "import time\nstart = time.time()\ntime.sleep(2)\n"
            + GOOD.replace('"lemma", wording', 'f"{start} {time.time()}", wording')
        )
    seen = []
    results = run.run_files(paths, 20, 0, seen.append, jobs=2)
    spans = [tuple(map(float, r.theorems[0]["entry"]["theorem"].split())) for r in results]
    assert max(start for start, _ in spans) < min(end for _, end in spans)
    assert len(seen) == 2
