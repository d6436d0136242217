"""Where networks exist: what their sizes must fulfil, as premises beside those that are declared.

Of a condition that is no polynomial nothing follows here: it stays what is said with an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Add, Expr, Symbol, floor

from symcost.analysis.growth import Growth, Relation, Relations, growth
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.relations import premises, whole
from symcost.analysis.signs import sign, signs
from symcost.conditions import Condition, refuse_sizes, undecided
from symcost.errors import DimensionError, FormulaError, UndecidedError
from symcost.expressions import normal


@dataclass(frozen=True)
class Range:
    """Where costs hold: as declared, as the networks require, and both together as ``premises`` to reason with.

    ``holds`` are the conditions that do not follow from what is declared.
    """

    declared: Premises = NOTHING
    holds: tuple[Condition, ...] = ()
    premises: Premises = NOTHING


def range_of(
    conditions: Iterable[Condition], assume: Any = (), given: Mapping[str, Any] | None = None, where: str = ""
) -> Range:
    """The range in which conditions and declared relations hold together.

    >>> from symcost.conditions import at_most
    >>> from symcost.formula import read
    >>> found = range_of([at_most(read("w"), read("T")), at_most(read("K"), read("T"))], ["K <= T"])
    >>> [str(each) for each in found.holds], found.declared.at_least, found.premises.at_least
    (['w is at most T'], (-K + T,), (-K + T, T - w))

    Raises:
        ShapeError: a condition does not hold at the given sizes.
        DimensionError: a condition and a relation contradict each other, or relations do so among themselves.
    """
    relations = Relations.of(assume)
    declared = premises(relations, given)
    conditions = tuple(conditions)
    for each in conditions:
        spoken = each.smaller.free_symbols | each.larger.free_symbols
        refuse_sizes([each], {symbol: declared.sizes[symbol] for symbol in declared.sizes if symbol in spoken}, where)
    known, holds = declared, list[Condition]()
    for each in undecided(each.at_sizes(declared.sizes) for each in conditions):
        room = distance(each, known)
        found = signs(room, known) if room is not None else None
        if found == frozenset({-1}):
            raise _contradiction(each, room, relations, given, holds)
        if found is not None and -1 in found:
            known = replace(known, at_least=(*known.at_least, room))
        if found is None or -1 in found or each.relation == "divides":
            holds.append(each)
    return Range(declared, tuple(holds), known)


def distance(condition: Condition, known: Premises = NOTHING) -> Expr | None:
    """A polynomial that is at least zero where a condition holds; none if none is known.

    What divides a positive number is at most as large.

    >>> from symcost.conditions import at_most
    >>> from symcost.formula import read
    >>> distance(Condition("divides", read("N"), read("H"))), distance(at_most(read("K"), read("floor(T/2) + 1")))
    (H - N, -2*K + T + 2)
    """
    if condition.relation == "divides" and sign(condition.larger, known) != 1:
        return None
    difference = _unrounded(normal(condition.larger - condition.smaller))
    return None if difference is None else whole(difference)


def _unrounded(difference: Expr) -> Expr | None:
    """The same without a floor: floor(x) is at least a whole number just if x is."""
    rounded = [term for term in Add.make_args(difference) if term.has(floor)]
    if not rounded:
        return difference
    (term, *more) = rounded
    if more or not isinstance(term, floor) or not (difference - term).is_integer:
        return None
    return normal(difference - term + term.args[0])


def _contradiction(
    condition: Condition, room: Expr, relations: Relations, given: Mapping[str, Any] | None, others: list[Condition]
) -> DimensionError:
    """The error for a relation that leaves no size at which a condition holds; of several relations, for all."""
    alone = [each for each in relations.relations if signs(room, premises([each], given)) == frozenset({-1})]
    found = ", ".join(map(str, alone[:1] or relations.relations))
    needed = " and ".join(map(str, [condition] if alone or not others else [*others, condition]))
    return DimensionError(found or "no size", where="assume", expected=f"sizes of which {needed}")


def growth_of(
    cost: Expr, conditions: Iterable[Condition], variables: Iterable[Symbol | str] | None = None, assume: Any = ()
) -> Growth:
    """How a cost grows where a network exists.

    >>> from symcost.formula import read
    >>> print(growth_of(read("H*T^2 + N*T^2"), [Condition("divides", read("N"), read("H"))]))
    O(T^2 H)

    Raises:
        DimensionError: the dimensions cannot grow so, or conditions and relations contradict each other.
        UndecidedError: an order is not known.
    """
    declared, grows = Relations.of(assume), None if variables is None else list(variables)
    required = [each for each in map(_bound, conditions) if each is not None]
    if not required:
        return growth(cost, grows, declared)
    needed = " and ".join(map(str, required))
    try:
        relations = declared + Relations(tuple(required))
    except DimensionError:
        raise DimensionError(str(declared), where="assume", expected=f"sizes of which {needed}") from None
    try:
        return growth(cost, grows, relations)
    except DimensionError:
        growth(cost, grows, declared)  # refused for itself, if it is
        names = ", ".join(map(str, grows or ()))
        raise DimensionError(
            f"{names} cannot grow alone", where="growth", expected=f"sizes of which {needed}",
            remedy="let other dimensions grow too",
        ) from None  # fmt: skip


def _bound(condition: Condition) -> Relation | None:
    """A condition as a relation, if growth can use it."""
    made = Relation(condition.smaller, "<=", condition.larger)
    try:
        Relations.of([made])
    except (FormulaError, UndecidedError):
        return None
    return made
