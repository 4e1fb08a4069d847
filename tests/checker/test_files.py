"""Files that cannot be read: one line, exit status 2, and never a traceback."""

import json
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import symland.checker
from symland.checker import check, files
from symland.checker.verdict import Unreadable, show
from tests.checker.documents import certificate, problem, statement

GOOD = statement(
    problem([1, 1], [[1]], [[1]]), {"p": {"W1": [["1"]]}}, [("critical", {"point": "p"})]
)
PROOF = certificate([("substitution", {})])
FOLDER = Path(symland.checker.__file__).parent


def text(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_the_pair_used_below_is_accepted() -> None:
    answer = check(text(GOOD), text(PROOF))
    assert answer.accepted
    assert answer.exit_status == 0
    assert answer.lines == ("c0: p is a critical point",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "byte 0 is not UTF-8"),
        (b"[" * 100_000, "nested deeper than 64"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "nested deeper than 64"),
        (b'{"symland": "statement", "symland": "statement"}', "'symland' occurs twice"),
        (b'{"version": 1.0}', "no floats"),
        (b'{"version": NaN}', "no floats"),
        (b'{"version": -Infinity}', "no floats"),
        (b'{"version": 1e999999999}', "no floats"),
        (b'{"version": ' + b"9" * 5000 + b"}", "at most 10 digits"),
        (b'{"symland": "statement", "version": 2}', "version 2, this checker reads version 1"),
        (b'{"symland": "statement", "version": true}', "version True"),
        (b'{"symland": "certificate", "version": 1}', "not a symland statement"),
        (b"[1]", "not a symland statement"),
        (text(GOOD)[:-40], "not JSON"),
        (b'"\\ud800"', "not a symland statement"),
        (b'{"\\ud800": 1}', "not a symland statement"),
        (b'"' + b'\\"' * 200_000, "not JSON"),
        (b"\xef\xbb\xbf" + text(GOOD), "not JSON"),
    ],
)
def test_statements_that_are_no_statements(data: bytes, reason: str) -> None:
    start = time.monotonic()
    answer = check(data, text(PROOF))
    assert answer.unreadable
    assert answer.exit_status == 2
    assert reason in str(answer.reason)
    assert "\n" not in str(answer.reason)
    assert time.monotonic() - start < 30


def changed(path: list[Any], value: Any) -> bytes:
    document = json.loads(text(GOOD))
    here = document
    for key in path[:-1]:
        here = here[key]
    if value is None:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return text(document)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (["extra"], 1, "unknown field 'extra'"),
        (["points"], None, "field 'points' is missing"),
        (["claims"], {}, "expected a list"),
        (["claims", 0, "name"], "", "expected a printable name"),
        (["claims", 0, "name"], "a\nb", "expected a printable name"),
        (["claims", 0, "name"], "\ud800", "expected a printable name"),
        (["claims", 0, "name"], "x" * 300, "expected a printable name"),
        (["claims", 0, "point"], None, "field 'point' is missing"),
        (["claims", 0, "value"], "1", "unknown field 'value'"),
        (["problem", "network", "widths"], [1], "widths: 1 entries"),
        (["problem", "network", "widths"], [1, 0], "expected an integer in 1..100000"),
        (["problem", "network", "widths"], [True, 1], "True, expected an integer"),
        (["problem", "network", "activation"], ["linear"], "1 entries, expected 0"),
        (["problem", "network", "bias"], "some", "expected none, hidden, output or all"),
        (["problem", "network", "skip"], [[1, 1]], "skip: layer"),
        (["problem", "data", "inputs"], [], "no samples"),
        (["problem", "data", "inputs"], [["1"], ["2"]], "targets: 1 entries, expected 2"),
        (["problem", "data", "inputs"], [["1", "2"]], "2 entries, expected 1"),
        (["problem", "data", "inputs", 0, 0], "1.5", "expected a rational"),
        (["problem", "data", "inputs", 0, 0], "2/4", "not in lowest terms"),
        (["problem", "data", "inputs", 0, 0], "-0", "not in lowest terms"),
        (["problem", "data", "inputs", 0, 0], "3/1", "not in lowest terms"),
        (["problem", "data", "inputs", 0, 0], "1/0", "expected a rational"),
        (["problem", "data", "inputs", 0, 0], "01", "expected a rational"),
        (["problem", "data", "inputs", 0, 0], "\u0661", "expected a rational"),
        (["problem", "data", "inputs", 0, 0], "1e5", "expected a rational"),
        (["problem", "data", "inputs", 0, 0], "1 ", "expected a rational"),
        (["problem", "data", "inputs", 0, 0], "9" * 100_001, "more than 100000 digits"),
        (["problem", "data", "inputs", 0, 0], 1, "expected a rational"),
        (["problem", "loss", "kind"], "absolute", "expected squared"),
        (["problem", "loss", "scale"], "0", "expected a positive number"),
        (["problem", "loss", "scale"], "-1", "expected a positive number"),
        (["problem", "regularizer"], {"l2": {"W2": []}}, "unknown field 'W2'"),
        (["points", "p", "W1"], [["1", "2"]], "2 entries, expected 1"),
        (["points", "p", "W1"], [[["0", "1"]]], "the point names no root"),
        (["points", "p", "W2"], [["1"]], "unknown field 'W2'"),
        (["roots"], {"t": {"polynomial": ["1"], "interval": ["0", "1"]}}, "degree at least 1"),
        (["roots"], {"t": {"polynomial": ["1", "1"], "interval": ["1", "0"]}}, "ends before"),
        (["roots"], {"t": {"polynomial": ["1", "1"]}}, "field 'interval' is missing"),
        (["vectors"], {"v": "1"}, "expected a list"),
    ],
)
def test_statements_of_the_wrong_form(path: list[Any], value: Any, reason: str) -> None:
    answer = check(changed(path, value), text(PROOF))
    assert answer.exit_status == 2
    assert reason in str(answer.reason)


@pytest.mark.parametrize(
    "activation",
    [
        "",
        "gauss",
        "leaky_relu",
        "leaky_relu(x)",
        "linear()",
        "polynomial()",
        "polynomial(1,)",
        "polynomial(1/0)",
    ],
)
def test_unknown_activations(activation: str) -> None:
    document = statement(problem([1, 1, 1], [[1]], [[1]], activation=[activation]), {}, [])
    answer = check(text(document), text(PROOF))
    assert answer.exit_status == 2
    assert "network: activation" in str(answer.reason)


@pytest.mark.parametrize(
    "activation", ["relu", "leaky_relu(1/10)", "softplus", "softplus(3)", "polynomial(0, 1/2)"]
)
def test_known_activations(activation: str) -> None:
    document = statement(problem([1, 1, 1], [[1]], [[1]], activation=[activation]), {}, [])
    assert check(text(document), text(certificate([]))).accepted


def test_too_many_bytes_and_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    assert "at most 10 are read" in str(check(text(GOOD), text(PROOF)).reason)
    monkeypatch.setattr(files, "MAX_BYTES", 10**6)
    monkeypatch.setattr(files, "MAX_ITEMS", 10)
    assert "more than 10 items" in str(check(text(GOOD), text(PROOF)).reason)


def test_long_numbers_are_read_whatever_the_digit_limit() -> None:
    digits = "1" + "0" * 30_000 + "7"
    assert files.number(digits, "x") == 10**30_001 + 7
    assert files.number(f"-1/{digits}", "x") == Fraction(-1, 10**30_001 + 7)
    with pytest.raises(Unreadable, match="expected an integer"):
        files.count(10**10, "x")
    assert show(10**5000) == "a number of 16610 bits"


def run(*arguments: str, cwd: Any = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(FOLDER), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_command_line(tmp_path: Path) -> None:
    good, proof, bad = tmp_path / "s.json", tmp_path / "c.json", tmp_path / "bad.json"
    good.write_bytes(text(GOOD))
    proof.write_bytes(text(PROOF))
    bad.write_bytes(changed(["points", "p", "W1"], [["2"]]))
    accepted = run(str(good), str(proof), cwd=tmp_path)
    assert (accepted.returncode, accepted.stdout) == (0, "c0: p is a critical point\n")
    refused = run(str(bad), str(proof), cwd=tmp_path)
    assert refused.returncode == 1
    assert refused.stdout == (
        "refused: step 's0' (rule 'substitution'): "
        "the derivative with respect to W1 is not zero at p\n"
    )
    unreadable = run(str(proof), str(proof), cwd=tmp_path)
    assert unreadable.returncode == 2
    assert "not a symland statement" in unreadable.stdout
    for arguments in (
        (),
        (str(good),),
        (str(tmp_path / "missing"), str(proof)),
        (str(tmp_path), str(proof)),
    ):
        answer = run(*arguments, cwd=tmp_path)
        assert answer.returncode == 2
        assert "Traceback" not in answer.stderr


def test_the_checker_stands_alone() -> None:
    """Loaded by itself it imports the standard library and its own folder, nothing else."""
    program = (
        f"import sys, runpy; sys.argv = ['x']; before = set(sys.modules)\n"
        f"try: runpy.run_path({str(FOLDER)!r}, run_name='__main__')\n"
        f"except SystemExit: pass\n"
        f"import importlib; sys.path.insert(0, {str(FOLDER.parent)!r})\n"
        f"import checker\n"
        f"print([m for m in sys.modules if m.split('.')[0] not in sys.stdlib_module_names"
        f" and m.split('.')[0] not in ('checker', '__main__')"
        f" and not m.startswith('__')])"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound a process so")
def test_memory_is_bounded() -> None:
    """A gigabyte is to be had, four are not; and being without memory is no traceback."""
    program = f"""
import runpy, sys
main = runpy.run_path({str(FOLDER / "__main__.py")!r})
main["bound_memory"](1000)
checker = main["load_checker"]()
print(len(bytearray(2**30)) == 2**30)
sys.modules["symland_checker.files"].load = lambda data, file: bytearray(2**32)
print(checker.check(b"", b"").reason)
"""
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split("\n")[:2] == ["True", "the files need more memory than there is"]


def test_no_assert_in_the_checker() -> None:
    for path in FOLDER.glob("*.py"):
        assert not any(line.lstrip().startswith("assert") for line in path.read_text().splitlines())


def test_certificates_of_the_wrong_form() -> None:
    for value, reason in (
        ({**PROOF, "version": 3}, "version 3"),
        ({**PROOF, "note": "x"}, "unknown field"),
        ({**PROOF, "steps": [1]}, "expected an object"),
        ({**PROOF, "steps": [{"name": "s", "claim": "c0"}]}, "rule"),
        ({**PROOF, "steps": PROOF["steps"] * 2}, "the name 's0' occurs twice"),
    ):
        answer = check(text(GOOD), text(value))
        assert answer.exit_status == 2
        assert reason in str(answer.reason)
