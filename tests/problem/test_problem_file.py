"""Problem files in TOML and JSON: what is read, and every refusal by its text."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from symland.problem import InputError, read_problem

NETWORK = "[network]\nwidths = [2, 1, 2]\n"
DATA = '[data]\ninputs = [["1", "0"], ["0", "1"]]\ntargets = [["2", "0"], ["0", "1"]]\n'
LOSS = '[loss]\nkind = "squared"\n'


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_problem(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def write(folder: Path, text: str, name: str = "p.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_at_once(tmp_path: Path) -> None:
    text = """
        [network]
        widths = [2, 2, 1, 1]
        activation = ["tanh", "leaky_relu(0.1)"]
        bias = "all"
        skip = [[1, 1], [2, 1]]
        [data]
        inputs = [[0.1, 1e-2], ["1/3", 1_0.5]]
        targets = [[1], [-2.50]]
        [loss]
        kind = "squared"
        scale = "mean"
        weights = [["1"], [0.0]]
        [regularizer]
        l2 = {W1 = [["4", "5"], [1, 2]], b3 = [0.3]}
    """
    problem = read_problem(write(tmp_path, text, "all.toml"))
    assert problem.name == "all"
    assert problem.to_json() == {
        "network": {
            "widths": [2, 2, 1, 1],
            "activation": ["tanh", "leaky_relu(1/10)"],
            "bias": "all",
            "skip": [[1, 1], [2, 1]],
        },
        "data": {"inputs": [["1/10", "1/100"], ["1/3", "21/2"]], "targets": [["1"], ["-5/2"]]},
        "loss": {"kind": "squared", "scale": "1/2", "weights": [["1"], ["0"]]},
        "regularizer": {"l2": {"W1": [["4", "5"], ["1", "2"]], "b3": ["3/10"]}},
    }


def test_json_has_the_same_shape(tmp_path: Path) -> None:
    toml = read_problem(write(tmp_path, NETWORK + DATA + LOSS + 'scale = "1/2"'))
    path = write(tmp_path, json.dumps(toml.to_json()), "p.json")
    assert read_problem(path) == toml
    decimals = '{"network": {"widths": [1, 1]}, "data": {"inputs": [[0.1]], "targets": [[1e400]]}}'
    data = read_problem(write(tmp_path, decimals, "d.json")).dataset
    assert (data.inputs[0][0], data.targets[0][0]) == (Fraction(1, 10), 10**400)


def test_loss_may_be_left_out_and_files_may_have_a_mark_or_crlf(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (NETWORK + DATA).replace("\n", "\r\n").encode())
    problem = read_problem(str(path))
    assert (problem.loss.kind, problem.scale) == ("squared", Fraction(1, 2))


NUMBER = "expected an integer, a fraction 'p/q' or a decimal"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "network: missing, expected in the file"),
        (NETWORK, "data: missing, expected in the file"),
        ("[netwrok]\n" + DATA, "unknown key 'netwrok', expected one of network, data, loss, regul"),
        ("[netwrok]\n" + DATA, "(did you mean 'network'?)"),
        ("network = 3\n" + DATA, "network: got 3, expected a table with widths, activation, bias"),
        ("[[network]]\n" + DATA, "network: got [{}], expected a table with widths"),
        ("[network]\n" + DATA, "network.widths: missing, expected in network"),
        (
            "[network]\nwidhts = [2, 2]\n" + DATA,
            (
                "network: unknown key 'widhts', expected one of widths, activation, bias, skip "
                "(did you mean 'widths'?)"
            ),
        ),
        (NETWORK + 'activation = "thanh"\n' + DATA, "network.activation: unknown 'thanh'"),
        (NETWORK + 'activation = "thanh"\n' + DATA, "(did you mean 'tanh'?)"),
        (NETWORK + "activation = 1.5\n" + DATA, "network.activation: got 1.5, expected one of"),
        (NETWORK + 'activation = ["relu", "relu"]\n' + DATA, "network.activation: got a list of 2"),
        (NETWORK + 'bias = "some"\n' + DATA, "network.bias: got 'some', expected one of none"),
        (NETWORK + "skip = [[2, 1]]\n" + DATA, "network.skip: got hidden layer 2, expected 1 to 1"),
        (
            "[network]\nwidths = [2]\n" + DATA,
            "network.widths: got [2], expected at least 2 positive integers",
        ),
        (
            "[network]\nwidths = [4, 1, 2]\n" + DATA,
            ("network.widths: got 4 as input width, expected 2, the number of entries of a row"),
        ),
        (NETWORK + "[data]\ninputs = [[1, 2]]\n", "data.targets: missing, expected in data"),
        (NETWORK + "[data]\ninputs = []\ntargets = []\n", "data.inputs: got [], expected at least"),
        (
            NETWORK + "[data]\ninputs = [[1, 2], [3]]\ntargets = [[1, 2], [3, 4]]\n",
            "data.inputs row 2: got 1 entries, expected 2 as in row 1",
        ),
        (
            NETWORK + "[data]\ninputs = [[1, 2]]\ntargets = [[1, 2], [3, 4]]\n",
            "data.targets: got 2 rows, expected 1, one per row of inputs",
        ),
        (
            NETWORK + "[data]\ninputs = [[1, nan]]\ntargets = [[1, 2]]\n",
            "data.inputs row 1 entry 2: got nan, expected a finite number",
        ),
        (
            NETWORK + "[data]\ninputs = [[1, 2]]\ntargets = [[-inf, 2]]\n",
            "data.targets row 1 entry 1: got -inf, expected a finite number",
        ),
        (
            NETWORK + "[data]\ninputs = [[1, true]]\ntargets = [[1, 2]]\n",
            f"data.inputs row 1 entry 2: got True, {NUMBER}",
        ),
        (
            NETWORK + "[data]\ninputs = [[1, 1979-05-27]]\ntargets = [[1, 2]]\n",
            f"data.inputs row 1 entry 2: got datetime.date(1979, 5, 27), {NUMBER}",
        ),
        (
            NETWORK + "[data]\ninputs = [[1, 1e999999999]]\ntargets = [[1, 2]]\n",
            "data.inputs row 1 entry 2: got 1e999999999, expected a number of at most 100000 dig",
        ),
        (
            NETWORK + f"[data]\ninputs = [[1, {'9' * 5000}]]\ntargets = [[1, 2]]\n",
            "TOML integer of more than 4300 digits, expected such a number in quotes",
        ),
        (
            NETWORK + '[data]\none_hot = "a"\n',
            "data.one_hot: given without data.csv, expected a csv file to read it from",
        ),
        (
            NETWORK + DATA + '[loss]\nkind = "mse"\n',
            "loss.kind: got 'mse', expected one of squared",
        ),
        (
            NETWORK + DATA + "[loss]\nscales = 1\n",
            "loss: unknown key 'scales', expected one of kind, scale, weights (did you mean ",
        ),
        (
            NETWORK + DATA + "[loss]\nscale = 0\n",
            "loss.scale: got 0, expected a positive number or",
        ),
        (
            NETWORK + DATA + '[loss]\nkind = "logistic"\n',
            "data.targets row 1 entry 1: got 2, expected -1 or 1, the labels of the logistic loss",
        ),
        (
            NETWORK + DATA + '[loss]\nkind = "cross_entropy"\n',
            "data.targets row 1: got [2, 0], expected a one-hot row",
        ),
        (
            NETWORK + DATA + "[loss]\nweights = [[1, 2]]\n",
            "loss.weights: got a 1 x 2 matrix, expec",
        ),
        (NETWORK + DATA + "[regularizer]\n", "regularizer.l2: missing, expected in regularizer"),
        (NETWORK + DATA + "[regularizer]\nl1 = 1\n", "regularizer: unknown key 'l1', expected one"),
        (
            NETWORK + DATA + "[regularizer]\nl2 = -0.1\n",
            "regularizer.l2: got -1/10, expected a non",
        ),
        (
            NETWORK + DATA + "[regularizer.l2]\nW1 = [[1], [2]]\n",
            "regularizer.l2.W1: got a 2 x 1 matrix, expected a 1 x 2 matrix",
        ),
        ("[network\n", "malformed TOML: Expected ']' at the end of a table declaration (at line 1"),
        (NETWORK + "widths = [1]\n", "malformed TOML: Cannot overwrite a value (at line 3"),
        ("a = " + "[" * 100_000, "TOML nested too deeply"),
        (
            "a = 1\n" + ".".join(["b"] * 100_000) + " = 1",
            "line 2: a key of more than 100 parts, expected fewer",
        ),
        (
            "[" + " . ".join(['"b"'] * 101) + "]",
            "line 1: a key of more than 100 parts, expected fewer",
        ),
    ],
)
def test_refused_toml(tmp_path: Path, text: str, message: str) -> None:
    assert message in refusal(write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "malformed JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[1]", "got [1], expected a JSON object"),
        (
            '{"network": {}, "network": {}}',
            "key 'network' stands twice in one object, expected onc",
        ),
        ("[" * 200_000, "JSON nested too deeply"),
        (
            '{"network": {"widths": [1, 1]}, "data": {"inputs": [[NaN]], "targets": [[1]]}}',
            "data.inputs row 1 entry 1: got NaN, expected a finite number",
        ),
        (
            '{"network": {"widths": [1, 1]}, "data": {"inputs": [[-Infinity]], "targets": [[1]]}}',
            "data.inputs row 1 entry 1: got -Infinity, expected a finite number",
        ),
        (
            '{"network": {"widths": [1, null]}, "data": {"inputs": [[1]], "targets": [[1]]}}',
            "network.widths: got [1, None], expected at least 2 positive integers",
        ),
    ],
)
def test_refused_json(tmp_path: Path, text: str, message: str) -> None:
    assert message in refusal(write(tmp_path, text, "p.json"))


@pytest.mark.parametrize("depth", [10, 300, 480, 700])
@pytest.mark.parametrize(("left", "right"), [("[", "]"), ('{"a": ', "}")])
@pytest.mark.parametrize("place", ["network", "data", "loss", "regularizer"])
def test_refused_values_many_brackets_deep(
    tmp_path: Path, place: str, left: str, right: str, depth: int
) -> None:
    tables = {
        "network": '{"widths": [1, 1]}',
        "data": '{"inputs": [[1]], "targets": [[1]]}',
        place: left * depth + "1" + right * depth,
    }
    text = ", ".join(f'"{name}": {table}' for name, table in tables.items())
    message = refusal(write(tmp_path, "{" + text + "}", "p.json"))
    assert message.startswith((place, "JSON nested too deeply"))
    assert len(message) < 250


def test_refused_files(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.toml") == "no such file"
    assert refusal(write(tmp_path, "", "p.yaml")) == "suffix '.yaml', expected .toml or .json"
    (tmp_path / "folder.toml").mkdir()
    assert refusal(tmp_path / "folder.toml") == "is a directory, expected a file"
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    assert refusal(tmp_path / "latin.toml") == "byte 5 is no UTF-8, expected text in UTF-8"


def test_a_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symland.problem.document.MAX_BYTES", 2**20)
    path = write(tmp_path, "#" * (2**20 + 1))
    assert refusal(path) == "larger than 1 MB, expected a smaller file"


def test_json_integers_of_any_length(tmp_path: Path) -> None:
    text = json.dumps(
        {"network": {"widths": [1, 1]}, "data": {"inputs": [["N"]], "targets": [[1]]}}
    )
    path = write(tmp_path, text.replace('"N"', "1" + "0" * 6000), "p.json")
    assert read_problem(path).dataset.inputs[0][0] == 10**6000
