from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sympy import Rational

from symcost import functional as f
from symcost.axes import Axis, shown
from symcost.cost import Cost, Work
from symcost.dimensions import dimension
from symcost.equation import Equation
from symcost.errors import ShapeError
from symcost.tensor import Input, Tensor

T, H, S, K, G = map(dimension, "THSKG")


def described(write: Callable[..., Tensor], *inputs: Tensor) -> tuple[str, Work]:
    """What comes out of an equation: its axes, and the work."""
    output = write(*inputs)
    return shown(output.axes), Equation(inputs, (output,)).cost.work


@pytest.mark.parametrize(
    ("write", "work"),
    [
        (f.exp, Work(exp=T * H)),
        (f.log, Work(log=T * H)),
        (f.tanh, Work(tanh=T * H)),
        (f.sigmoid, Work(sigmoid=T * H)),
        (f.erf, Work(erf=T * H)),
        (f.sqrt, Work(sqrt=T * H)),
        (f.absolute, Work(compare=T * H)),
        (lambda x: f.maximum(x, 0), Work(compare=T * H)),
        (lambda x: f.minimum(0, x), Work(compare=T * H)),
        (lambda x: f.maximum(x, x), Work(compare=T * H)),
        (lambda x: 1 - x * x / 2, Work(mul=T * H, div=T * H, add=T * H)),
    ],
)
def test_a_scalar_function_works_at_every_place(write: Callable[[Tensor], Tensor], work: Work) -> None:
    assert described(write, Input(T, H)) == ("(t=T, h=H)", work)


@pytest.mark.parametrize(
    ("write", "axes", "work"),
    [
        (lambda x: f.total(x, "s"), "(t=T)", Work(add=T * S - T)),
        (lambda x: f.total(x, -1, keep=True), "(t=T, s=1)", Work(add=T * S - T)),
        (lambda x: f.total(x, 0, "s"), "()", Work(add=T * S - 1)),
        (lambda x: f.reduce_max(x, "t"), "(s=S)", Work(compare=T * S - S)),
        (lambda x: f.mean(x, "s"), "(t=T)", Work(add=T * S - T, div=T)),
        (lambda x: f.mean(x, "s", "t"), "()", Work(add=T * S - 1, div=1)),
        (
            lambda x: f.softmax(x, "s"),
            "(t=T, s=S)",
            # the largest; the difference, its exponential; their sum; the quotient
            Work(compare=T * (S - 1), add=T * S + T * (S - 1), exp=T * S, div=T * S),
        ),
        (
            lambda x: f.softmax(x, 0),
            "(t=T, s=S)",
            Work(compare=(T - 1) * S, add=T * S + (T - 1) * S, exp=T * S, div=T * S),
        ),
    ],
)
def test_a_reduction_works_along_its_axes(write: Callable[[Tensor], Tensor], axes: str, work: Work) -> None:
    assert described(write, Input(T, S)) == (axes, work)


def test_a_mean_divides_by_the_number_of_what_it_sums() -> None:
    y = f.mean(Input(T, S), "t", "s")

    assert y.node is not None
    assert (y.node.operation.name, y.node.operation.constants) == ("divide", (None, T * S))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("write", "axes"),
    [
        (lambda x: f.window(x, "t", K, Rational(2), Rational(1), "k"), "(t=floor((T - K)/2) + 1, k=K, h=H)"),
        (lambda x: f.rearrange("t (g c) -> g t c", x, g=G), "(g=G, t=T, c=H/G)"),
        (lambda x: f.take(x, "t", 1, 3), "(t=3, h=H)"),
        (lambda x: f.take(x, 1, K, G), "(t=T, h=G)"),
        (lambda x: f.pad(x, "t", K, K), "(t=T + 2 K, h=H)"),
        (lambda x: f.concat([x, x]), "(t=T, h=2 H)"),
        (lambda x: f.concat([x, x, x], "t"), "(t=3 T, h=H)"),
        (lambda x: f.upsample(x, "t", K), "(t=T K, h=H)"),
        (lambda x: f.upsample(x, -1, Rational(3)), "(t=T, h=3 H)"),
        (lambda x: f.gather(x, f.weight("table", S, G)), "(t=T, h=H, d1=G)"),
    ],
)
def test_a_view_changes_axes_and_works_nothing(write: Callable[[Tensor], Tensor], axes: str) -> None:
    assert described(write, Input(T, H)) == (axes, Work())


def test_a_product_is_recorded_with_both_tensors() -> None:
    assert described(lambda x, y: f.einsum("... i, h i -> ... h", x, y), Input(T, S), Input(H, S)) == (
        "(t=T, h=H)",
        Work(mac=T * H * S, dots=T * H),
    )


@pytest.mark.parametrize(
    ("learned", "cost"),
    [
        (lambda: f.weight("W", H, S), Cost(weights=H * S)),
        (lambda: f.bias("b", H), Cost(biases=H)),
        (lambda: f.buffer("running_mean", H), Cost()),
    ],
)
def test_a_tensor_that_is_kept_has_a_name_and_costs_parameters_if_it_is_learned(
    learned: Callable[[], Tensor], cost: Cost
) -> None:
    tensor = learned()

    assert Equation((), (tensor,)).cost == cost


def test_a_learned_tensor_is_called_by_its_name() -> None:
    equation = Equation((), (f.weight("weight_ih", H) * f.bias("bias_hh", H),))

    assert list(equation.names.values()) == ["weight_ih", "bias_hh", "multiply"]


def test_windows_that_overlap_are_added_up_one_addition_for_each_number() -> None:
    def twice(x: Tensor) -> Tensor:
        once = f.window(x, "t", K, S, Rational(1), "k")
        return f.overlap_add(once, ["t"], [S], [Rational(1)])

    windows = f.window(Input(T, H), "t", K, Rational(1), Rational(1), "k")
    assert described(lambda x: f.overlap_add(x, ["t"], [S], [G]), windows) == (
        "(t=T S - S K + K G - G + 1, h=H)",
        Work(add=(T - K + 1) * K * H),
    )
    covered = Tensor(axes=(Axis("t", S * G + K), Axis("h", H)))
    assert described(twice, covered)[0] == "(t=S G + K, h=H)"


@pytest.mark.parametrize("count", [1, 3])
def test_chunks_are_the_last_axis_in_equal_parts_one_after_the_other(count: int) -> None:
    parts = f.chunk(Input(T, 6 * H), count)

    assert [(part.shape, part.node.operation.start) for part in parts if part.node] == [  # type: ignore[attr-defined]
        ((T, 6 * H / count), 6 * H / count * place) for place in range(count)
    ]


def test_a_margin_of_nothing_is_no_operation() -> None:
    x = Input(T, H)

    assert f.pad(x, "t", H - H, H - H) is x


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda x: f.total(x, "x"), "a tensor of axes (t=T, h=H); expected an axis 'x'"),
        (lambda x: f.softmax(x, 2), "dimension 2 of a tensor of axes (t=T, h=H); expected -2 to 1"),
        (lambda x: x + f.total(x, "h"), "add: axes (t=T, h=H) and (t=T); expected equal sizes from the last axis on"),
        (lambda x: f.upsample(x, "x", K), "a tensor of axes (t=T, h=H); expected an axis 'x'"),
        (lambda x: f.overlap_add(x, ["x"], [K], [K]), "a tensor of axes (t=T, h=H); expected an axis 'x'"),
        (
            lambda x: f.concat([x, f.total(x, "h")]),
            "concat: axes (t=T, h=H) and (t=T); expected equal sizes but for one axis",
        ),
    ],
)
def test_tensors_that_do_not_fit_are_refused(write: Callable[[Any], Tensor], message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        write(Input(T, H))

    assert str(caught.value) == message


def test_these_are_all_the_words() -> None:
    defined = {name for name, value in vars(f).items() if callable(value) and value.__module__ == f.__name__}
    defined = {name for name in defined if not name.startswith("_")}

    assert set(f.__all__) == defined | {"scan"}
