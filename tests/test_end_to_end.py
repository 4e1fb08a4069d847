"""From a problem file to a checked verdict, through the command line alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from symland.cli import main

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "docs" / "examples"


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def document(*arguments, status=0):
    result = run(*arguments, "--json")
    assert result.exit_code == status, result.stderr
    return json.loads(result.stdout)


def test_two_by_two_is_what_a_hand_computes():
    # X = I, Y = diag(2, 1): losses (5 - 4)/2, (5 - 1)/2, 5/2; inertias from 4 x 4 Hessians.
    answer = document("critical", EXAMPLES / "two_by_two.toml")
    found = {
        (row["loss"]["exact"], row["rank"], row["kind"], tuple(row["inertia"].values()))
        for row in answer["strata"]
    }
    assert found == {
        ("1/2", 1, "global_minimum", (3, 0, 1)),
        ("2", 1, "strict_saddle", (2, 1, 1)),
        ("5/2", 0, "strict_saddle", (2, 2, 0)),
    }
    assert answer["critical_set"]["strata_complete"] is True
    assert answer["certificate"]["accepted"] is True


@pytest.mark.parametrize(
    ("problem", "weights", "kind"),
    [
        ("two_by_two", "two_by_two_minimum", "global_minimum"),
        ("two_by_two", "two_by_two_algebraic", "global_minimum"),
        ("two_by_two", "two_by_two_saddle", "strict_saddle"),
        ("deep_2222", "deep_2222_saddle", "non_strict_saddle"),
        ("regularized", "regularized_origin", "strict_saddle"),
    ],
)
def test_points_are_what_they_are(problem, weights, kind):
    answer = document(
        "classify", EXAMPLES / f"{problem}.toml", "--at", EXAMPLES / f"{weights}.json"
    )
    assert (answer["verdict"], answer["given"]["kind"]) == ("certified", kind)
    assert answer["refined"] is None


def test_a_point_near_the_minimum_is_not_critical_and_leads_there():
    weights = EXAMPLES / "two_by_two_near.json"
    answer = document("classify", EXAMPLES / "two_by_two.toml", "--at", weights)
    assert answer["given"]["kind"] == "not_critical"
    assert answer["refined"]["kind"] == "global_minimum"
    assert 0 < float(answer["distance"]) < 0.1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("relu", "activation relu: the structure theorem is for linear activations"),
        ("sigmoid", "activation sigmoid: the structure theorem is for linear activations"),
        ("regularized", "an L2 regularizer: the structure theorem is for the bare loss"),
    ],
)
def test_the_rest_is_undecided_with_a_reason(name, reason):
    answer = document("critical", EXAMPLES / f"{name}.toml", "--budget", 4, status=3)
    assert answer["verdict"] == "undecided"
    assert answer["strata"] == []
    assert reason in answer["critical_set"]["reason"]


@pytest.fixture
def files(tmp_path):
    """Statement and certificate of the Iris example."""
    answer = document("critical", EXAMPLES / "iris.toml", "--certificates", tmp_path)
    kept = answer["certificate"]
    return Path(kept["statement"]), Path(kept["certificate"])


def test_the_files_are_accepted_by_both_commands(files):
    assert run("verify", *files).exit_code == 0
    alone = [sys.executable, "-I", str(ROOT / "symland" / "checker"), *map(str, files)]
    assert subprocess.run(alone, capture_output=True, timeout=60).returncode == 0


def test_a_changed_statement_is_refused(files):
    statement, certificate = files
    text = statement.read_text()
    assert '"75"' in text
    statement.write_text(text.replace('"75"', '"74"'))
    result = run("verify", statement, certificate)
    assert result.exit_code == 1
    assert "refused: " in result.stdout
    assert document("verify", statement, certificate, status=1)["status"] == "refused"


def test_a_truncated_certificate_is_unreadable(files):
    statement, certificate = files
    certificate.write_bytes(certificate.read_bytes()[:-20])
    result = run("verify", statement, certificate)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {statement} with {certificate}: certificate: not JSON")
    assert result.stderr.count("\n") == 1
    assert document("verify", statement, certificate, status=2)["status"] == "unreadable"


def test_a_missing_certificate_is_one_line(files, tmp_path):
    result = run("verify", files[0], tmp_path / "nosuch.json")
    assert result.exit_code == 2
    assert "nosuch.json" in (result.stdout + result.stderr).splitlines()[-1] + result.stdout
    assert "Traceback" not in result.stderr


def test_two_questions_share_a_folder(tmp_path):
    problem = EXAMPLES / "two_by_two.toml"
    run("critical", problem, "--certificates", tmp_path)
    run(
        "classify", problem, "--at", EXAMPLES / "two_by_two_saddle.json", "--certificates", tmp_path
    )
    run(
        "classify",
        problem,
        "--at",
        EXAMPLES / "two_by_two_minimum.json",
        "--certificates",
        tmp_path,
    )
    statements = sorted(tmp_path.glob("*.statement.json"))
    assert len(statements) == 3
    for statement in statements:
        certificate = Path(str(statement).replace(".statement.", ".certificate."))
        assert run("verify", statement, certificate).exit_code == 0


def test_barcodes_split_the_rows():
    rows = document("critical", EXAMPLES / "deep_2222.toml")["strata"]
    single = document("critical", EXAMPLES / "deep_2222.toml", "--barcodes")["strata"]
    assert len(rows) == 4
    assert len(single) == sum(row["count"] for row in rows) == 20
    assert all(row["kind"] != "mixed" for row in single)


def test_the_same_seed_gives_the_same_answer():
    first, second = (document("critical", EXAMPLES / "iris_5_2.toml") for _ in range(2))
    first["seconds"] = second["seconds"] = None
    assert first == second
