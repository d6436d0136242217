from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, expand

import symcost as sc
from symcost.conventions import CONVENTIONS, Convention, convention
from symcost.cost import KINDS, Cost, Work
from symcost.dimensions import dimension
from symcost.errors import DimensionError, UnknownName

T, H, I, V, p_exp = map(dimension, ("T", "H", "I", "V", "p_exp"))

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


# --- what work is for ---

ROLED = (
    Cost(work=Work(mac=100, dots=10), weights=100, biases=10)
    + Cost(work=Work(add=10)).in_role("bias")
    + Cost(work=Work(tanh=7, mul=3)).in_role("activation")
    + Cost(work=Work(exp=5, div=5)).in_role("softmax")
)


@pytest.mark.parametrize(
    ("roles", "flops"),
    [
        ((), 230),
        (("bias",), 220),
        (("activation",), 220),
        (("softmax",), 220),
        (("bias", "softmax"), 210),
        (("bias", "activation", "softmax"), 200),
        (("pooling",), 230),
    ],
)
def test_a_convention_leaves_out_what_it_says(roles: tuple[str, ...], flops: int) -> None:
    assert convention("flops").without(*roles).work(ROLED) == flops


def test_a_name_may_say_what_is_left_out() -> None:
    by = convention("flops without softmax, bias")
    assert by == convention("flops").without("bias", "softmax") == convention("flops without softmax and bias")
    assert by.name == "flops without bias, softmax"
    assert by.line().endswith("1 for every other scalar operation; not counted: adding biases, softmax.")
    assert (by.parameters(ROLED), convention("flops").parameters(ROLED)) == (100, 110)


@pytest.mark.parametrize(
    "name", ["flops without", "flops without bais", "flop without bias", "flops without bias softmax"]
)
def test_what_no_convention_leaves_out_is_refused(name: str) -> None:
    with pytest.raises(UnknownName):
        convention(name)


@pytest.mark.parametrize(
    ("layer", "roles"),
    [
        (sc.Linear(), {"bias": "H"}),
        (sc.Conv1d(I, H, 3, padding=1), {"bias": "T*H"}),
        (sc.ReLU(), {"activation": "T*H"}),
        (sc.GELU(), {"activation": "5*T*H"}),
        (sc.Softmax(), {"softmax": "T*(5*H - 2)"}),
        (sc.MaxPool2d(2), {"pooling": "3*C*floor(X/2)*floor(Y/2)"}),
        (sc.RMSNorm(H), {"normalisation": "4*H + 2"}),
        (sc.RNN(), {"bias": "2*T*H", "activation": "T*H"}),
        (sc.RNN(nonlinearity="relu"), {"bias": "2*T*H", "activation": "T*H"}),
        (sc.LSTM(), {"bias": "8*T*H", "activation": "5*T*H"}),
        (sc.GRU(bias=False), {"activation": "3*T*H"}),
        (sc.ScaledDotProductAttention(), {"softmax": "T_self*(5*T_cross - 2)"}),
        (
            sc.Attention(I, H, bias=True),
            {"bias": "T_self*H + 2*T_cross*H + T_self*I", "softmax": "T_self*(5*T_cross - 2)"},
        ),
    ],
    ids=repr,
)
def test_layers_say_what_their_work_is_for(layer: sc.Layer, roles: dict[str, str]) -> None:
    flops = convention("flops")
    assert {role: flops.price(work) for role, work in layer.cost().roles} == {
        role: expand(sc.read(said)) for role, said in roles.items()
    }


def test_networks_and_tables_read_work_under_such_a_convention() -> None:
    net = sc.Sequential("net", sc.Input(T, I), sc.LSTM(I, H), sc.Linear(H, V), sc.Softmax())
    full, less = net.cost("flops"), net.cost("flops without bias, activation, softmax")
    assert full - less == expand(sc.read("8*T*H + 5*T*H + T*V + T*(5*V - 2)"))
    made = sc.table([net], ["complexity"], "flops without bias, activation, softmax")
    assert made.column("Complexity") == [less]
    # four sums of two products each, five activations, three gating products and the sum of two of them
    assert net.terms("flops without bias")[H * T] == {"lstm": 4 + 5 + 3 + 1}
