"""What is kept from one step to the next, added up by layer: of each tensor its last steps, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Expr, Symbol, oo

from symcost.analysis.sampling.flow import CACHE, STATE, Flow, Kept, Source
from symcost.axes import elements
from symcost.conditions import Condition, at_most, decided
from symcost.expressions import exceeds, normal, substitute, total


@dataclass(frozen=True)
class Part:
    """So many of the last steps of a tensor that has so many elements ``by`` each step; all of them if infinite."""

    by: Expr
    last: Expr
    clipped: bool  # at first there are fewer; a queue is full of zeros

    def after(self, steps: Expr, over: Symbol) -> Expr:
        """The elements that are kept after so many steps."""
        last = steps if self.clipped and self.last != oo and exceeds(self.last, steps) else self.last
        there = substitute(self.by, {over: steps})
        return normal(there if last == oo else there - substitute(self.by, {over: steps - last}))

    def conditions(self, steps: Expr) -> Iterator[Condition]:
        """Where that holds."""
        if self.clipped and self.last != oo and not exceeds(self.last, steps):
            condition = at_most(self.last, steps)
            if decided(condition) is None:
                yield condition


@dataclass(frozen=True)
class Held:
    """What one layer keeps of one kind: a hidden state, a key-value cache, a queue, what was made beforehand."""

    layer: str
    kind: str
    parts: tuple[Part, ...]

    def after(self, steps: Expr, over: Symbol) -> Expr:
        """The elements that are kept after so many steps."""
        return total(part.after(steps, over) for part in self.parts)


def held(flow: Flow, over: Symbol) -> tuple[Held, ...]:
    """What the layers of a network keep, in order; a tensor that several read again is kept by who needs most of it."""
    rows: dict[tuple[str, str], list[Part]] = {}
    for layer, count in flow.carried:
        rows.setdefault((layer, STATE), []).append(Part(count, oo, False))
    most: dict[tuple[object, ...], Kept] = {}
    for each in flow.kept:
        key = (each.source.maker, each.source.parts)
        if key not in most or (each.lag != most[key].lag and exceeds_lag(each.lag, most[key].lag)):
            most[key] = each
    for each in most.values():
        if not _covered(each, most.values()):
            by = normal(elements(each.source.axes) * each.source.times)
            rows.setdefault((each.layer, each.kind), []).append(Part(by, each.lag, each.kind == CACHE))
    return tuple(Held(*names, tuple(parts)) for names, parts in rows.items())


def exceeds_lag(one: Expr, other: Expr) -> bool:
    """Whether a lag is the longer one; what cannot be compared with it is taken to be."""
    return one == oo or (other != oo and not exceeds(other, one))


def _covered(kept: Kept, others: Iterable[Kept]) -> bool:
    """Whether a part of a tensor is kept within the whole, or within a larger part."""
    return any(_is_part(kept.source, other.source) and exceeds_lag(other.lag, kept.lag) for other in others)


def _is_part(part: Source, whole: Source) -> bool:
    shorter = len(whole.parts)
    return part.maker == whole.maker and shorter < len(part.parts) and part.parts[:shorter] == whole.parts
