from __future__ import annotations

import pytest
from sympy import Integer

from symcost.arrangement import Log2, as_one_logarithm, as_product, common, common_share, ordered_terms, split
from symcost.expressions import normal
from symcost.formula import read


@pytest.mark.parametrize(
    ("formula", "ordered"),
    [
        ("H + T*H + T", ["T*H", "T", "H"]),
        ("H^2 + H*I", ["H*I", "H^2"]),  # of one degree, first the term of more dimensions
        ("1 + T^2", ["T^2", "1"]),
        ("B + T", ["T", "B"]),
    ],
)
def test_terms_stand_by_degree_and_then_by_the_table(formula: str, ordered: list[str]) -> None:
    assert ordered_terms(normal(read(formula))) == [read(each) for each in ordered]


def test_a_term_is_a_number_and_powers_in_the_order_of_writing() -> None:
    number, powers = split(read("-3*H^2*T"))
    assert (number, [(base.name, exponent) for base, exponent in powers]) == (-3, [("T", 1), ("H", 2)])


@pytest.mark.parametrize(
    ("formula", "number", "shared"),
    [
        ("4*T*H*I + 4*T*H^2", 4, ["T"]),  # channels stay inside
        ("2*H + 4*I", 2, []),
        ("-2*T*H - 2*T*I", -2, ["T"]),
        ("T*H + 1", 1, []),
        ("T^2*H + T*I", 1, ["T"]),
    ],
)
def test_what_is_common_is_whole_numbers_and_dimensions_that_count(
    formula: str, number: int, shared: list[str]
) -> None:
    front, powers = common(ordered_terms(read(formula)))
    assert (front, [base.name for base, _ in powers]) == (number, shared)


@pytest.mark.parametrize(
    ("formula", "parts"),
    [("T^2/2 + T/2", 2), ("T*H + H/2", 2), ("T/2 + H/3", 1), ("T + H", 1), ("1/T + 1/2", 1), ("T^2/6 + T/6 + 1", 6)],
)
def test_a_sum_is_divided_by_the_number_by_which_all_its_broken_terms_are(formula: str, parts: int) -> None:
    expression = normal(read(formula))
    assert common_share(expression, ordered_terms(expression)) == parts


def test_a_product_that_cancellations_hide_is_found() -> None:
    expression = normal(read("H*(T - K + 1)"))
    found = as_product(expression, ordered_terms(expression))
    assert found is not None
    number, powers = found
    assert (number, [base for base, _ in powers]) == (Integer(1), [read("H"), read("T - K + 1")])
    assert as_product(read("T + H"), ordered_terms(read("T + H"))) is None


@pytest.mark.parametrize(
    ("formula", "product"),
    [
        ("log2(H) + log2(I)", "H*I"),
        ("log2(9*H*K^2)", "9*H*K^2"),
        ("log2(H) - log2(N)", "H/N"),
        ("2*log2(H) + log2(T)", "H^2*T"),
    ],
)
def test_a_sum_of_logarithms_is_that_of_the_product(formula: str, product: str) -> None:
    assert as_one_logarithm(normal(read(formula))) == Log2(read(product))


@pytest.mark.parametrize(
    "formula", ["log2(H)", "H", "log2(H) + 1", "log2(H)/2 + log2(I)", "T*log2(H) + log2(I)", "T^2*log2(H) + log2(I)"]
)
def test_other_sums_stay_as_they_are(formula: str) -> None:
    assert as_one_logarithm(normal(read(formula))) == normal(read(formula))
