"""Problem files: TOML, or the same shape in JSON.

`docs/reference/problem_file.md` is the format.
"""

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from symland.problem.csv_table import read_csv
from symland.problem.dataset import Dataset
from symland.problem.document import read_document
from symland.problem.errors import InputError, check_keys, within
from symland.problem.loss import Loss
from symland.problem.network import Network
from symland.problem.problem import Problem
from symland.problem.regularizer import Regularizer


def read_problem(path: str | PathLike[str]) -> Problem:
    """The problem in a ``.toml`` or ``.json`` file, named by the file without its suffix.

    A CSV file named inside is looked up beside the problem file.
    Raises `InputError` with one line that names file, key, value and what was expected.

    >>> read_problem("none.toml")
    Traceback (most recent call last):
    symland.problem.errors.InputError: none.toml: no such file
    """
    file = Path(fspath(path))
    with within(f"{file}: "):
        return parse_problem(read_document(file), name=file.stem, folder=file.parent)


def parse_problem(
    table: Mapping[str, Any], name: str = "problem", folder: str | PathLike[str] = "."
) -> Problem:
    """The problem that a table in the shape of a problem file states.

    The table may come from any TOML or JSON reader, and `Problem.to_json` is read back.
    Floats in it are taken as the dyadic numbers they are; `read_problem` reads decimals as written.
    A CSV file is looked up in `folder`. Raises `InputError`.

    >>> problem = parse_problem({
    ...     "network": {"widths": [1, 1, 1], "activation": "tanh"},
    ...     "data": {"inputs": [["1"]], "targets": [["1/2"]]},
    ...     "loss": {"kind": "squared"}})
    >>> parse_problem(problem.to_json()).to_json() == problem.to_json()
    True
    """
    check_keys(table, "", ["network", "data"], ["loss", "regularizer"])
    return Problem(
        _network(table["network"]),
        _dataset(table["data"], Path(fspath(folder))),
        _loss(table.get("loss", {})),
        _regularizer(table["regularizer"]) if "regularizer" in table else None,
        name,
    )


def _network(table: Any) -> Network:
    check_keys(table, "network", ["widths"], ["activation", "bias", "skip"])
    with within("network."):
        return Network(
            table["widths"],
            table.get("activation", "linear"),
            table.get("bias", "none"),
            table.get("skip"),
        )


def _loss(table: Any) -> Loss:
    check_keys(table, "loss", [], ["kind", "scale", "weights"])
    with within("loss."):
        return Loss(table.get("kind", "squared"), table.get("scale"), table.get("weights"))


def _regularizer(table: Any) -> Regularizer:
    check_keys(table, "regularizer", ["l2"])
    with within("regularizer."):
        return Regularizer(table["l2"])


def _dataset(table: Any, folder: Path) -> Dataset:
    if isinstance(table, Mapping) and "csv" in table:
        return _csv_dataset(table, folder)
    if isinstance(table, Mapping) and "one_hot" in table:
        raise InputError(
            "data.one_hot: given without data.csv, expected a csv file to read it from"
        )
    check_keys(table, "data", ["inputs", "targets"], ["csv", "one_hot"])
    with within("data."):
        return Dataset(table["inputs"], table["targets"])


def _csv_dataset(table: Mapping[str, Any], folder: Path) -> Dataset:
    check_keys(table, "data", ["csv", "inputs"], ["targets", "one_hot"])
    if ("targets" in table) == ("one_hot" in table):
        found = "both" if "targets" in table else "neither"
        raise InputError(f"data: got {found} of targets and one_hot, expected one of them")
    name = table["csv"]
    if type(name) is not str or not name:
        raise InputError.of("data.csv", name, "the name of a CSV file")
    inputs = _column_names(table["inputs"], "data.inputs")
    targets = _column_names(table["targets"], "data.targets") if "targets" in table else None
    label = table.get("one_hot", "")
    if type(label) is not str:
        raise InputError.of("data.one_hot", label, "the name of a column of the CSV file")
    with within(f"data.csv: {name}: "):
        csv = read_csv(folder / name)
        return Dataset(
            csv.numbers(inputs), csv.one_hot(label) if targets is None else csv.numbers(targets)
        )


def _column_names(value: Any, key: str) -> list[str]:
    expected = "a list of distinct column names of the CSV file"
    if not isinstance(value, list) or not value or any(type(name) is not str for name in value):
        raise InputError.of(key, value, expected)
    if len(set(value)) < len(value):
        raise InputError.of(key, value, expected)
    return value
