from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from strategies import names

from symcost.dimensions import DIMENSIONS, dimension, is_time, latex, meaning, rank
from symcost.errors import DimensionError

EXPECTED = "; expected a letter, then letters, digits or single underscores, at most 64"


@given(name=names())
@settings(deadline=None)
def test_a_name_is_always_the_same_symbol(name: str) -> None:
    assert dimension(name) is dimension(name)


@given(name=names())
@settings(deadline=None)
def test_a_dimension_is_a_positive_whole_number_of_its_own_name(name: str) -> None:
    symbol = dimension(name)

    assert (symbol.name, symbol.is_integer, symbol.is_positive, symbol.is_Symbol) == (name, True, True, True)


@pytest.mark.parametrize("name", ["I", "E", "N", "O", "Q", "S", "pi", "oo", "zoo", "nan", "gamma", "lambda", "if"])
def test_names_that_sympy_or_python_has_are_ordinary_dimensions(name: str) -> None:
    symbol = dimension(name)

    assert (type(symbol), symbol.is_integer, symbol.is_positive) == (sympy.Symbol, True, True)


def test_sympys_imaginary_unit_and_its_base_of_logarithms_are_not_ours() -> None:
    assert (dimension("I") ** 2 == -1, sympy.log(dimension("E")) == 1) == (False, False)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "'' is no name of a dimension" + EXPECTED),
        ("2T", "'2T' is no name of a dimension" + EXPECTED),
        ("_T", "'_T' is no name of a dimension" + EXPECTED),
        ("T_", "'T_' is no name of a dimension" + EXPECTED),
        ("T__x", "'T__x' is no name of a dimension" + EXPECTED),
        ("T x", "'T x' is no name of a dimension" + EXPECTED),
        ("T\n", "'T\\n' is no name of a dimension" + EXPECTED),
        ("T.x", "'T.x' is no name of a dimension" + EXPECTED),
        ("Größe", "'Größe' is no name of a dimension" + EXPECTED),
        ("T٣", "'T٣' is no name of a dimension" + EXPECTED),
        ("T\x00", "'T\\x00' is no name of a dimension" + EXPECTED),
        ("a" * 65, f"{'a' * 64!r} is no name of a dimension" + EXPECTED),
        (3, "'3' is no name of a dimension" + EXPECTED),
        (None, "'None' is no name of a dimension" + EXPECTED),
    ],
)
def test_what_is_no_name_is_refused(name: object, message: str) -> None:
    with pytest.raises(DimensionError) as caught:
        dimension(name)  # type: ignore[arg-type]

    assert str(caught.value) == message


def test_a_name_of_64_characters_is_the_longest() -> None:
    assert dimension("a" * 64).name == "a" * 64


@pytest.mark.parametrize("key", DIMENSIONS)
def test_a_row_of_the_table_stands_under_its_name_and_means_something(key: str) -> None:
    row = DIMENSIONS[key]

    assert (row.name, bool(row.meaning), meaning(dimension(key))) == (key, True, row.meaning)


def test_what_the_table_does_not_know_means_nothing() -> None:
    assert meaning(dimension("whatever")) == ""


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("T", "T"),
        ("T_self", r"T_{\mathrm{self}}"),
        ("T_cross", r"T_{\mathrm{cross}}"),
        ("K_x", "K_{x}"),
        ("n_out", r"n_{\mathrm{out}}"),
        ("n_10", "n_{10}"),
        ("a_b_c", "a_{b, c}"),
        ("sigma_2", r"\sigma_{2}"),
        ("lambda", r"\lambda"),
        ("Z", "Z"),
        ("heads", r"\mathrm{heads}"),
        ("heads_in", r"\mathrm{heads}_{\mathrm{in}}"),
    ],
)
def test_latex_writes_a_dimension_by_the_parts_of_its_name(name: str, written: str) -> None:
    assert latex(dimension(name)) == written


def test_rank_puts_time_first_then_how_many_then_how_large_then_what_it_does_not_know() -> None:
    expected = ["T", "T_out", "T_self", "S", "B", "L", "X", "Z", "N", "H", "H_2", "I", "K", "V", "beta", "zeta"]

    assert [symbol.name for symbol in sorted(map(dimension, reversed(expected)), key=rank)] == expected


@pytest.mark.parametrize(
    ("name", "counts_time"), [("T", True), ("T_self", True), ("T_any_thing", True), ("Time", False), ("H_T", False)]
)
def test_time_is_what_begins_with_a_capital_t_as_its_first_part(name: str, counts_time: bool) -> None:
    assert is_time(dimension(name)) is counts_time
