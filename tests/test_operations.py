from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sympy import Integer

from symcost.axes import Axes, Axis, elements, is_ragged, shown
from symcost.bands import Band
from symcost.cost import Cost, Work
from symcost.dimensions import dimension
from symcost.errors import ShapeError, UnknownName
from symcost.expressions import size
from symcost.operations import FUNCTIONS, Einsum, Elementwise, Operation, Priced, Reduce, Weight
from symcost.tensor import Tensor, record
from symcost.views import Slice

T, H, I, B, K = map(dimension, "THIBK")

EINSUM_PATTERN = "two inputs, no brackets, and no name only on the right"


def axes(**lengths: Any) -> Axes:
    return tuple(Axis(name, size(length)) for name, length in lengths.items())


def applied(operation: Operation, *inputs: Axes) -> tuple[str, Work]:
    """The axes that come out, as they are shown, and the work."""
    outputs = operation.outputs(*inputs)
    assert len(outputs) == 1
    return shown(outputs[0]), operation.work(inputs, outputs)


def message(operation: Operation, *inputs: Axes) -> str:
    with pytest.raises(ShapeError) as caught:
        operation.outputs(*inputs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "first", "second", "made", "work"),
    [
        ("i, i ->", axes(i=I), axes(i=I), "()", Work(mac=I, dots=1)),
        ("a b, b c -> a c", axes(a=2, b=3), axes(b=3, c=4), "(a=2, c=4)", Work(mac=24, dots=8)),
        (
            "... t i, h i -> ... t h",
            axes(b=B, t=T, i=I),
            axes(d0=H, d1=I),
            "(b=B, t=T, h=H)",
            Work(mac=B * T * H * I, dots=B * T * H),
        ),
        ("... i, h i -> ... h", axes(i=I), axes(d0=H, d1=I), "(h=H)", Work(mac=H * I, dots=H)),
        ("a b, c -> c", axes(a=2, b=3), axes(c=4), "(c=4)", Work(mac=24, dots=4)),
        ("i, j -> i j", axes(i=I), axes(j=3), "(i=I, j=3)", Work(mul=3 * I)),
        ("t h, h -> t h", axes(t=T, h=H), axes(h=H), "(t=T, h=H)", Work(mul=T * H)),
        ("t h, h -> h t", axes(t=T, h=H), axes(h=H), "(h=H, t=T)", Work(mul=T * H)),
        ("... t, ... t ->", axes(b=B, t=T), axes(b=B, t=T), "(b=B)", Work(mac=B * T, dots=B)),
        ("... h, h -> ... h", axes(h=B, x=H), axes(h=H), "(h'=B, h=H)", Work(mul=B * H)),
    ],
)
def test_a_product_of_tensors_works_over_all_sizes_that_it_names(
    pattern: str, first: Axes, second: Axes, made: str, work: Work
) -> None:
    assert applied(Einsum(pattern), first, second) == (made, work)


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("a b -> a", f"einsum pattern 'a b -> a'; expected {EINSUM_PATTERN}"),
        ("a, b, c -> a b c", f"einsum pattern 'a, b, c -> a b c'; expected {EINSUM_PATTERN}"),
        ("a, b -> a c", f"einsum pattern 'a, b -> a c'; expected {EINSUM_PATTERN}"),
        ("(a b), b -> a", f"einsum pattern '(a b), b -> a'; expected {EINSUM_PATTERN}"),
        ("a, b -> (a b)", f"einsum pattern 'a, b -> (a b)'; expected {EINSUM_PATTERN}"),
        ("a, b", "pattern 'a, b' has not two sides; expected inputs -> one output"),
    ],
)
def test_a_pattern_that_is_no_product_of_two_is_refused(pattern: str, error: str) -> None:
    assert message(Einsum(pattern), axes(a=2), axes(b=3)) == error


def test_a_product_of_tensors_that_do_not_fit_names_the_pattern_the_axis_and_both_sizes() -> None:
    error = message(Einsum("... t i, h i -> ... t h"), axes(t=T, i=I), axes(h=H, k=K))

    assert error == (
        "einsum '... t i, h i -> ... t h': axis 'i' is I in one tensor and K in another; expected one size"
    )


# --- at every place --------------------------------------------------------------------------------------------------

KIND_OF = {
    "add": (2, "add"),
    "subtract": (2, "add"),
    "multiply": (2, "mul"),
    "divide": (2, "div"),
    "maximum": (2, "compare"),
    "minimum": (2, "compare"),
    "absolute": (1, "compare"),
    "greater": (2, "compare"),
    "equal": (2, "compare"),
    "sign": (1, "compare"),
    "exp": (1, "exp"),
    "log": (1, "log"),
    "tanh": (1, "tanh"),
    "sigmoid": (1, "sigmoid"),
    "erf": (1, "erf"),
    "sqrt": (1, "sqrt"),
}


def test_these_are_all_the_scalar_functions() -> None:
    assert set(FUNCTIONS) == set(KIND_OF)


@pytest.mark.parametrize(("function", "arity", "kind"), [(name, *row) for name, row in KIND_OF.items()])
def test_a_scalar_function_is_one_operation_of_its_kind_at_every_place(function: str, arity: int, kind: str) -> None:
    assert applied(Elementwise(function), *[axes(t=T, h=H)] * arity) == ("(t=T, h=H)", Work({kind: T * H}))


@pytest.mark.parametrize(
    ("first", "second", "made", "count"),
    [
        (axes(t=T, h=H), axes(h=H), "(t=T, h=H)", T * H),
        (axes(h=H), axes(t=T, h=H), "(t=T, h=H)", T * H),
        (axes(t=T, h=1), axes(h=H), "(t=T, h=H)", T * H),
        (axes(t=T, h=H), axes(t=T, h=1), "(t=T, h=H)", T * H),
        (axes(t=T, h=1), axes(t=1, h=H), "(t=T, h=H)", T * H),
        (axes(t=T), (), "(t=T)", T),
        ((), (), "()", 1),
        (axes(h=H + H), axes(c=2 * H), "(h=2 H)", 2 * H),
    ],
)
def test_shapes_are_aligned_at_their_last_axes(first: Axes, second: Axes, made: str, count: Any) -> None:
    assert applied(Elementwise("add"), first, second) == (made, Work(add=count))


def test_a_constant_takes_the_place_of_a_tensor_and_costs_as_one() -> None:
    assert applied(Elementwise("multiply", (2, None)), axes(t=T)) == ("(t=T)", Work(mul=T))


@pytest.mark.parametrize(
    ("first", "second", "shapes"),
    [
        (axes(t=T, h=H), axes(t=T, k=K), "(t=T, h=H) and (t=T, k=K)"),
        (axes(h=3), axes(t=T, k=4), "(h=3) and (t=T, k=4)"),
        (axes(t=T, h=H), axes(t=T), "(t=T, h=H) and (t=T)"),
    ],
)
def test_shapes_that_do_not_align_are_refused(first: Axes, second: Axes, shapes: str) -> None:
    error = message(Elementwise("add"), first, second)

    assert error == f"add: axes {shapes}; expected equal sizes from the last axis on"


def test_a_scalar_function_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownName) as caught:
        Elementwise("tan")

    assert str(caught.value) == "no scalar function is called 'tan'; did you mean 'tanh'?"


# --- over some axes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "keep", "made", "count"),
    [
        ((-1,), False, "(b=B, t=T)", B * T * (H - 1)),
        ((-1,), True, "(b=B, t=T, h=1)", B * T * (H - 1)),
        ((-2,), False, "(b=B, h=H)", B * (T - 1) * H),
        ((0,), False, "(t=T, h=H)", (B - 1) * T * H),
        ((-2, -1), False, "(b=B)", B * (T * H - 1)),
        ((0, 1, 2), True, "(b=1, t=1, h=1)", B * T * H - 1),
        ((0, 1, 2), False, "()", B * T * H - 1),
    ],
)
@pytest.mark.parametrize(("function", "kind"), [("add", "add"), ("maximum", "compare")])
def test_n_numbers_are_reduced_by_n_minus_1_operations(
    function: Any, kind: str, places: tuple[int, ...], keep: bool, made: str, count: Any
) -> None:
    assert applied(Reduce(function, places, keep), axes(b=B, t=T, h=H)) == (made, Work({kind: count}))


def test_one_number_is_reduced_by_nothing() -> None:
    assert applied(Reduce("add", (-1,)), axes(t=T, h=1)) == ("(t=T)", Work())


# --- what is learned, and what is only priced ------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "cost"), [("weight", Cost(weights=H * I)), ("bias", Cost(biases=H * I))])
def test_a_learned_tensor_costs_its_elements_and_no_work(role: Any, cost: Cost) -> None:
    weight = Weight("W", (H, I), role)

    assert (shown(weight.outputs()[0]), weight.cost((), weight.outputs())) == ("(d0=H, d1=I)", cost)


def test_what_is_only_priced_costs_what_it_was_told() -> None:
    known = Cost(weights=H, work=Work(mac=T), activations=T)
    priced = Priced("black box", known, Integer(3), (T, H))

    assert (priced.name, shown(priced.outputs()[0]), priced.cost((), ())) == ("black box", "(d0=T, d1=H)", known)


# --- what holds of all -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (Einsum("i, i ->"), "einsum"),
        (Elementwise("tanh"), "tanh"),
        (Reduce("add", (-1,)), "sum"),
        (Reduce("maximum", (-1,)), "max"),
        (Weight("W", (H,)), "weight"),
    ],
)
def test_an_operation_has_a_name_to_call_its_nodes(operation: Operation, name: str) -> None:
    assert operation.name == name


@pytest.mark.parametrize(
    ("operation", "resized"),
    [
        (Weight("W", (2 * H, I)), Weight("W", (Integer(10), I))),
        (Elementwise("add", (None, H)), Elementwise("add", (None, Integer(5)))),
        (Priced("box", Cost(weights=H), H), Priced("box", Cost(weights=5), Integer(5))),
    ],
)
def test_an_operation_at_sizes_has_its_arguments_at_sizes(operation: Operation, resized: Operation) -> None:
    assert operation.at_sizes({H: Integer(5)}) == resized


@pytest.mark.parametrize(
    "operation", [Weight("W", (I,)), Elementwise("add", (None, T)), Einsum("i, i ->"), Reduce("add", (-1,))]
)
def test_an_operation_that_sizes_do_not_change_stays_the_same_object(operation: Operation) -> None:
    assert operation.at_sizes({H: Integer(5)}) is operation


@pytest.mark.parametrize("operation", [Weight("W", (I,)), Elementwise("tanh"), Reduce("add", (-1,))])
def test_an_operation_is_frozen(operation: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        operation.label = operation.function = "other"


# --- ragged axes -----------------------------------------------------------------------------------------------------

CAUSAL = Band(None, Integer(0))


def scores(band: Band = CAUSAL) -> Axes:
    """The axes of attention's scores: N heads, queries t, keys s."""
    queries, keys = axes(t=T, n=B, d=H), axes(s=T, n=B, d=H)
    return Einsum("t n d, s n d -> n t s", ("t", "s", band)).outputs(queries, keys)[0]


def test_a_product_within_a_band_is_made_for_its_pairs_alone() -> None:
    product = Einsum("t d, s d -> t s", ("t", "s", CAUSAL))
    inputs = axes(t=T, d=H), axes(s=T, d=H)
    pairs = T * (T + 1) / 2

    (made,) = product.outputs(*inputs)
    assert (made[1].band, made[1].along) == (CAUSAL, -1)
    assert product.work(inputs, (made,)) == Work(mac=pairs * H, dots=pairs)


@pytest.mark.parametrize("order", ["n t s", "s n t", "t s n"])
def test_wherever_the_axes_of_a_band_stand_they_know_of_each_other(order: str) -> None:
    product = Einsum(f"t n d, s n d -> {order}", ("t", "s", CAUSAL))
    (made,) = product.outputs(axes(t=T, n=B, d=H), axes(s=T, n=B, d=H))
    assert elements(made).expand() == (B * T * (T + 1) / 2).expand()


def test_operations_on_scores_work_on_their_pairs() -> None:
    pairs = B * T * (T + 1) / 2
    made = scores()
    top = Reduce("maximum", (-1,), keep=True)
    (largest,) = top.outputs(made)
    assert top.work((made,), (largest,)) == Work(compare=pairs - B * T)
    less = Elementwise("subtract")
    (shifted,) = less.outputs(made, largest)
    assert shifted[-1].band == CAUSAL and less.work((made, largest), (shifted,)) == Work(add=pairs)
    mean = Einsum("n t s, s n d -> t n d")
    inputs = (made, axes(s=T, n=B, d=K))
    (answer,) = mean.outputs(*inputs)
    assert not is_ragged(answer)
    assert mean.work(inputs, (answer,)) == Work(mac=pairs * K, dots=T * B * K)


def test_what_is_summed_along_the_other_axis_has_every_place() -> None:
    (columns,) = Reduce("add", (-2,)).outputs(scores())
    assert shown(columns) == "(n=B, s=T)" and not is_ragged(columns)


def test_operations_that_know_no_bands_refuse_them() -> None:
    x = Tensor(axes(t=T, d=H))
    (ragged,) = record(Einsum("t d, s d -> t s", ("t", "s", CAUSAL)), x, Tensor(axes(s=T, d=H)))
    with pytest.raises(ShapeError, match=r"slice: a tensor of axes \(t=T, s=T\) within a band; expected every place"):
        record(Slice(-1, Integer(0), Integer(1)), ragged)


@pytest.mark.parametrize("names", [("t", "x"), ("d", "s")])
def test_a_band_is_of_two_axes_that_come_out(names: tuple[str, str]) -> None:
    with pytest.raises(ShapeError, match="both on the right"):
        Einsum("t d, s d -> t s", (*names, CAUSAL)).outputs(axes(t=T, d=H), axes(s=T, d=H))


def test_two_bands_on_one_axis_are_refused() -> None:
    with pytest.raises(ShapeError, match="in two bands; expected one band"):
        Elementwise("add").outputs(scores(), scores(Band(Integer(1), Integer(0))))


@pytest.mark.parametrize("pattern", ["t s, t u -> t s u", "t s, u s -> t u", "t s, t s -> t", "t s, s t -> t"])
def test_an_axis_is_in_one_band_alone(pattern: str) -> None:
    """What is counted for two bands together is no product of what each of them holds."""
    causal, windowed = ((Axis("t", T), Axis("s", T, Band(before, Integer(0)), -1)) for before in (None, Integer(3)))
    with pytest.raises(ShapeError, match=rf"in two bands.*einsum '{pattern}'|einsum '{pattern}'.*in two bands"):
        Einsum(pattern).outputs(causal, windowed)
    if pattern == "t s, t s -> t":
        assert Einsum(pattern).work((causal, causal), ((Axis("t", T),),)) == Work(mac=T**2 / 2 + T / 2, dots=T)
