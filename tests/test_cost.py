from __future__ import annotations

import dataclasses
from functools import reduce
from operator import add
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import polynomials
from sympy import Expr, Integer

from symcost.cost import KINDS, NO_WORK, Cost, Unpriced, Work
from symcost.dimensions import dimension
from symcost.errors import UnknownName

T, H, I, L = map(dimension, "THIL")

KIND_NAMES = "mac", "mul", "add", "div", "compare", "exp", "log", "tanh", "sigmoid", "erf", "sqrt"

numbers = st.sampled_from([T, T * H + 1, H * (I - 2), Integer(0), Integer(-3)]) | polynomials()
works = st.builds(Work, st.dictionaries(st.sampled_from(sorted(KINDS)), numbers, max_size=3), dots=numbers)
costs = st.builds(
    Cost,
    weights=numbers,
    biases=numbers,
    work=works,
    activations=numbers,
    state=numbers,
    unpriced=st.builds(
        tuple, st.frozensets(st.builds(Unpriced, st.sampled_from(["depth", "work"]), st.sampled_from("ab")), max_size=2)
    ),
)
counts = st.integers(1, 5).map(Integer) | polynomials(least=1)
examples = settings(deadline=None, max_examples=20)


def parts(value: Work | Cost) -> dict[str, Any]:
    """The numbers in a value, by name."""
    if isinstance(value, Work):
        return {**{kind: value[kind] for kind in KIND_NAMES}, "dots": value.dots}
    own = {name: getattr(value, name) for name in ("weights", "biases", "activations", "state")}
    return {**own, **parts(value.work)}


# --- work ------------------------------------------------------------------------------------------------------------


def test_the_kinds_of_operation_are_closed() -> None:
    assert tuple(KINDS) == KIND_NAMES


@given(a=works, b=works)
@examples
def test_works_add_kind_by_kind(a: Work, b: Work) -> None:
    assert parts(a + b) == {name: (parts(a)[name] + parts(b)[name]).expand() for name in parts(a)}


@given(a=works, b=works)
@examples
def test_adding_works_is_commutative(a: Work, b: Work) -> None:
    assert a + b == b + a


@given(a=works, b=works, c=works)
@examples
def test_adding_works_is_associative(a: Work, b: Work, c: Work) -> None:
    assert (a + b) + c == a + (b + c)


@given(a=works, b=works, count=counts)
@examples
def test_repeating_works_is_distributive(a: Work, b: Work, count: Expr) -> None:
    assert (a + b) * count == a * count + count * b


@given(a=works, times=st.integers(1, 5))
@examples
def test_repeating_work_is_adding_it_again_and_again(a: Work, times: int) -> None:
    assert a * times == reduce(add, [a] * times)


@given(a=works, b=works, times=st.integers(1, 4))
@examples
def test_a_sum_of_works_is_adding_each_as_often_as_it_says(a: Work, b: Work, times: int) -> None:
    assert Work.sum({a: times, b + Work(mac=1): 2}) == reduce(add, [a] * times + [b + Work(mac=1)] * 2)


@given(a=works)
@examples
def test_no_work_changes_nothing(a: Work) -> None:
    assert (a + NO_WORK, a * 0) == (a, NO_WORK)


@given(a=works, b=works)
@examples
def test_equal_works_have_equal_hashes(a: Work, b: Work) -> None:
    assert hash(a + b) == hash(b + a)


def test_works_that_differ_in_dot_products_alone_are_different() -> None:
    assert Work(mac=H, dots=1) != Work(mac=H)


def test_work_is_no_mapping_of_the_same_numbers() -> None:
    assert Work(mac=3) != {"mac": 3}


def test_work_is_written_out() -> None:
    assert Work(mac=H * (H + 1)) == Work(mac=H**2 + H)


def test_work_lists_what_there_is_in_the_order_of_the_kinds() -> None:
    assert list(Work(tanh=H, mac=2, add=0, dots=7).items()) == [("mac", 2), ("tanh", H)]


def test_a_kind_that_is_not_there_is_zero_and_not_contained() -> None:
    work = Work(mac=2)

    assert (work["exp"], "exp" in work, "mac" in work, len(work)) == (0, False, True, 1)


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("macs", "did you mean 'mac'?"),
        ("muls", "did you mean 'mul'?"),
        ("xyz", "there are add, compare, div, erf, exp, log, mac, mul, sigmoid, sqrt, tanh"),
    ],
)
@pytest.mark.parametrize(
    "use", [lambda kind: Work({kind: 1}), lambda kind: Work(**{kind: 1}), lambda kind: Work()[kind]]
)
def test_a_kind_that_does_not_exist_is_refused(use: Any, kind: str, remedy: str) -> None:
    with pytest.raises(UnknownName) as caught:
        use(kind)

    assert str(caught.value) == f"no kind of operation is called {kind!r}; {remedy}"


def test_work_shows_its_counts() -> None:
    assert repr(Work(tanh=2 * H, mac=H**2)) == "Work(mac=H**2, tanh=2*H)"


@given(a=works, b=works)
@examples
def test_work_at_sizes_adds_as_work_does(a: Work, b: Work) -> None:
    at = {T: Integer(3), H: T}

    assert (a + b).at_sizes(at) == a.at_sizes(at) + b.at_sizes(at)


def test_work_at_sizes_has_its_dot_products_at_sizes_too() -> None:
    assert Work(mac=T * H, dots=H).at_sizes({H: Integer(5)}) == Work(mac=5 * T, dots=5)


# --- cost ------------------------------------------------------------------------------------------------------------


@given(a=costs, b=costs)
@examples
def test_costs_add_part_by_part(a: Cost, b: Cost) -> None:
    assert parts(a + b) == {name: (parts(a)[name] + parts(b)[name]).expand() for name in parts(a)}


@given(a=costs, b=costs)
@examples
def test_adding_costs_is_commutative(a: Cost, b: Cost) -> None:
    assert a + b == b + a


@given(a=costs, b=costs, c=costs)
@examples
def test_adding_costs_is_associative(a: Cost, b: Cost, c: Cost) -> None:
    assert (a + b) + c == a + (b + c)


@given(a=costs, b=costs, count=counts)
@examples
def test_repeating_costs_is_distributive(a: Cost, b: Cost, count: Expr) -> None:
    assert (a + b) * count == a * count + count * b


@given(a=costs, times=st.integers(1, 5))
@examples
def test_repeating_a_cost_is_adding_it_again_and_again(a: Cost, times: int) -> None:
    assert a * times == reduce(add, [a] * times)


@given(several=st.lists(costs, min_size=1, max_size=3, unique=True), times=st.integers(1, 3))
@examples
def test_a_sum_of_costs_is_adding_each_as_often_as_it_says(several: list[Cost], times: int) -> None:
    assert Cost.sum(dict.fromkeys(several, times)) == reduce(add, several * times)


def test_costs_of_equal_work_add_that_work_twice() -> None:
    assert Cost.sum({Cost(weights=H, work=Work(mac=T)): 1, Cost(work=Work(mac=T)): 2}).work == Work(mac=3 * T)


def test_a_sum_of_nothing_costs_nothing() -> None:
    assert Cost.sum({}) == Cost()


@given(a=costs, b=costs)
@examples
def test_what_a_sum_leaves_out_is_what_its_parts_leave_out(a: Cost, b: Cost) -> None:
    assert (a + b).unpriced == tuple(sorted({*a.unpriced, *b.unpriced}))


@given(a=costs, times=st.integers(1, 4))
@examples
def test_cost_at_sizes_repeats_as_cost_does(a: Cost, times: int) -> None:
    at = {T: Integer(3), H: T}

    assert (a * times * L).at_sizes(at) == a.at_sizes(at) * times * L


def test_parameters_are_weights_and_biases() -> None:
    assert Cost(weights=H * (I + 1), biases=H).parameters == H * I + 2 * H


def test_what_is_not_known_is_listed_by_metric_and_in_order() -> None:
    cost = Cost(unpriced=(Unpriced("depth", "b"), Unpriced("work", "c"), Unpriced("depth", "a")))

    assert (cost.unknown("depth"), cost.unknown("work"), cost.unknown("state")) == (["a", "b"], ["c"], [])


@pytest.mark.parametrize("name", ["weights", "work", "unpriced"])
def test_a_cost_is_frozen(name: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(Cost(), name, 1)


def test_a_count_of_work_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        Work(mac=1)["mac"] = Integer(2)  # type: ignore[index]
