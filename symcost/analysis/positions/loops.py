"""What is seen through that which repeats: a layer several times, a recurrence, a layer on every prefix."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Protocol, TypeAlias

from sympy import Expr, Integer

from symcost.analysis.places import Linear
from symcost.analysis.positions.field import Field, Seen, merged, through
from symcost.axes import position
from symcost.equation import Equation
from symcost.errors import UndecidedError
from symcost.expressions import ONE, ZERO, exceeds, normal, substitute
from symcost.notation import text
from symcost.prefixes import LENGTH, Prefixes
from symcost.recurrence import Scan
from symcost.structure import Repetition

_Step: TypeAlias = "dict[tuple[int, int | None], Seen]"  # what outputs see of each axis of each input


class Walk(Protocol):
    """What is needed of a walk through equations; ``recurrent`` says whether carries are ways too."""

    @property
    def recurrent(self) -> bool: ...
    def seen(self, equation: Equation, source: int, place: int | None) -> Seen: ...


def seen(walk: Walk, operation: Repetition | Scan | Prefixes, source: int, place: int | None) -> Seen:
    """What each output sees along an axis of an input, or whether it depends on it."""
    if isinstance(operation, Repetition):
        return _repeated(walk, operation, source, place)
    if isinstance(operation, Scan):
        return _scanned(walk, operation, source, place)
    return _prefixes(walk, operation, source, place)


# --- repetitions -----------------------------------------------------------------------------------------------------


def _repeated(walk: Walk, operation: Repetition, source: int, place: int | None) -> Seen:
    equation, count = operation.equation, operation.count
    if len(equation.inputs) == 1 and (once := walk.seen(equation, 0, place)[0]) and _shifts(once, place):
        return (_shifted(once, count - 1),)
    lengths = [[axis.size for axis in tensor.axes] for tensor in equation.inputs]
    step = {
        (number, axis): walk.seen(equation, number, axis)
        for number, sizes in enumerate(lengths)
        for axis in (None, *range(len(sizes)))
    }
    if count.is_Integer:
        return _power(step, int(count), lengths)[source, place]
    made = step
    for _ in range(len(lengths) + 1):
        again = _after(made, step, lengths)
        if again == made:
            return made[source, place]
        made = again
    raise UndecidedError(
        f"how far {text(count)} repetitions of {operation.layer.name} see", where="receptive field",
        expected="one input, and places that see the same way back and ahead", remedy="give a number of repetitions",
    )  # fmt: skip


def _shifts(once: Field, place: int | None) -> bool:
    """Whether each end moves by as much each time, or stays where it is."""
    own = () if place is None else ((place, ONE),)
    return all(end.steps in ((), own) for end in (once.first, once.last)) and once.axes in ([], [place])


def _shifted(once: Field, more: Expr) -> Field:
    """Once, and so many times more. Where an end is the same everywhere it is so from the first time on."""
    first, last = (end + more * end.offset if end.steps else end for end in (once.first, once.last))
    return Field(first, last, once.gap, normal(once.levels * (more + 1)))


def _power(step: _Step, count: int, lengths: list[list[Expr]]) -> _Step:
    """So many times, by squaring."""
    made: _Step | None = None
    while count:
        if count % 2:
            made = step if made is None else _after(made, step, lengths)
        count //= 2
        step = _after(step, step, lengths) if count else step
    return step if made is None else made


def _after(first: _Step, then: _Step, lengths: list[list[Expr]]) -> _Step:
    """One after the other."""
    return {
        (source, place): _merged(
            [through(field, partial(_looked_up, then, number)) for number, field in enumerate(fields) if field],
            len(fields), ONE if place is None else lengths[source][place],
        )
        for (source, place), fields in first.items()
    }  # fmt: skip


def _looked_up(step: _Step, number: int, place: int | None) -> Seen:
    return step[number, place]


def _merged(ways: list[Seen], outputs: int, length: Expr) -> Seen:
    found = [[field for way in ways if (field := way[number])] for number in range(outputs)]
    return tuple(merged(fields, length) if fields else None for fields in found)


# --- scans -----------------------------------------------------------------------------------------------------------


def _scanned(walk: Walk, scan: Scan, source: int, place: int | None) -> Seen:
    outer = scan.sequences + scan.initial
    if source < scan.sequences and place == scan.front:
        return tuple(_over_time(scan, hops) for hops in _hops(walk, scan, source))
    inner = source if source < outer else source - scan.initial + scan.carries
    within = place - 1 if place is not None and source < scan.sequences and place > scan.front else place
    found = _carried(walk, scan, inner, within)
    return tuple(field and _within_loop(field, scan.front) for field in found)


def _within_loop(field: Field, front: int) -> Field:
    """The same at each step; even where nothing has to be carried, the way goes through the loop once."""
    return replace(field.moved(lambda axis: axis + (axis >= front)), levels=normal(field.levels + ONE))


def _hops(walk: Walk, scan: Scan, source: int) -> list[list[int]]:
    """For each output, how many steps ago it has seen what a slice brings; one more than there are carries: any."""
    steps = walk.seen(scan.step, source, None)
    found: list[list[int]] = [[] for _ in steps]
    for ago in range(scan.carries + 2 if walk.recurrent else 1):
        for hops, field in zip(found, steps, strict=True):
            hops.extend([ago] if field else [])
        onward = [walk.seen(scan.step, scan.sequences + c, None) for c in range(scan.carries) if steps[c]]
        steps = _merged(onward, len(steps), ONE)
    return found


def _over_time(scan: Scan, hops: list[int]) -> Field | None:
    """All steps up to this one if a loop hands them on, else as many as there are carries in a row."""
    if not hops:
        return None
    here, sign = Linear.along(scan.front), ONE if scan.reverse else -ONE
    near = here + sign * hops[0]
    endless = hops[-1] > scan.carries
    end = Linear(ZERO if not scan.reverse else normal(scan.length - 1)) if endless else here + sign * hops[-1]
    first, last = (near, end) if scan.reverse else (end, near)
    return Field(first, last, levels=ONE if len(hops) > 1 else ZERO)


def _carried(walk: Walk, scan: Scan, inner: int, place: int | None) -> Seen:
    """Along an axis that is not scanned: directly, and by way of the carries as long as that reaches further."""
    length = ONE if place is None else scan.step.inputs[inner].axes[place].size
    total = walk.seen(scan.step, inner, place)
    for _ in range(scan.carries + 1):
        onward = [
            through(field, lambda axis, c=c: walk.seen(scan.step, scan.sequences + c, axis))  # type: ignore[misc]
            for c in range(scan.carries)
            if (field := total[c])
        ]
        more = _merged([total, *onward], len(total), length)
        if more == total:
            return total
        total = more
    raise UndecidedError(
        f"how far {text(scan.length)} steps see across the sequence", where=f"scan over {scan.axis!r}",
        expected="steps that look no further to the side each time",
    )  # fmt: skip


# --- prefixes --------------------------------------------------------------------------------------------------------


def _prefixes(walk: Walk, operation: Prefixes, source: int, place: int | None) -> Seen:
    """The last step's field, where the prefix is as long as the place of that step says."""
    taken = operation.taken[source]
    is_cut = place is not None and place == len(taken) + position(taken, operation.axis)
    found: list[Field | None] = []
    fields = walk.seen(operation.inner, source, place)
    for tensor, end, field in zip(operation.inner.outputs, operation.places, fields, strict=True):
        if field is None:
            found.append(None)
        else:
            first, last = (_at_the_end(each, len(tensor.axes) + end, is_cut) for each in (field.first, field.last))
            found.append(replace(field, first=first, last=last))
    return tuple(found)


def _at_the_end(end: Linear, own: int, is_cut: bool) -> Linear:
    """A position seen from the last of t + 1 steps, as one that is linear in t; of a prefix no step after it is."""
    steps = dict(end.steps)
    seen_there = normal(end.offset + steps.pop(own, ZERO) * (LENGTH - 1))
    if is_cut and not exceeds(LENGTH - 1, seen_there):
        seen_there = LENGTH - 1
    offset = normal(substitute(seen_there, {LENGTH: ONE}))
    step = normal(substitute(seen_there, {LENGTH: Integer(2)}) - offset)
    if normal(offset + step * (LENGTH - 1) - seen_there) != 0 or any(each.has(LENGTH) for each in steps.values()):
        raise UndecidedError(f"position {text(seen_there)} of each prefix", where="receptive field")
    return Linear.of(offset, {**steps, own: step})
