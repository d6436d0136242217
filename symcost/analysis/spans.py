"""Which places of its inputs each place of an operation's output depends on: from a first to a last along each axis.

Places count from 0. Along an axis of an input they are linear in the places of the output: a window that begins at
s t reads the places from s t to s t + d (K - 1), a causal band those up to t, a reduction all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from sympy import Expr

from symcost.addressing import ArgMax, Gather, OverlapAdd, ScatterAdd, Upsample
from symcost.analysis.places import Linear, Span, Spans
from symcost.associative import AssociativeScan
from symcost.axes import Axes, bands, equation
from symcost.bands import Band
from symcost.constants import Constant
from symcost.expressions import ONE, ZERO, normal, total
from symcost.operations import Einsum, Elementwise, Operation, Priced, Reduce, Weight
from symcost.views import Broadcast, Concat, Detached, Flip, Pad, Rearrange, Slice, Window


def spans(operation: Operation, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    """For each input of an operation that holds no equation, the places that a place of its output depends on.

    What an operation does not tell is taken to be every place.

    >>> from symcost.axes import Axis
    >>> from symcost.dimensions import dimension
    >>> T, K = dimension("T"), dimension("K")
    >>> window = Window(-1, K, ONE, ONE, "k")
    >>> ((read,),) = spans(window, ((Axis("t", T),),), window.outputs((Axis("t", T),)))
    >>> read.last.steps
    ((0, 1), (1, 1))
    """
    rule = _RULES.get(type(operation))
    return tuple(map(_every, inputs)) if rule is None else rule(operation, inputs, outputs)


def _every(axes: Axes) -> Spans:
    return tuple(Span.whole(axis.size) for axis in axes)


def _same(axes: Axes) -> Spans:
    return tuple(Span.at(Linear.along(place)) for place in range(len(axes)))


def _einsum(operation: Einsum, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    union, names = operation.union(inputs)
    front = len(union) - len(names)
    (_, right) = equation(operation.pattern)
    kept = {place: place for place in range(front)}
    kept |= {front + names.index(name): front + place for place, name in enumerate(right.names)}
    found = [Span.at(Linear.along(kept[n])) if n in kept else Span.whole(axis.size) for n, axis in enumerate(union)]
    for row, column, band in bands(union):
        found[column] = _column(band, found[column], kept.get(row), column in kept)
        found[row] = _column(_turned(band), found[row], kept.get(column), row in kept)
    (left, _) = equation(operation.pattern)
    return tuple(
        tuple(found[front - (len(axes) - len(term.names)) + place] for place in range(len(axes) - len(term.names)))
        + tuple(found[front + names.index(name)] for name in term.names)
        for term, axes in zip(left, inputs, strict=True)
    )


def _column(band: Band, every: Span, row: int | None, kept: bool) -> Span:
    """What is read of the column of a band: of one that is kept the place itself, else as far as the row reaches."""
    if kept or row is None:
        return every
    first = every.first if band.before is None else Linear.along(row) + -band.before
    last = every.last if band.after is None else Linear.along(row) + band.after
    return Span(first, last)


def _turned(band: Band) -> Band:
    """The same pairs, with row and column exchanged."""
    return Band(band.after, band.before)


def _elementwise(operation: Elementwise, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    made = outputs[0]
    return tuple(
        tuple(
            Span.at(Linear()) if axis.size == ONE and made[place].size != ONE else Span.at(Linear.along(place))
            for place, axis in enumerate(axes, len(made) - len(axes))
        )
        for axes in inputs
    )


def _reduced(places: Iterable[int], axes: Axes, *, keep: bool) -> tuple[Spans, ...]:
    gone = {place % len(axes) for place in places}
    kept: dict[int, int] = {}
    for place in range(len(axes)):
        if keep or place not in gone:
            kept[place] = len(kept)
    found = [
        Span.whole(axis.size) if place in gone else Span.at(Linear.along(kept[place]))
        for place, axis in enumerate(axes)
    ]
    for row, column, band in bands(axes):
        for one, other, pairs in ((column, row, band), (row, column, _turned(band))):
            if one in gone and other not in gone:
                found[one] = _column(pairs, found[one], kept[other], kept=False)
    return (tuple(found),)


def _window(operation: Window, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    (axes,) = inputs
    place = operation.place % len(axes)
    read = Linear.of(ZERO, {place: operation.stride, place + 1: operation.dilation})
    after = (Linear.along(other + 1) for other in range(place + 1, len(axes)))
    return (tuple(map(Span.at, (*map(Linear.along, range(place)), read, *after))),)


def _overlap_add(operation: OverlapAdd, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    (axes,) = inputs
    geometry = dict(zip((place % len(axes) for place in operation.places),
                        zip(operation.strides, operation.dilations, strict=True), strict=True))  # fmt: skip
    found: list[Span] = []
    made = 0
    for place, axis in enumerate(axes):
        if place in geometry:  # the windows that reach a place: those that begin no later, and no longer before
            stride, dilation = geometry[place]
            reach = dilation * (axes[place + 1].size - 1)
            last = Linear.of(ZERO, {made: ONE / stride})
            found.append(Span(last + -reach / stride, last))
            made += 1
        elif place - 1 in geometry:
            found.append(Span.whole(axis.size))
        else:
            found.append(Span.at(Linear.along(made)))
            made += 1
    return (tuple(found),)


def _rearrange(operation: Rearrange, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    (left,), right = equation(operation.pattern)
    (axes,) = inputs
    lengths = operation.lengths(axes)
    front = len(axes) - len(left.groups)
    named: dict[str, Span] = {}
    for place, group in enumerate(right.groups, front):
        inner = ONE  # places of the names after this one in the group
        for name in reversed(group):
            outer = (lengths[each] for each in group[: group.index(name)])
            named[name] = _part(place, all(each == ONE for each in outer), lengths[name], inner)
            inner *= lengths[name]
    return (
        (*(Span.at(Linear.along(place)) for place in range(front)), *(_merged(g, named, lengths) for g in left.groups)),
    )


def _part(place: int, is_outermost: bool, length: Expr, inner: Expr) -> Span:
    """One of several axes that are merged: the place of the outermost is known, others run through all."""
    if not is_outermost:
        return Span.whole(length)
    last = Linear.of(ZERO, {place: ONE / inner})
    return Span(last + -(inner - ONE) / inner, last)


def _merged(group: tuple[str, ...], named: Mapping[str, Span], lengths: Mapping[str, Expr]) -> Span:
    """The place along an axis that is split into several."""
    ends: list[Linear] = []
    for end in ("first", "last"):
        offset, steps, inner = ZERO, dict[int, Expr](), ONE
        for name in reversed(group):
            place: Linear = getattr(named[name], end)
            offset += inner * place.offset
            for axis, each in place.steps:
                steps[axis] = steps.get(axis, ZERO) + inner * each
            inner *= lengths[name]
        ends.append(Linear.of(offset, steps))
    return Span(*ends)


def _shifted(place: int, offset: Expr, axes: Axes) -> Spans:
    """Every axis as it is, but one that is shifted."""
    return tuple(Span.at(Linear.along(n) + (offset if n == place % len(axes) else ZERO)) for n in range(len(axes)))


def _pad(operation: Pad, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    """The place itself, further in front; what is put there may come from anywhere, but in these modes."""
    (axes,) = inputs
    found = list(_shifted(operation.place, -operation.before, axes))
    if operation.mode not in ("zeros", "lowest"):
        found[operation.place % len(axes)] = Span.whole(axes[operation.place].size)
    return (tuple(found),)


def _concat(operation: Concat, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    found: list[Spans] = []
    before: list[Expr] = []
    for axes in inputs:
        found.append(_shifted(operation.place, -total(before), axes))
        before.append(axes[operation.place].size)
    return tuple(found)


def _broadcast(operation: Broadcast, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    made = len(outputs[0])
    new = {place % made for place in operation.places}
    if operation.keep:
        return (tuple(Span.at(Linear() if place in new else Linear.along(place)) for place in range(made)),)
    return (tuple(Span.at(Linear.along(place)) for place in range(made) if place not in new),)


def _flip(operation: Flip, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    (axes,) = inputs
    place = operation.place % len(axes)
    turned = Linear(normal(axes[place].size - ONE), ((place, -ONE),))
    return (tuple(Span.at(turned if n == place else Linear.along(n)) for n in range(len(axes))),)


def _upsample(operation: Upsample, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    (axes,) = inputs
    place = operation.place % len(axes)
    last = Linear.of(ZERO, {place: ONE / operation.factor})
    first = last + -(operation.factor - ONE) / operation.factor
    return (tuple(Span(first, last) if n == place else Span.at(Linear.along(n)) for n in range(len(axes))),)


def _associative_scan(
    operation: AssociativeScan, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]
) -> tuple[Spans, ...]:
    """All steps up to this one; of a matrix that mixes channels, and of what it is applied to, all of them."""
    a, b = inputs
    time = operation.place % len(b)
    found: list[Spans] = []
    for axes in (a, b):
        own = [Span.at(Linear.along(place)) for place in range(len(b))]
        if operation.dense:
            own[-1] = Span.whole(b[-1].size)
            own += [Span.whole(axis.size) for axis in axes[len(b) :]]
        own[time] = Span(Linear(), Linear.along(time))
        found.append(tuple(own))
    return tuple(found)


def _gather(operation: Gather, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> tuple[Spans, ...]:
    numbers, table = inputs
    rows = (Span.at(Linear.along(len(numbers) + place)) for place in range(len(table) - 1))
    return _same(numbers), (Span.whole(table[0].size), *rows)


_Rule: TypeAlias = Callable[..., tuple[Spans, ...]]

_RULES: dict[type[Operation], _Rule] = {
    Weight: lambda operation, inputs, outputs: (),
    Constant: lambda operation, inputs, outputs: (),
    Priced: lambda operation, inputs, outputs: tuple(map(_every, inputs)),
    Einsum: _einsum,
    Elementwise: _elementwise,
    Reduce: lambda operation, inputs, outputs: _reduced(operation.places, inputs[0], keep=operation.keep),
    ArgMax: lambda operation, inputs, outputs: _reduced([operation.place], inputs[0], keep=False),
    Window: _window,
    OverlapAdd: _overlap_add,
    Rearrange: _rearrange,
    Slice: lambda operation, inputs, outputs: (_shifted(operation.place, operation.start, inputs[0]),),
    Pad: _pad,
    Concat: _concat,
    Broadcast: _broadcast,
    Flip: _flip,
    Detached: lambda operation, inputs, outputs: (_same(inputs[0]),),
    Upsample: _upsample,
    Gather: _gather,
    AssociativeScan: _associative_scan,
    ScatterAdd: lambda operation, inputs, outputs: tuple(map(_every, inputs)),
}
"""What each operation reads; a new one is a row."""
