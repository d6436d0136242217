from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import expressions, formulas, names, polynomials
from sympy import Expr, Integer, Max, Min, Rational, floor, log, sqrt

from symcost.dimensions import dimension
from symcost.errors import FormulaError
from symcost.expressions import normal
from symcost.formula import read
from symcost.notation import text

T, H, I, E, N, S = map(dimension, "THIENS")
T_self = dimension("T_self")

SIGNS = "names, numbers, + - * / ** ^ ( ) and commas"
ATOM = "expected a number, a dimension, a function or '('"
NO_VALUE = "it has no value; expected a formula without division by zero or roots of negative numbers"
FUNCTION_NAMES = "Max, Min, ceil, ceiling, floor, ln, log, log2, max, min, sqrt"


# --- what is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "expression"),
    [
        ("T", T),
        ("  T_self ", T_self),
        ("300", Integer(300)),
        ("1.5", Rational(3, 2)),
        ("0.1", Rational(1, 10)),
        ("1.5e3", Integer(1500)),
        ("1E-2", Rational(1, 100)),
        ("T+H", T + H),
        ("T - H - 1", T - H - 1),
        ("T - (H - 1)", T - H + 1),
        ("-T", -T),
        ("--T", T),
        ("+T", T),
        ("T - -H", T + H),
        ("T*-H", -T * H),
        ("T*H/2", T * H / 2),
        ("6/2/3", Integer(1)),
        ("6/2*3", Integer(9)),
        ("T H", T * H),
        ("T (H + 1)", T * H + T),
        ("2T", 2 * T),
        ("2(T)", 2 * T),
        ("(T)(H)", T * H),
        ("(T+1)(T-1)", T**2 - 1),
        ("T 2", 2 * T),
        ("T2", dimension("T2")),
        ("1/2 T", T / 2),
        ("T**2", T**2),
        ("T^2", T**2),
        ("-T^2", -(T**2)),
        ("2 T^2", 2 * T**2),
        ("T^-1", 1 / T),
        ("T^0.5", sqrt(T)),
        ("T^2^3", T**8),
        ("(T^2)^3", T**6),
        ("2^H", 2**H),
        ("(1/2)^H", 2**-H),
        ("(T+1)^2", T**2 + 2 * T + 1),
        ("T*(I*H + H**2)", T * I * H + T * H**2),
        ("I*E*N*S", I * E * N * S),
        ("pi", dimension("pi")),
        ("lambda", dimension("lambda")),
        ("floor(T/2)", floor(T / 2)),
        ("ceil(T/2) - ceiling(T/2)", Integer(0)),
        ("ceil(7/2)", Integer(4)),
        ("sqrt(T^2)", T),
        ("sqrt(8)", 2 * sqrt(2)),
        ("log(T) - ln(T)", Integer(0)),
        ("log2(8)", Integer(3)),
        ("log2(T)", log(T) / log(2)),
        ("log(81, 3)", Integer(4)),
        ("max(T, H, 2) - Max(2, H, T)", Integer(0)),
        ("max(T, H)", Max(T, H)),
        ("min(T, H)", Min(T, H)),
        ("min(3, 2)", Integer(2)),
        ("max(T)", T),
        ("max (T, T + 1)", T + 1),
        ("T\n*\tH", T * H),
        ("floor", dimension("floor")),
        ("T*(H)", T * H),
        ("T (H)", T * H),
        ("(" * 28 + "T" + ")" * 28, T),
        ("-" * 5000 + "T", T),
    ],
)  # fmt: skip
def test_a_formula_is_read_as_it_is_meant(formula: str, expression: Expr) -> None:
    assert read(formula) == expression


@given(expression=polynomials())
@settings(deadline=None, max_examples=60)
def test_a_polynomial_is_read_back_from_how_sympy_writes_it(expression: Expr) -> None:
    assert read(str(expression)) == expression


@given(expression=polynomials() | expressions())
@example(expression=read("9*I**2*T - 7*I*T**2 - 7*S + 8"))  # its factor is itself, backwards
@settings(deadline=None, max_examples=80)
def test_an_expression_is_read_back_from_how_we_write_it(expression: Expr) -> None:
    assert read(text(expression)) == normal(expression)


@given(name=names())
@settings(deadline=None, max_examples=50)
def test_every_name_of_a_dimension_is_that_dimension(name: str) -> None:
    assert read(name) == dimension(name)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("", f"formula '', character 1: the end; {ATOM}"),
        ("   ", f"formula '   ', character 4: the end; {ATOM}"),
        ("T +", f"formula 'T +', character 4: the end; {ATOM}"),
        ("*T", f"formula '*T', character 1: '*'; {ATOM}"),
        ("()", f"formula '()', character 2: ')'; {ATOM}"),
        ("max()", f"formula 'max()', character 5: ')'; {ATOM}"),
        ("(T", "formula '(T', character 3: the end; expected ')'"),
        ("floor(T, 2", "formula 'floor(T, 2', character 11: the end; expected ')'"),
        ("T)", "formula 'T)', character 2: ')'; expected the end or an operator"),
        ("T,H", "formula 'T,H', character 2: ','; expected the end or an operator"),
        ("T = H", f"formula 'T = H', character 3: '='; expected {SIGNS}"),
        ("T.__class__", f"formula 'T.__class__', character 2: '.'; expected {SIGNS}"),
        ("__import__('os')", f"formula \"__import__('os')\", character 1: '_'; expected {SIGNS}"),
        ("lambda: 0", f"formula 'lambda: 0', character 7: ':'; expected {SIGNS}"),
        ("T[0]", f"formula 'T[0]', character 2: '['; expected {SIGNS}"),
        ("T · H", f"formula 'T · H', character 3: '·'; expected {SIGNS}"),
        ("٣", f"formula '٣', character 1: '٣'; expected {SIGNS}"),
        ("T²", f"formula 'T²', character 2: '²'; expected {SIGNS}"),
        ("T\x00", f"formula 'T\\x00', character 2: '\\x00'; expected {SIGNS}"),
        (
            "T__x",
            "formula 'T__x', character 1: 'T__x' is no name of a dimension; "
            "expected a letter, then letters, digits or single underscores, at most 64",
        ),
        (
            "ciel(T)",
            "formula 'ciel(T)', character 1: no function is called 'ciel'; "
            "a product is written ciel*(...); did you mean 'ceil'?",
        ),
        (
            "T(H+1)",
            "formula 'T(H+1)', character 1: no function is called 'T'; "
            f"a product is written T*(...); there are {FUNCTION_NAMES}",
        ),
        ("floor(T, 2)", "formula 'floor(T, 2)', character 1: floor of 2 arguments; expected 1"),
        ("log(T, 2, 3)", "formula 'log(T, 2, 3)', character 1: log of 3 arguments; expected 1 to 2"),
        ("log(T, 0)", "formula 'log(T, 0)', character 1: log cannot be had: the base is 0"),
        ("log(T, 1)", "formula 'log(T, 1)', character 1: log cannot be had: the base is 1"),
        ("T/0", "formula 'T/0': division by zero"),
        ("T/(H-H)", "formula 'T/(H-H)': division by zero"),
        ("0**-1", "formula '0**-1', character 2: division by zero"),
        ("0**0", "formula '0**0', character 2: division by zero"),
        ("log(0)", f"formula 'log(0)': {NO_VALUE}"),
        ("log(-2)", f"formula 'log(-2)': {NO_VALUE}"),
        ("sqrt(-1)", f"formula 'sqrt(-1)': {NO_VALUE}"),
        ("(-8)**(1/3)", f"formula '(-8)**(1/3)': {NO_VALUE}"),
        ("sqrt(T-H)", f"formula 'sqrt(T-H)': {NO_VALUE}"),
        ("1/(T-H)", f"formula '1/(T-H)': {NO_VALUE}"),
        ("1/log(T)", f"formula '1/log(T)': {NO_VALUE}"),
        ("1e999", "formula '1e999', character 1: a number of too many digits; expected at most 40"),
        ("1e41", "formula '1e41', character 1: a number of too many digits; expected at most 40"),
        ("1e-41", "formula '1e-41', character 1: a number of too many digits; expected at most 40"),
        (
            "9**9**9",
            "formula '9**9**9', character 2: the exponent 387420489; expected whole numbers and fractions up to 100",
        ),
        (
            "T^-101",
            "formula 'T^-101', character 2: the exponent -101; expected whole numbers and fractions up to 100",
        ),
        (
            "T^1e-3",
            "formula 'T^1e-3', character 2: the exponent 1/1000; expected whole numbers and fractions up to 100",
        ),
        (
            "2^sqrt(2)",
            "formula '2^sqrt(2)', character 2: the exponent sqrt(2); expected whole numbers and fractions up to 100",
        ),
        (
            "T^(1000 H + 1e20)",
            "formula 'T^(1000 H + 1e20)', character 2: the exponent 1000*H + ...; "
            "expected whole numbers and fractions up to 100",
        ),
        (
            "2^(T*log2(H))",
            "formula '2^(T*log2(H))', character 2: a product with a logarithm as an exponent; "
            "expected a power of a dimension",
        ),
        ("1e40 1e40", "formula '1e40 1e40': a number is too large; expected at most 256 bits"),
        ("10**90", "formula '10**90', character 3: a number is too large; expected at most 256 bits"),
        (
            "(A+B+C+D+E+F+G)**60",
            "formula '(A+B+C+D+E+F+G)**60', character 16: written out, the formula has too many terms; "
            "expected at most 2000",
        ),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_with_the_place_and_the_reason(formula: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        read(formula)

    assert str(caught.value) == message


@pytest.mark.parametrize("formula", [None, 3, 1.5, b"T", ["T"], T])
def test_what_is_no_text_is_refused(formula: Any) -> None:
    with pytest.raises(FormulaError) as caught:
        read(formula)

    assert str(caught.value) == f"{formula!r} is no text; expected a formula such as T*(I*H + H**2)"


def test_a_long_formula_is_shown_by_its_beginning() -> None:
    with pytest.raises(FormulaError) as caught:
        read("T" * 20_000)

    assert str(caught.value) == f"formula '{'T' * 57}...': 20000 characters; expected at most 10000"


HUGE = {
    "powers of powers": "9**9**9**9",
    "a tower": "10^10^10^10",
    "a power of a sum": "(A+B+C+D+E+F+G)**60",
    "one over a power of a sum": "(A+B+C+D+E+F+G)**-60",
    "a root of a power of a sum": "((A+B+C+D+E+F+G)**(1/2))**99",
    "a power with a dimension": "(A+B+C+D+E+F+G)**(T+60)",
    "a power in a function": "floor((A+B+C+D+E+F+G)**60)",
    "a power in an exponent": "2**((A+B+C+D+E+F+G)**60)",
    "a product of sums": "*".join(f"(a{k}+b{k})" for k in range(40)),
    "a power of roots": "(3**(1/7)+5**(1/7)+7**(1/7)+1)**80",
    "a power of a power": "((T+1)**100)**100",
    "brackets, a million": "(" * 10**6 + "T" + ")" * 10**6,
    "brackets, five thousand": "(" * 4_900 + "T" + ")" * 4_900,
    "brackets, thirty": "(" * 30 + "T" + ")" * 30,
    "open brackets": "(" * 9_999,
    "powers, five thousand": "T" + "^T" * 4_900,
    "functions in functions": "floor(" * 1_000 + "T" + ")" * 1_000,
    "many characters": "T" * 20_000,
    "many digits": "9" * 9_999,
    "many large numbers": "1e40 " * 1_900,
    "large numbers in a function": "floor(log(2)*1e40*1e40*1e40)",
    "a fine root": "999**1e-40",
    "a fine power in a function": "max(0.3^1e-40, 2)",
    "many compared": "max(" + ",".join(f"a{k}*b{k}" for k in range(100)) + ")",
    "many compared in twos": "+".join(f"max(a{k}, b{k})" for k in range(100)),
    "many functions": "+".join(f"floor(T/{k})" for k in range(2, 700)),
}


@pytest.mark.parametrize("formula", HUGE.values(), ids=HUGE)
def test_what_is_too_large_to_be_meant_is_refused_without_being_computed(formula: str) -> None:
    with pytest.raises(FormulaError):
        read(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "max(sqrt(-1), 2)",
        "min(log(0), 1)",
        "max(1/(T-T), 1)",
        "log(log(1), log(1))",
        "log(log(0.001), 7)",
        "max(ceil(0*T^2))^-ln(-1)",
        "sqrt(max(-2, 40)/(E-1.5))^-(ln(0^-H)^-log2(2^-1.5))",
        "(-0 10^10)^ln(-ln(1.5))",
    ],
)
def test_what_sympy_cannot_compare_or_divide_is_a_formula_error(formula: str) -> None:
    with pytest.raises(FormulaError):
        read(formula)


# sympy has assertions that fail, and runs out of precision, where a fraction is raised: (1/2)^-T
@pytest.mark.parametrize("formula", ["max((0.5)^-(N), 1000)", "99-(1e-20)^-(S)", "7+((N*min(7, 0.001^-I))^40)"])
def test_a_fraction_to_a_dimension_is_read_as_a_power_of_a_whole_number(formula: str) -> None:
    assert not any(power.base.is_Rational and power.base < 1 for power in read(formula).atoms(type(2**T)))


_CHARACTERS = st.sampled_from("TH_19.0e+-*/^(), \n\t\x00é٣=[]'\"\\:")
_WORDS = st.sampled_from(
    ["T", "H", "2", "0", "-1", "0.5", "1e9", "(", ")", "+", "-", "*", "/", "**", "^", ",", " ", "log(", "max(", "sqrt("]
)
_ANY = st.text(max_size=30) | st.text(_CHARACTERS, max_size=30) | st.lists(_WORDS, max_size=14).map("".join)


@given(anything=_ANY | formulas())
@example("max(max(1e-40^0.5, T), 2^-(H)^-1)")
@example("max(((H)+(100))^((0)-(100)), (min(100, H))^((0)-(100)))")
@example("\x00")
@settings(deadline=datetime.timedelta(seconds=10), max_examples=400)
def test_any_text_is_a_real_expression_or_a_formula_error(anything: str) -> None:
    try:
        result = read(anything)
    except FormulaError:
        return

    assert result.is_real
