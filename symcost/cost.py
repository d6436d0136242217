"""What something costs: work by kind of operation and by what it is for, parameters, activations, state.

Values are frozen; they add, and they repeat. How work is read as one number is a convention's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sympy import Expr, Symbol

from symcost.errors import unknown
from symcost.expressions import ZERO, normal, resized_fields, substitute, total

KINDS = {
    "mac": "multiply-accumulates of contractions",
    "mul": "multiplications",
    "add": "additions and subtractions",
    "div": "divisions",
    "compare": "comparisons (the larger or smaller of two, absolute values)",
    "exp": "exponentials",
    "log": "logarithms",
    "tanh": "hyperbolic tangents",
    "sigmoid": "logistic functions",
    "erf": "error functions",
    "sqrt": "square roots",
}
"""The kinds of scalar operation, closed: a kind that is not here is a mistake."""


ROLES = {
    "bias": "adding biases",
    "activation": "activation functions",
    "normalisation": "normalisation",
    "softmax": "softmax",
    "pooling": "pooling",
}
"""What work may be for, as far as conventions tell it apart; all other work has no role."""


class Work(Mapping[str, Expr]):
    """How many scalar operations, by kind; and how many dot products the multiply-accumulates belong to.

    A dot product of n is n multiply-accumulates that start from zero: ``dots`` lets a convention take off the
    first addition of each.

    >>> from symcost.dimensions import dimension
    >>> H = dimension("H")
    >>> Work(mac=H**2, tanh=H) + Work(tanh=H) * 2
    Work(mac=H**2, tanh=3*H)
    """

    __slots__ = ("_counts", "_dots")

    def __init__(self, counts: Mapping[str, Any] | None = None, *, dots: Any = 0, **more: Any) -> None:
        given = {**(counts or {}), **more}
        for kind in given:
            if kind not in KINDS:
                raise unknown("kind of operation", kind, KINDS)
        exact = {kind: normal(given[kind]) for kind in KINDS if kind in given}
        self._counts = {kind: count for kind, count in exact.items() if count != 0}
        self._dots = normal(dots)

    @property
    def dots(self) -> Expr:
        """The dot products that the multiply-accumulates belong to."""
        return self._dots

    def __getitem__(self, kind: str) -> Expr:
        if kind not in KINDS:
            raise unknown("kind of operation", kind, KINDS)
        return self._counts.get(kind, ZERO)

    def __contains__(self, kind: object) -> bool:
        return kind in self._counts

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __repr__(self) -> str:
        return f"Work({', '.join(f'{kind}={count}' for kind, count in self._counts.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Work) and (self._counts, self.dots) == (other._counts, other.dots)

    def __hash__(self) -> int:
        return hash((tuple(self._counts.items()), self.dots))

    def __add__(self, other: Work) -> Work:
        return Work.sum({self: 1, other: 1}) if self != other else self * 2

    def __mul__(self, count: Any) -> Work:
        return Work({kind: each * count for kind, each in self._counts.items()}, dots=self.dots * count)

    __rmul__ = __mul__

    def __sub__(self, other: Work) -> Work:
        return Work.sum({self: 1, other: -1}) if self != other else NO_WORK

    def each(self, change: Callable[[Expr], Expr]) -> Work:
        """The work with every count changed."""
        return Work({kind: change(count) for kind, count in self._counts.items()}, dots=change(self.dots))

    def at_sizes(self, sizes: Mapping[Symbol, Expr]) -> Work:
        """The same work at given sizes."""
        return self.each(lambda count: substitute(count, sizes))

    @staticmethod
    def sum(multiplicities: Mapping[Work, Any]) -> Work:
        """The sum of works, each as often as it says."""
        if len(multiplicities) == 1:
            ((only, often),) = multiplicities.items()
            return only if often == 1 else only * often
        counts: dict[str, list[Expr]] = {}
        for work, times in multiplicities.items():
            for kind, count in work.items():
                counts.setdefault(kind, []).append(count * times)
        dots = total(work.dots * times for work, times in multiplicities.items())
        return Work({kind: total(each) for kind, each in counts.items()}, dots=dots)


NO_WORK = Work()


class Unpriced(NamedTuple):
    """A cost that is not known: of which metric, and whose."""

    metric: str
    node: str


@dataclass(frozen=True)
class Cost:
    """What one thing costs. Parameters are numbers to learn, activations and state are numbers to keep.

    >>> Cost(weights=6, biases=2).parameters
    8
    """

    weights: Expr = ZERO  # learned numbers, biases aside
    biases: Expr = ZERO  # learned offsets
    work: Work = NO_WORK
    activations: Expr = ZERO  # elements of the outputs of layers
    state: Expr = ZERO  # elements carried from one step in time to the next
    unpriced: tuple[Unpriced, ...] = ()  # what the sums leave out, in alphabetical order
    roles: tuple[tuple[str, Work], ...] = ()  # what parts of the work are for, in the order of ROLES

    def __post_init__(self) -> None:
        for name in ("weights", "biases", "activations", "state"):
            object.__setattr__(self, name, normal(getattr(self, name)))
        object.__setattr__(self, "unpriced", tuple(sorted(set(self.unpriced))))

    @property
    def parameters(self) -> Expr:
        """Weights and biases."""
        return normal(self.weights + self.biases)

    def in_role(self, role: str) -> Cost:
        """The same cost, with all of its work in one role."""
        return replace(self, roles=((role, self.work),) if self.work else ())

    def work_without(self, roles: Iterable[str]) -> Work:
        """The work but for that in some roles.

        >>> cost = Cost(work=Work(mac=6)) + Cost(work=Work(add=2)).in_role("bias")
        >>> cost.work, cost.work_without(["bias"])
        (Work(mac=6, add=2), Work(mac=6))
        """
        gone = [work for role, work in self.roles if role in roles]
        return self.work - sum(gone, NO_WORK) if gone else self.work

    def at_sizes(self, sizes: Mapping[Symbol, Expr]) -> Cost:
        """The same cost at given sizes."""
        return resized_fields(self, sizes)  # type: ignore[no-any-return]

    def unknown(self, metric: str) -> list[str]:
        """The nodes whose share of a metric is not known."""
        return [each.node for each in self.unpriced if each.metric == metric]

    def __add__(self, other: Cost) -> Cost:
        return Cost.sum(Counter([self, other]))

    def __sub__(self, other: Cost) -> Cost:
        return Cost.sum({self: 1, other: -1}) if self != other else Cost()

    def __mul__(self, count: Any) -> Cost:
        return Cost.sum({self: count})

    __rmul__ = __mul__

    @staticmethod
    def sum(multiplicities: Mapping[Cost, Any]) -> Cost:
        """The sum of costs, each as often as it says."""

        def added(metric: str) -> Expr:
            return total(getattr(cost, metric) * times for cost, times in multiplicities.items())

        works: dict[str, dict[Work, Any]] = {"": {}}
        for cost, times in multiplicities.items():
            for role, work in (("", cost.work), *cost.roles):
                each = works.setdefault(role, {})
                each[work] = each.get(work, 0) + times
        sums = {role: Work.sum(each) for role, each in works.items()}
        return Cost(
            added("weights"), added("biases"), sums[""], added("activations"), added("state"),
            tuple({missing for cost in multiplicities for missing in cost.unpriced}),
            tuple((role, sums[role]) for role in ROLES if role in sums),
        )  # fmt: skip
