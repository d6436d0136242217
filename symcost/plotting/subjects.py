"""What is plotted: networks, layers and costs under their names, with the quantities asked of them, at given sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Symbol

from symcost.analysis.existence import Range, range_of
from symcost.analysis.growth import Relations
from symcost.architectures import architecture
from symcost.conditions import Condition
from symcost.conventions import Convention, is_convention
from symcost.dimensions import rank
from symcost.errors import DimensionError, UnpricedError
from symcost.layer import Layer
from symcost.network import Network
from symcost.notation import text
from symcost.priced import distinct, expression_of, network_of, refuse_foreign, refuse_names, symbol_of
from symcost.readings import Reading, is_reading, reading
from symcost.render.columns import QUANTITIES, READ, column, quantity


@dataclass(frozen=True)
class Measured:
    """A quantity, and by which convention or counter it is read."""

    name: str
    by: Reading

    @property
    def heading(self) -> str:
        """What an axis says; of what is told in steps, what a step is."""
        found = column(self.name)
        return f"{found.heading.partition(' (')[0]} ({found.step} steps)" if found.step else found.heading

    def of(self, priced: Network | Expr) -> Expr:
        """The quantity of a network; an expression is one already.

        Raises:
            UnpricedError: it is not known, or it is no number.
        """
        if not isinstance(priced, Network):
            return expression_of(priced)
        value = column(self.name).value(priced, self.by)
        if isinstance(value, str):
            raise UnpricedError(f"{self.heading} is no number: {value}", where=f"network {priced.name!r}")
        return value

    @property
    def line(self) -> str:
        """How work is counted, if it is."""
        return self.by.line() if self.name in (*READ, "parameter count") else ""


def measured(name: str | Convention, by: str | Reading = "macs") -> Measured:
    """A quantity by its name, which may be that of a convention or a counter.

    >>> measured("depth").heading, measured("weighted").heading
    ('Sequential depth (layer steps)', 'Complexity')

    Raises:
        UnknownName: there is none of that name.
    """
    if isinstance(name, Convention):
        return Measured("complexity", name)
    if name not in QUANTITIES and (is_convention(name) or is_reading(name)):
        return Measured("complexity", reading(name))
    return Measured(quantity(name), reading(by))


@dataclass(frozen=True)
class Subject:
    """Something that is plotted: its name, what must hold of its sizes, and its quantities as formulas."""

    name: str
    conditions: tuple[Condition, ...]
    formulas: tuple[Expr, ...]
    dimensions: frozenset[Symbol]


@dataclass(frozen=True)
class Asked:
    """All that is plotted, with the sizes and the relations that are given."""

    subjects: tuple[Subject, ...]
    at: Mapping[str, Any]
    relations: Relations

    def where(self, *subjects: Subject) -> Range:
        """Where some of them exist together, at the given sizes."""
        name = f"network {subjects[0].name!r}" if len(subjects) == 1 else ""
        return range_of(_conditions(subjects), self.relations, self.at, name)

    def anywhere(self, *subjects: Subject) -> Range:
        """Where some of them exist together, whatever the numbers are: sizes that are formulas stay given."""
        formulas = {name: size for name, size in self.at.items() if getattr(size, "free_symbols", ())}
        return range_of(_conditions(subjects), self.relations, formulas)

    def costs(self, subject: Subject) -> tuple[Expr, ...]:
        """The quantities of one of them at the given sizes."""
        known = self.where(subject).premises
        return tuple(map(known.applied, subject.formulas))

    def formula(self, subject: Subject) -> Expr:
        """The last quantity of one of them as a formula, in which sizes that are numbers are not put."""
        return self.anywhere(subject).premises.applied(subject.formulas[-1])

    def along(self, over: Symbol | str | None) -> Symbol:
        """The dimension along which is plotted: the one that is named, or the only one without a size.

        Raises:
            DimensionError: there is none such, or others have no size.
        """
        inside = {symbol for each in self.subjects for cost in self.costs(each) for symbol in cost.free_symbols}
        found = sorted(inside, key=rank)
        chosen = found if over is None else [symbol_of(over)]
        if over is not None:
            (symbol,) = chosen
            if symbol.name in self.at:
                raise DimensionError(f"{symbol} is given", where="plot", remedy="give no size for it")
            whole = {symbol for each in self.subjects for symbol in each.dimensions}
            refuse_names([symbol.name], {each.name for each in inside | whole}, "plot")
        open_ones = [each.name for each in found if each not in chosen]
        if open_ones:
            sizes = ", ".join(f"{name}=512" for name in open_ones)
            raise DimensionError(
                f"no size for {', '.join(open_ones)}", where="plot", expected="a number for each dimension but "
                + " and ".join(each.name for each in chosen), remedy=f"give them by at (--at), such as {sizes}",
            )  # fmt: skip
        if len(chosen) != 1:
            raise DimensionError(
                ", ".join(each.name for each in chosen) or "no dimension", where="plot",
                expected="one dimension to plot over", remedy="name it by over (--over)",
            )  # fmt: skip
        return chosen[0]


def asked(
    plotted: Any, quantities: Sequence[Measured], at: Mapping[str, Any] | None = None, assume: Iterable[Any] = ()
) -> Asked:
    """Everything that is plotted: networks, layers, costs or names of networks; several, or by their names.

    Raises:
        DimensionError: nothing is given, something has no cost, or a size is given that nothing depends on.
        ShapeError: a network does not exist at the given sizes.
        UnpricedError: a cost is not known.
    """
    names, priced = _named(plotted)
    relations, given = Relations.of(assume), dict(at or {})
    refuse_foreign(given, priced, relations, "at")
    found = (
        Subject(name, _conditions([each]), tuple(asked_for.of(each) for asked_for in quantities), _dimensions(each))
        for name, each in zip(names, priced, strict=True)
    )
    return Asked(tuple(found), given, relations)


def _named(plotted: Any) -> tuple[list[str], list[Network | Expr]]:
    """The names of what is plotted, each another one, and what they are names of."""
    if isinstance(plotted, str | Network | Layer | Expr | int):
        plotted = [plotted]
    if not isinstance(plotted, Iterable):
        raise DimensionError(f"{plotted!r} cannot be plotted", where="plot", expected="networks, layers or costs")
    labels = list(map(str, plotted)) if isinstance(plotted, Mapping) else []
    given = plotted.values() if isinstance(plotted, Mapping) else plotted
    priced = [network_of(architecture(each) if isinstance(each, str) else each) for each in given]
    if not priced:
        raise DimensionError("nothing to plot", where="plot", expected="networks, layers or costs")
    priced = [each if isinstance(each, Network) else expression_of(each) for each in priced]
    stems = labels or [each.name if isinstance(each, Network) else text(each) for each in priced]
    return distinct(stems), priced


def _dimensions(priced: Network | Expr) -> frozenset[Symbol]:
    return frozenset(priced.dimensions if isinstance(priced, Network) else priced.free_symbols)


def _conditions(plotted: Iterable[Any]) -> tuple[Condition, ...]:
    """What must hold of the sizes of all of some networks; nothing of those of a formula."""
    return tuple(dict.fromkeys(each for one in plotted for each in getattr(one, "conditions", ())))
