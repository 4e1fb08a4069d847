"""The command line: exit statuses, texts of errors, purity of --json, nothing left behind."""

import copy
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import symland
from symland.cli import main
from symland.questions.request import LEAST_PRECISION, MOST_PRECISION, PRECISION
from tests.report.documents import MINIMUM, TWO_BY_TWO, UNDECIDED

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
PROBLEM = str(EXAMPLES / "two_by_two.toml")
WEIGHTS = str(EXAMPLES / "two_by_two_minimum.json")
COMMANDS = ["check", "classify", "critical", "derive", "list", "path", "valley", "verify"]
COMMON = {"--json", "--certificates", "--budget", "--seed", "--precision", "--plot"}


class Answer:
    """A stand-in for an answer: a document and two files."""

    def __init__(self, document):
        self.document = document

    def to_json(self):
        return copy.deepcopy(self.document)  # what is done to it must not reach other tests

    def save(self, directory):
        directory.mkdir(parents=True, exist_ok=True)
        paths = directory / "a.statement.json", directory / "a.certificate.json"
        for path in paths:
            path.write_text("{}")
        return paths


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def answers(monkeypatch):
    """Let both questions give the document that the test chooses, and record the calls."""
    calls = {}

    def choose(document):
        def answer(*arguments, **keywords):
            calls["arguments"], calls["keywords"] = arguments, keywords
            if isinstance(document, BaseException):
                raise document
            return Answer(document)

        monkeypatch.setattr(symland, "critical_set", answer, raising=False)
        monkeypatch.setattr(symland, "classify", answer, raising=False)
        return calls

    return choose


# --- exit statuses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "status"),
    [("certified", 0), ("refuted", 1), ("numerical", 3), ("undecided", 3), ("cited", 3)],
)
def test_status_follows_the_verdict(answers, verdict, status):
    answers({**TWO_BY_TWO, "verdict": verdict})
    assert run("critical", PROBLEM).exit_code == status
    answers({**MINIMUM, "verdict": verdict})
    assert run("classify", PROBLEM, "--at", WEIGHTS).exit_code == status


def test_an_undecided_answer_says_what_is_missing(answers):
    answers(UNDECIDED)
    result = run("critical", EXAMPLES / "relu.toml")
    assert result.exit_code == 3
    assert "undecided: relu is not analysed by this version" in result.stdout


@pytest.mark.parametrize(
    ("accepted", "unreadable", "status", "text"),
    [
        (True, False, 0, "c1: the point p1 is critical"),
        (False, False, 1, "refused: step s1: no"),
        (False, True, 2, "error: s.json with c.json: step s1: no\n"),
    ],
)
def test_status_of_verification(monkeypatch, accepted, unreadable, status, text):
    class Verdict:
        established = ("c1",)
        lines = ("c1: the point p1 is critical",)
        reason = None if accepted else "step s1: no"

    Verdict.accepted, Verdict.unreadable = accepted, unreadable
    monkeypatch.setattr(symland, "verify", lambda *_: Verdict, raising=False)
    result = run("verify", "s.json", "c.json")
    assert result.exit_code == status
    assert text in (result.stderr if unreadable else result.stdout)
    assert not (unreadable and result.stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        ["path", PROBLEM, "--from", WEIGHTS],
        ["path", PROBLEM, "--from", WEIGHTS, "--along", "x.json"],
        ["valley", PROBLEM, "--from", WEIGHTS],
        ["critical", PROBLEM, "--box", "-3,3"],
    ],
)
def test_what_is_not_there_yet_is_undecided(arguments):
    result = run(*arguments)
    assert result.exit_code == 3
    assert "undecided: " in result.stdout
    assert "not part of this version yet" in result.stdout
    document = json.loads(run(*arguments, "--json").stdout)
    assert document["verdict"] == "undecided"


# --- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["critical", "nosuch.toml"], "error: nosuch.toml: no such file"),
        (["critical"], "error: Missing argument 'PROBLEM'. (see symland critical --help)"),
        (["classify", PROBLEM], "error: Missing option '--at'. (see symland classify --help)"),
        (["nosuch"], "error: No such command 'nosuch'."),
        (["critical", PROBLEM, "--nosuch"], "error: No such option"),
        (
            ["critical", PROBLEM, "--budget", "-1"],
            "got -1.0, expected a number of seconds, 0 or more",
        ),
        (["critical", PROBLEM, "--budget", "nan"], "got nan, expected a number of seconds"),
        (["critical", PROBLEM, "--box", "x,1"], "--box: got 'x', expected an integer, a fraction"),
        (["critical", PROBLEM, "--seed", "-1"], "-1 is not in the range x>=0"),
        (["critical", PROBLEM, "--seed", "x"], "'x' is not a valid integer"),
        (["critical", PROBLEM, "--precision", "1"], "1 is not in the range 64<=x<=8192"),
        (["critical", PROBLEM, "--precision", "8193"], "8193 is not in the range 64<=x<=8192"),
        (["classify", PROBLEM, "--at", WEIGHTS, "--precision", "1e3"], "not a valid integer"),
        (["critical", PROBLEM, "--plot", "a.gif"], "got 'a.gif', expected a .png, .pdf or .svg"),
        (["critical", PROBLEM, "--box", "3,-3"], "got '3,-3', expected two numbers"),
        (["critical", PROBLEM, "--box", "1"], "got '1', expected two numbers"),
        (["critical", PROBLEM, "--box", "a,b"], "'a'"),
        (["derive", PROBLEM, "--format", "word"], "'word' is not one of"),
        (["derive", "--all-shapes", "conv"], "family: got 'conv', expected one of linear"),
        (["derive", "--all-shapes", EXAMPLES / "relu.toml"], "of no family that is derived"),
        (["path", PROBLEM, "--from", "nosuch.json"], "nosuch.json: no such file"),
    ],
)
def test_bad_input_is_one_line(arguments, text):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    error = result.stderr.splitlines()[-1]
    assert error.startswith("error: ")
    assert text in error
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (ZeroDivisionError("division\nby zero"), "ZeroDivisionError: division by zero"),
        (MemoryError(), "MemoryError"),
        (RecursionError("too deep"), "RecursionError: too deep"),
    ],
)
def test_a_failure_inside_is_one_line(answers, failure, text):
    answers(failure)
    result = run("critical", PROBLEM)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"internal error: {text} (--debug shows where)"
    assert "Traceback" not in result.stderr


def test_debug_shows_where(answers):
    answers(ZeroDivisionError("division by zero"))
    result = run("critical", PROBLEM, "--debug")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert result.stderr.splitlines()[-1] == "internal error: ZeroDivisionError: division by zero"


def test_an_interruption_is_quiet(answers, tmp_path):
    answers(KeyboardInterrupt())
    out = tmp_path / "out"
    result = run("critical", PROBLEM, "--certificates", out, "--html", tmp_path / "a.html")
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == "interrupted"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file(answers, tmp_path):
    answers(TWO_BY_TWO)
    occupied = tmp_path / "occupied"
    occupied.write_text("mine")
    for option, path in [
        ("--certificates", occupied),
        ("--html", occupied / "a.html"),
        ("--plot", occupied / "a.png"),
    ]:
        result = run("critical", PROBLEM, option, path)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.splitlines()[-1].startswith("error: ")
        assert "occupied" in result.stderr.splitlines()[-1]
    assert occupied.read_text() == "mine"


def test_plot_without_matplotlib(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    result = run("critical", PROBLEM, "--plot", "a.png")
    assert result.exit_code == 2
    assert "--plot needs Matplotlib: pip install 'symland[plot]'" in result.stderr


# --- output -------------------------------------------------------------------------------------


def test_json_is_one_document_and_nothing_else(answers):
    answers(TWO_BY_TWO)
    result = run("critical", PROBLEM, "--json")
    assert json.loads(result.stdout) == TWO_BY_TWO


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["check", "kawaguchi_2016_lemma_4_1"],
        ["path", PROBLEM, "--from", WEIGHTS],
        ["derive", PROBLEM],
    ],
)
def test_every_document_has_the_general_keys(arguments):
    document = json.loads(run(*arguments, "--json", "--seed", "7", "--budget", "2.5").stdout)
    assert document["symland"] == symland.__version__
    assert (document["seed"], document["budget"]) == (7, 2.5)
    assert {"engines", "warnings"} <= set(document)


def test_options_reach_the_question(answers):
    calls = answers(TWO_BY_TWO)
    common = ["--budget", "2", "--seed", "5", "--precision", "300"]
    given = {"budget": 2.0, "seed": 5, "precision": 300}
    run("classify", PROBLEM, "--at", WEIGHTS, *common)
    assert callable(calls["keywords"].pop("stage"))
    assert calls["keywords"] == given
    run("critical", PROBLEM, *common, "--barcodes")
    assert callable(calls["keywords"].pop("stage"))
    assert calls["keywords"] == {**given, "barcodes": True, "box": None}
    assert calls["arguments"][0].name == "two_by_two"


def test_certificates_are_kept_and_named(answers, tmp_path):
    answers(TWO_BY_TWO)
    result = run("critical", PROBLEM, "--certificates", tmp_path / "out", "--json")
    kept = json.loads(result.stdout)["certificate"]
    assert Path(kept["statement"]).name == "a.statement.json"
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "a.certificate.json",
        "a.statement.json",
    ]


def test_page_and_picture_are_written(answers, tmp_path):
    pytest.importorskip("matplotlib")
    answers(TWO_BY_TWO)
    page, picture = tmp_path / "a.html", tmp_path / "a.svg"
    result = run("critical", PROBLEM, "--html", page, "--plot", picture)
    assert result.exit_code == 0
    assert page.read_text().startswith("<!doctype html>")
    assert "two_by_two" in picture.read_text()
    assert sorted(tmp_path.iterdir()) == [page, picture]


def test_a_classified_point_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    (tmp_path / "w.json").write_text('{"W1": [[0]], "W2": [[0]]}')
    problem = '[network]\nwidths = [1, 1, 1]\n[data]\ninputs = [[1]]\ntargets = [["%s"]]\n'
    (tmp_path / "one.toml").write_text(problem % "1" + '[loss]\nkind = "squared"\n')
    (tmp_path / "huge.toml").write_text(problem % "1e400" + '[loss]\nkind = "squared"\n')
    picture = tmp_path / "a.svg"
    result = run("classify", tmp_path / "one.toml", "--at", tmp_path / "w.json", "--plot", picture)
    assert result.exit_code == 0
    text = picture.read_text()
    assert "certified direction" in text
    assert "floating point" in text
    other = tmp_path / "b.svg"
    result = run("classify", tmp_path / "huge.toml", "--at", tmp_path / "w.json", "--plot", other)
    assert "no losses near the point are floats, nothing written" in result.stderr
    assert not other.exists()


def test_a_picture_of_nothing_is_refused_aloud(answers, tmp_path):
    answers(UNDECIDED)
    result = run("critical", PROBLEM, "--plot", tmp_path / "a.png")
    assert result.exit_code == 3
    assert "no strata or points to draw, nothing written" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_list_names_everything():
    document = json.loads(run("list", "--json").stdout)
    assert {"linear", "relu", "sigmoid", "tanh", "softplus", "exp"} <= set(document["activations"])
    assert document["losses"] == ["squared", "logistic", "cross_entropy"]
    found = {engine["name"]: engine["found"] for engine in document["engines"]}
    assert found["python-flint"] is True
    assert "msolve" in found
    assert "leaky_relu" in run("list").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_the_common_options(command):
    names = {name for option in main.commands[command].params for name in option.opts}
    assert names >= COMMON


def test_the_commands_are_those_that_are_fixed():
    assert sorted(main.commands) == COMMANDS


def test_defaults_are_those_that_are_fixed():
    defaults = {option.name: option.default for option in main.commands["critical"].params}
    assert (defaults["budget"], defaults["seed"]) == (60.0, 0)
    assert defaults["precision"] == PRECISION


def test_the_precisions_of_the_command_line_are_those_of_the_questions():
    (option,) = (p for p in main.commands["classify"].params if p.name == "precision")
    assert (option.type.min, option.type.max) == (LEAST_PRECISION, MOST_PRECISION)


@pytest.mark.parametrize("option", [["--certificates", "out"], ["--plot", "a.png"]])
def test_a_command_that_writes_no_files_says_so(option, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text("{}")
    for command in (["list"], ["verify", "a.json", "a.json"]):
        result = run(*command, "--json", *option)
        warning = f"{' '.join(option)}: symland {command[0]} writes no files"
        assert json.loads(result.stdout)["warnings"] == [warning]
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert f"warning: {' '.join(option)}" in run("list", *option).output
