from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from symcost.conventions import CONVENTIONS, Convention, convention
from symcost.cost import KINDS, Cost, Work
from symcost.dimensions import dimension
from symcost.errors import DimensionError, UnknownName

T, H, p_exp = map(dimension, ("T", "H", "p_exp"))

# One of each kind, but 100 multiply-accumulates that are 10 dot products of 10.
EVERYTHING = Work(mac=100, dots=10, mul=1, add=1, div=1, compare=1, exp=1, log=1, tanh=1, sigmoid=1, erf=1, sqrt=1)


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("lecture", 100),
        ("macs", 100),
        ("flops", 2 * 100 + 10),
        ("exact", 2 * 100 + 10 - 10),
        ("weighted", 2 * 100 + 3 + 2 * 4 + 5 * 8),
    ],
)
def test_the_price_of_work_under_each_preset(name: str, price: int) -> None:
    assert convention(name).price(EVERYTHING) == price


def test_these_are_all_the_presets_under_their_names() -> None:
    assert [each.name for each in CONVENTIONS.values()] == ["lecture", "macs", "flops", "exact", "weighted"]


@pytest.mark.parametrize("length", [1, 2, 17])
def test_exact_counts_n_multiplications_and_n_minus_1_additions_of_a_dot_product(length: int) -> None:
    dot_product = Work(mac=length, dots=1)

    assert convention("exact").price(dot_product) == length + (length - 1)


def test_exact_counts_a_product_of_matrices_as_its_dot_products() -> None:
    product = Work(mac=T * H**2, dots=T * H)

    assert convention("exact").price(product) == 2 * T * H**2 - T * H


@pytest.mark.parametrize(
    ("name", "counted"), [("lecture", 6), ("macs", 8), ("flops", 8), ("exact", 8), ("weighted", 8)]
)
def test_only_the_lecture_leaves_biases_out_of_the_parameters(name: str, counted: int) -> None:
    assert convention(name).parameters(Cost(weights=6, biases=2)) == counted


def test_a_price_may_be_a_symbol() -> None:
    mine = Convention("mine", {"mac": 2, "exp": p_exp}, otherwise=p_exp / 2, dot=-T)

    assert mine.price(Work(mac=H, dots=3, exp=4, add=2)) == 2 * H - 3 * T + 5 * p_exp


def test_what_has_no_price_and_no_price_for_the_rest_is_free() -> None:
    assert Convention("mine", {"exp": 3}).price(Work(mac=H, dots=1, exp=T)) == 3 * T


@given(
    prices=st.dictionaries(st.sampled_from(sorted(KINDS)), st.integers(-5, 5)),
    counts=st.dictionaries(st.sampled_from(sorted(KINDS)), st.integers(1, 9)),
    otherwise=st.integers(0, 3),
)
@settings(deadline=None, max_examples=50)
def test_the_price_is_the_sum_over_the_kinds(prices: dict[str, int], counts: dict[str, int], otherwise: int) -> None:
    expected = sum(prices.get(kind, otherwise) * count for kind, count in counts.items())

    assert Convention("mine", prices, otherwise=otherwise).price(Work(counts)) == expected


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_price_doubles_with_the_work(name: str) -> None:
    assert convention(name).price(EVERYTHING * H) == H * convention(name).price(EVERYTHING)


@pytest.mark.parametrize(
    ("mine", "line"),
    [
        (Convention("mine", {"mac": 2, "exp": p_exp}, otherwise=1),
         "Convention mine: 2 a mac, p_exp a exp, 1 for everything else."),
        (Convention("mine", {"mac": 1}), "Convention mine: 1 a mac, the rest is not counted."),
        (Convention("mine", summary="what I say"), "Convention mine: what I say."),
        (CONVENTIONS["macs"], "Convention macs: multiply-accumulates of contractions; parameters with biases."),
    ],
)  # fmt: skip
def test_a_convention_says_what_it_is(mine: Convention, line: str) -> None:
    assert mine.line() == line


def test_conventions_of_equal_prices_are_equal_and_hash_alike() -> None:
    one, other = (Convention("mine", {"mac": price}) for price in (2, Rational(2)))

    assert (one, hash(one)) == (other, hash(other))


def test_a_convention_that_is_given_is_handed_back() -> None:
    mine = Convention("mine")

    assert convention(mine) is mine


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("flop", "no convention is called 'flop'; did you mean 'flops'?"),
        ("xyz", "no convention is called 'xyz'; there are exact, flops, lecture, macs, weighted"),
    ],
)
def test_a_convention_that_does_not_exist_is_refused(name: str, message: str) -> None:
    with pytest.raises(UnknownName) as caught:
        convention(name)

    assert str(caught.value) == message


def test_a_price_for_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownName) as caught:
        Convention("mine", {"tan": 1})

    assert str(caught.value) == "convention 'mine': no kind of operation is called 'tan'; did you mean 'tanh'?"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"prices": {"exp": 1.5}}, "exp is 1.5"),
        ({"prices": {"exp": "2"}}, "exp is '2'"),
        ({"prices": {"exp": True}}, "exp is True"),
        ({"otherwise": None}, "the rest is None"),
        ({"dot": 0.5}, "a dot product is 0.5"),
    ],
)
def test_a_price_that_is_not_exact_is_refused(arguments: dict[str, Any], what: str) -> None:
    with pytest.raises(DimensionError) as caught:
        Convention("mine", **arguments)

    expected = f"convention 'mine': the price of {what}; expected a whole number or a sympy expression"
    assert str(caught.value) == expected
