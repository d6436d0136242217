"""The associative scan: a linear recurrence by a parallel algorithm (Blelloch, CMU-CS-90-190, 1990, section 1.4)."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from symcost.axes import Axes, elements, picked, shown
from symcost.cost import Cost, Work
from symcost.errors import ShapeError, unknown
from symcost.expressions import ONE, same
from symcost.operations import Operation
from symcost.parallel_prefix import ALGORITHMS


@dataclass(frozen=True)
class AssociativeScan(Operation):
    """h_t = a_t h_(t-1) + b_t along an axis, from h_0 = 0. The first input has all a_t, the second all b_t.

    a_t is as large as b_t, and multiplies place by place; where it is ``dense``, it is a matrix for the last axis of
    b_t. A pair (a, b) stands for the step h -> a h + b. Two steps, (a, b) and then (a', b'), are one again,
    (a' a, a' b + b'): that is the operator. It is associative, so any algorithm for prefixes makes all h_t.

    Work: what one application of the operator takes (2 products and an addition a place; of a matrix of N x N,
    N^3 + N^2 multiply-accumulates and N additions), as often as the algorithm applies it. The sequential one has
    h_(t-1) itself: it takes a_t h_(t-1) + b_t alone (a product and an addition; N^2 multiply-accumulates and N
    additions). State: h_t of one step, whatever the algorithm.
    """

    place: int  # of the steps, in b
    algorithm: str
    dense: bool = False

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            raise unknown("algorithm", self.algorithm, ALGORITHMS)

    @property
    def name(self) -> str:
        return "associative_scan"

    def combines(self, n: Expr) -> Expr:
        """How often the algorithm applies the operator for n steps.

        >>> from symcost.dimensions import dimension
        >>> AssociativeScan(-2, "sequential").combines(dimension("T"))
        T - 1
        """
        return ALGORITHMS[self.algorithm].combines(n)

    def levels(self, n: Expr) -> Expr:
        """How many applications of the operator follow one another for n steps: the depth in applications."""
        return ALGORITHMS[self.algorithm].levels(n)

    def length(self, inputs: tuple[Axes, ...]) -> Expr:
        """The number of steps."""
        return inputs[1][self.place].size

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        a, b = inputs
        expected = (*b, b[-1]) if self.dense else b
        if len(a) != len(expected) or not all(same(x.size, y.size) for x, y in zip(a, expected, strict=True)):
            raise ShapeError(
                f"axes {shown(a)} and {shown(b)}", where=self.name, expected=f"axes {shown(expected)} first"
            )
        if self.dense and self.place == -1:
            raise ShapeError(f"steps along {b[-1]}", where=self.name, expected="another axis than that of the matrices")
        return (b,)

    def step(self, inputs: tuple[Axes, ...]) -> Axes:
        """The axes of h_t of one step."""
        b = inputs[1]
        return picked(b, [place for place in range(len(b)) if place != self.place % len(b)])

    def application(self, inputs: tuple[Axes, ...]) -> Work:
        """What one application of the operator takes, for all other axes at once."""
        places = elements(self.step(inputs))
        both = ONE if ALGORITHMS[self.algorithm].pairs else 0  # the product of a' and a too
        if not self.dense:
            return Work(mul=places * (1 + both), add=places)
        N = inputs[1][-1].size
        return Work(mac=places * N * (1 + both * N), dots=places * (1 + both * N), add=places)

    def work(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Work:
        whole: Work = self.application(inputs) * self.combines(self.length(inputs))
        return whole

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        return Cost(work=self.work(inputs, outputs), state=elements(self.step(inputs)))
