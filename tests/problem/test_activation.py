"""Every activation of the format, and the texts of those that are none."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from symland.problem import Activation, InputError, parse_activation
from symland.problem.activation import ACTIVATION_NAMES


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("linear", "linear"),
        ("relu", "relu"),
        ("leaky_relu(0.1)", "leaky_relu(1/10)"),
        ("leaky_relu(-2/4)", "leaky_relu(-1/2)"),
        ("sigmoid", "sigmoid"),
        ("tanh", "tanh"),
        ("softplus", "softplus"),
        ("softplus( 10 )", "softplus(10)"),
        ("softplus(-1/2)", "softplus(-1/2)"),
        ("exp", "exp"),
        (" square ", "square"),
        ("cube", "cube"),
        ("polynomial(0,1, 1/2)", "polynomial(0, 1, 1/2)"),
    ],
)
def test_text_is_read_and_given_back(text: str, canonical: str) -> None:
    activation = parse_activation(text)
    assert str(activation) == canonical
    assert parse_activation(canonical) == activation
    assert hash(parse_activation(canonical)) == hash(activation)


def test_every_name_is_tried_above() -> None:
    assert set(ACTIVATION_NAMES) == {
        *("linear", "relu", "leaky_relu", "sigmoid", "tanh", "softplus", "exp", "square", "cube"),
        "polynomial",
    }


@given(st.lists(st.fractions(), min_size=1, max_size=5))
def test_polynomials_keep_their_coefficients(coefficients: list[Fraction]) -> None:
    activation = Activation("polynomial", tuple(coefficients))
    assert parse_activation(str(activation)).parameters == tuple(coefficients)
    kept = activation.coefficients
    assert kept is not None
    assert kept + (Fraction(0),) * (len(coefficients) - len(kept)) == tuple(coefficients)
    assert kept[-1] != 0 or kept == (0,)


def test_coefficients_of_the_named_ones() -> None:
    assert parse_activation("linear").coefficients == (0, 1)
    assert parse_activation("square").coefficients == (0, 0, 1)
    assert parse_activation("cube").coefficients == (0, 0, 0, 1)
    assert parse_activation("relu").coefficients is None
    assert parse_activation("polynomial(0)").is_polynomial
    assert not parse_activation("softplus(2)").is_polynomial


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thanh", "activation: unknown 'thanh', expected one of linear, relu, leaky_relu(a), "),
        ("thanh", "(did you mean 'tanh'?)"),
        ("gelu(1)", "activation: unknown 'gelu', expected one of linear, relu"),
        ("relu(1)", "activation: got 'relu(1)', expected relu with no parameter"),
        ("leaky_relu", "leaky_relu with exactly 1 parameter"),
        ("leaky_relu()", "activation: got 'leaky_relu()', expected one of linear"),
        ("softplus(1, 2)", "softplus with 0 to 1 parameters"),
        ("softplus(0)", "activation: got 'softplus(0)', expected softplus(g) with g other than 0"),
        ("polynomial", "polynomial with 1 to 101 parameters"),
        (f"polynomial({'1, ' * 101}2)", "..., expected polynomial with 1 to 101 parameters"),
        ("polynomial(1,,2)", "activation 'polynomial(1,,2)': got '', expected an integer"),
        ("polynomial(x)", "activation 'polynomial(x)': got 'x', expected an integer"),
        ("leaky_relu(nan)", "activation 'leaky_relu(nan)': got 'nan', expected a finite number"),
        ("leaky_relu(log(2))", "activation: got 'leaky_relu(log(2))', expected one of"),
        ("", "activation: got '', expected one of linear"),
        (3, "activation: got 3, expected one of linear"),
        (None, "activation: got None, expected one of linear"),
    ],
)
def test_what_is_no_activation(text: object, message: str) -> None:
    with pytest.raises(InputError) as error:
        parse_activation(text)
    assert message in str(error.value)
