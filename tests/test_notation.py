from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from strategies import expressions, formulas, polynomials
from sympy import Expr, Mod, exp

from symcost.arrangement import ordered_terms
from symcost.dimensions import dimension
from symcost.errors import FormulaError
from symcost.expressions import normal
from symcost.formula import read
from symcost.notation import LATEX, TEXT, latex, text, write

T, H, I, K, X = map(dimension, "THIKX")

AS_TEXT = {
    # numbers
    "0": "0",
    "-7": "-7",
    "3/2": "3/2",
    "-3/2": "-3/2",
    "sqrt(2)": "sqrt(2)",
    # products: the number, then time, how many, how large
    "-T": "-T",
    "T*2": "2 T",
    "H*T": "T H",
    "H**2*T": "T H^2",
    "H*N*S*T*E*I": "T S N H I E",
    "whatever*H*n_heads*T": "T H n_heads whatever",
    # quotients
    "T/2": "T/2",
    "-T/2": "-T/2",
    "3*T/4": "3 T/4",
    "H/T": "H/T",
    "H/(2*T)": "H/(2 T)",
    "1/T": "1/T",
    "1/(T + 1)": "1/(T + 1)",
    "T**-2": "1/T^2",
    "H/(T*I)": "H/(T I)",
    # sums: higher degrees first, and what counts is taken out
    "1 + H": "H + 1",
    "1 - H": "-H + 1",
    "H - T": "-T + H",
    "2*T + 4": "2 T + 4",
    "H + H**2": "H^2 + H",
    "T*H + T*I": "T (H + I)",
    "T*(I*H + H**2)": "T (H I + H^2)",
    "4*T*(I*H + H**2)": "4 T (H I + H^2)",
    "-4*T*H - 2*T*I": "-2 T (2 H + I)",
    "T**2 + T": "T (T + 1)",
    "L*B*H + L*B": "B L (H + 1)",
    "T_self*T_cross*H + T_self*H": "T_self (T_cross H + H)",
    "T_self*H + T_cross*H": "T_self H + T_cross H",
    "V*H + T*H*I + T*H**2": "T H I + T H^2 + H V",
    "T/2 + H/3": "T/2 + H/3",
    "T*floor(H/2) + T*H": "T (H + floor(H/2))",
    # sums that are products in disguise
    "X*H - K*H + H": "H (X - K + 1)",
    "H*(X - K + 1)*(Y - K + 1)": "H (X - K + 1) (Y - K + 1)",
    "-(T - K + 1)*H": "-H (T - K + 1)",
    "T*H - H": "H (T - 1)",
    "T**2 - T": "T (T - 1)",
    "3*T*V + H*V*T - 2*T": "T (H V + 3 V - 2)",
    # powers
    "2**L": "2^L",
    "2**(L + 1)": "2 2^L",
    "2**-L": "1/2^L",
    "2**(L/2)": "2^(L/2)",
    "H**2**L": "H^(2^L)",
    "(T + 1)**H": "(T + 1)^H",
    "(-1)**T": "(-1)^T",
    "sqrt(T)": "sqrt(T)",
    "1/sqrt(T)": "1/sqrt(T)",
    "H*sqrt(T + 1)": "H sqrt(T + 1)",
    "T**(1/3)": "T^(1/3)",
    # functions
    "floor(T/2)": "floor(T/2)",
    "ceiling(T/2)*H": "H ceil(T/2)",
    "2*H*T - ceil(T/2)": "2 T H - ceil(T/2)",
    "floor(T/2)**2": "floor(T/2)^2",
    "log(T)": "log(T)",
    "log2(T)": "log2(T)",
    "T*log2(T)": "T log2(T)",
    "ceil(log2(T))": "ceil(log2(T))",
    "log(T, 3)": "log(T)/log(3)",
    "2*Max(H*T, 3)": "2 max(3, T H)",
    "Min(T, 2)": "min(2, T)",
}

AS_LATEX = {
    "-3/2": r"-\frac{3}{2}",
    "H*T*2": r"2 \, T \, H",
    "H**2*T": r"T \, H^{2}",
    "T*(I*H + H**2)": r"T \, (H \, I + H^{2})",
    "T_self*T_cross*H + T_self*H": r"T_{\mathrm{self}} \, (T_{\mathrm{cross}} \, H + H)",
    "T*heads": r"T \, \mathrm{heads}",
    "sigma_2*T": r"T \, \sigma_{2}",
    "3*T/4": r"\frac{3 \, T}{4}",
    "H/(2*T)": r"\frac{H}{2 \, T}",
    "X*H - K*H + H": r"H \, (X - K + 1)",
    "2**(L/2)": r"2^{\frac{L}{2}}",
    "(-1)**T": r"(-1)^{T}",
    "sqrt(T)": r"\sqrt{T}",
    "floor((T - 1)/2) + 1": r"\left\lfloor \frac{T + 1}{2} \right\rfloor",
    "ceil(T/2)": r"\left\lceil \frac{T}{2} \right\rceil",
    "log(T)": r"\ln\left(T\right)",
    "log2(T)": r"\log_{2}\left(T\right)",
    "Max(T, 3)": r"\max(3, T)",
    "min(T, 3)": r"\min(3, T)",
}


@pytest.mark.parametrize(("formula", "written"), AS_TEXT.items())
def test_text_of_an_expression(formula: str, written: str) -> None:
    assert text(read(formula)) == written


@pytest.mark.parametrize(("formula", "written"), AS_LATEX.items())
def test_latex_of_an_expression(formula: str, written: str) -> None:
    assert latex(read(formula)) == written


@pytest.mark.parametrize("formula", AS_TEXT)
def test_text_is_read_back_as_the_same_expression(formula: str) -> None:
    assert read(text(read(formula))) == read(formula)


@given(factors=polynomials(), others=polynomials(), last=polynomials())
@example(factors=X - K + 1, others=K - X - 1, last=-2 * H)
@example(factors=T - 1, others=1 - T, last=T - 1)
@settings(deadline=None, max_examples=60)
def test_a_product_is_written_with_the_value_that_it_has(factors: Expr, others: Expr, last: Expr) -> None:
    product = normal(factors * others * last)

    assert read(text(product)) == product


@given(expression=expressions())
@settings(deadline=None, max_examples=40)
def test_how_an_expression_is_put_together_does_not_show(expression: Expr) -> None:
    again = (expression + T * H) * (I + 1) - I * (expression + T * H) - H * T

    assert (text(again), latex(again)) == (text(expression), latex(expression))


@given(formula=formulas())
@example("2^(-(S)/3) 0.5^-T")
@settings(deadline=None, max_examples=100)
def test_whatever_can_be_read_can_be_written(formula: str) -> None:
    try:
        expression = read(formula)
    except FormulaError:
        return

    assert (text(expression) != "", latex(expression).count("{")) == (True, latex(expression).count("}"))


@pytest.mark.parametrize("number", [0, 1, -5])
def test_numbers_of_python_are_written_too(number: int) -> None:
    assert (text(number), latex(number)) == (str(number), str(number))


def test_an_expression_is_expanded_before_it_is_written() -> None:
    assert write(T * (H + 1) - T, TEXT) == "T H"


def test_an_exponential_that_sympy_made_is_written_as_one() -> None:
    expression = exp(T / 2) + exp(1)

    assert (write(expression, TEXT), write(expression, LATEX)) == (
        "exp(1) + exp(T/2)",
        r"\exp\left(1\right) + \exp\left(\frac{T}{2}\right)",
    )


def test_terms_stand_by_degree_then_by_the_table() -> None:
    assert ordered_terms(1 + H + T + H**2 + T * H + H**3) == [H**3, T * H, H**2, T, H, 1]


def test_writing_does_not_depend_on_the_run() -> None:
    program = (
        "from symcost.formula import read; from symcost.notation import latex, text\n"
        "e = read('V*H*zeta + T*H*I*alpha + max(T, H, n_a, b_n)*floor(H/2) + log2(T + H) + sqrt(X + Y)*(X - K + 1)')\n"
        "print(text(e), latex(e))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert runs[0] == runs[1]


def test_functions_that_are_not_listed_are_written_as_sympy_writes_them() -> None:
    assert text(Mod(dimension("T"), 2)) == "Mod(T, 2)"
    assert latex(Mod(dimension("T"), 2)) == r"T \bmod 2"


@pytest.mark.parametrize(
    ("formula", "flat", "tex"),
    [
        ("T*(H + I)/(H + I + 2)", "T (H + I)/(H + I + 2)", r"\frac{T \, (H + I)}{H + I + 2}"),
        ("(T + H)/(T + I)", "(T + H)/(T + I)", r"\frac{T + H}{T + I}"),
        ("1/(H + I)", "1/(H + I)", r"\frac{1}{H + I}"),
        ("T/(H + I) + 1/(H + I)", "(T + 1)/(H + I)", r"\frac{T + 1}{H + I}"),
        ("T + 1/(H + I)", "T + 1/(H + I)", r"T + \frac{1}{H + I}"),  # not all of it is divided
        ("T/H + T/I", "T (1/H + 1/I)", None),  # no sum divides
    ],
)
def test_what_divides_by_a_sum_is_written_over_one_line(formula: str, flat: str, tex: str | None) -> None:
    expression = read(formula)

    assert text(expression) == flat
    assert (read(flat) - expression).cancel() == 0
    assert tex is None or latex(expression) == tex
