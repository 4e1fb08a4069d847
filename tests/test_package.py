"""The package as a whole: public names, a light import."""

import json
import subprocess
import sys

import pytest

import symland


@pytest.mark.parametrize("name", symland.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(symland, name) is not None
    assert name in dir(symland)


def test_unknown_names_are_refused_as_python_does() -> None:
    with pytest.raises(AttributeError, match="module 'symland' has no attribute 'landscpe'"):
        _ = symland.landscpe


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running `code`."""
    report = f"import sys, json\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True, timeout=60
    )
    return {module.partition(".")[0] for module in json.loads(run.stdout)}


HEAVY = {"numpy", "scipy", "sympy", "mpmath", "flint", "matplotlib", "rich", "click"}


@pytest.mark.parametrize("code", ["import symland", "import symland; symland.Problem"])
def test_the_import_is_light(code: str) -> None:
    assert not loaded_by(code) & HEAVY
