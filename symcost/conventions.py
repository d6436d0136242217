"""How work is read as one number. A convention has a name, and every table prints it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sympy import Expr, Integer

from symcost.cost import KINDS, ROLES, Cost, Work
from symcost.errors import DimensionError, unknown
from symcost.expressions import ONE, ZERO, total
from symcost.notation import text

_WITHOUT, _NOT_COUNTED = " without ", "; not counted: "


class Costed(Protocol):
    """What has a cost: a node, an equation."""

    @property
    def cost(self) -> Cost: ...


@dataclass(frozen=True)
class Convention:
    """A price for each kind of operation; prices may be symbols.

    ``prices`` names the kinds, ``otherwise`` is the price of the rest, ``dot`` is added for each dot product,
    ``biases`` says whether biases count as parameters, and ``leaves_out`` names the roles of work that do not count.

    >>> from symcost.dimensions import dimension
    >>> mine = Convention("mine", {"mac": 2, "exp": dimension("p_exp")}, otherwise=1)
    >>> mine.price(Work(mac=10, exp=3, add=1))
    3*p_exp + 21
    """

    name: str
    prices: Mapping[str, Any] = field(default_factory=dict)
    otherwise: Any = ZERO
    dot: Any = ZERO
    biases: bool = True
    summary: str = ""
    leaves_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for kind in self.prices:
            if kind not in KINDS:
                raise unknown("kind of operation", kind, KINDS, f"convention {self.name!r}")
        exact = {kind: self._price(self.prices[kind], kind) for kind in KINDS if kind in self.prices}
        object.__setattr__(self, "prices", exact)
        object.__setattr__(self, "otherwise", self._price(self.otherwise, "the rest"))
        object.__setattr__(self, "dot", self._price(self.dot, "a dot product"))

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.prices.items()), self.otherwise, self.dot, self.biases, self.leaves_out))

    def _price(self, price: Any, kind: str) -> Expr:
        if isinstance(price, bool) or not isinstance(price, int | Expr):
            raise DimensionError(
                f"the price of {kind} is {price!r}",
                where=f"convention {self.name!r}",
                expected="a whole number or a sympy expression",
            )
        return Integer(price) if isinstance(price, int) else price

    def of(self, kind: str) -> Expr:
        """The price of one operation of a kind."""
        return self.prices.get(kind, self.otherwise)

    def price(self, work: Work) -> Expr:
        """Work as one number, whatever it is for."""
        return total([*(self.of(kind) * count for kind, count in work.items()), self.dot * work.dots])

    def work(self, cost: Cost) -> Expr:
        """The work of a cost as one number, without that in roles that do not count."""
        return self.price(cost.work_without(self.leaves_out))

    def read(self, costed: Costed) -> Expr:
        """The work of a node or an equation as one number."""
        return self.work(costed.cost)

    def ignored(self, costed: Costed) -> tuple[str, ...]:
        """The layers that it does not know: none."""
        return ()

    def parameters(self, cost: Cost) -> Expr:
        """The parameters that this convention counts."""
        return cost.parameters if self.biases else cost.weights

    def without(self, *roles: str) -> Convention:
        """The convention that does not count the work in some roles: of ``bias``, ``activation``, ``softmax``, ...

        Without ``bias`` biases are no parameters either.

        >>> convention("flops").without("softmax", "bias").name
        'flops without bias, softmax'

        Raises:
            UnknownName: there is no such role.
        """
        for role in roles:
            if role not in ROLES:
                raise unknown("role of work", role, ROLES, f"convention {self.name!r}")
        gone = tuple(role for role in ROLES if role in (*self.leaves_out, *roles))
        said = ", ".join(gone)
        return replace(
            self, name=f"{self.name.partition(_WITHOUT)[0]}{_WITHOUT}{said}", leaves_out=gone,
            biases=self.biases and "bias" not in gone,
            summary=f"{self.summary.partition(_NOT_COUNTED)[0]}{_NOT_COUNTED}{', '.join(ROLES[role] for role in gone)}",
        ) if gone else self  # fmt: skip

    def line(self) -> str:
        """The line that a table prints."""
        return f"Convention {self.name}: {self.summary or self._prices_said()}."

    def _prices_said(self) -> str:
        said = [f"{text(price)} a {kind}" for kind, price in self.prices.items()]
        rest = "the rest is not counted" if self.otherwise == 0 else f"{text(self.otherwise)} for everything else"
        return ", ".join([*said, rest])


CONVENTIONS = {
    convention.name: convention
    for convention in (
        Convention(
            "lecture", {"mac": ONE}, biases=False,
            summary="multiply-accumulates of contractions; biases and activation functions are not counted",
        ),
        Convention("macs", {"mac": ONE}, summary="multiply-accumulates of contractions; parameters with biases"),
        Convention(
            "flops", {"mac": Integer(2)}, otherwise=ONE,
            summary="2 for a multiply-accumulate, 1 for every other scalar operation",
        ),
        Convention(
            "exact", {"mac": Integer(2)}, otherwise=ONE, dot=-ONE,
            summary="a dot product of n is n multiplications and n - 1 additions, 1 for every other scalar operation",
        ),
        # The weights of the Livermore loops: McMahon, "The Livermore Fortran Kernels", UCRL-53745, 1986.
        Convention(
            "weighted",
            {"mac": Integer(2), "div": Integer(4), "sqrt": Integer(4),
             **dict.fromkeys(("exp", "log", "tanh", "sigmoid", "erf"), Integer(8))},
            otherwise=ONE,
            summary="2 for a multiply-accumulate, 4 for a division or root, 8 for exponentials and such, 1 else",
        ),
    )
}  # fmt: skip


def convention(name: str | Convention) -> Convention:
    """A convention by its name; one that is given is handed back. A name may go on: ``flops without bias, softmax``.

    >>> convention("flops").price(Work(mac=10, add=1))
    21

    Raises:
        UnknownName: there is none of that name, or no such role of work.
    """
    if isinstance(name, Convention):
        return name
    known, _, roles = str(name).partition(_WITHOUT)
    if known not in CONVENTIONS:
        raise unknown("convention", str(name), CONVENTIONS)
    return CONVENTIONS[known].without(*re.split(r"\s*,\s*|\s+and\s+", roles.strip())) if roles else CONVENTIONS[known]


def is_convention(metric: str | Convention) -> bool:
    """Whether something is a convention or its name, which may go on with what it leaves out.

    >>> is_convention("flops without bias"), is_convention("parameters")
    (True, False)
    """
    return isinstance(metric, Convention) or str(metric).partition(_WITHOUT)[0] in CONVENTIONS


def line_of(metric: str | Convention) -> str:
    """The line that a table prints of a metric: nothing, unless it is a convention."""
    return convention(metric).line() if is_convention(metric) else ""
