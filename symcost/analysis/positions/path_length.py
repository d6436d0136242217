"""How many layers it takes until everything sees everything: the depth of a stack, solved for.

Layer number i of a stack, counted from 0, sees b + a f^i positions further than the layers before it: as many in each
layer, and more by a factor f from layer to layer where dilations grow, or where strides lie below.
L layers see b L + a (f^L - 1) / (f - 1) further.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer, Symbol, cancel, ceiling, log, oo

from symcost.analysis.places import Linear
from symcost.analysis.positions.field import Field, least
from symcost.analysis.positions.receptive_field import field_of
from symcost.equation import Equation
from symcost.errors import DimensionError, ShapeError, UndecidedError
from symcost.expressions import ONE, ZERO, exceeds, maximum, normal, same, substitute
from symcost.notation import text

_MOST_LAYERS = 100_000  # that are counted one by one


@dataclass(frozen=True)
class Growing:
    """A dimension, such as a dilation, that is 1 in the first layer of a stack and grows by a factor with each."""

    dimension: Symbol
    factor: Expr


@dataclass(frozen=True)
class Reach:
    """What the layers of a stack add, layer by layer: ``each`` (b), and ``first`` (a), growing by ``factor`` (f)."""

    each: Expr
    first: Expr = ZERO
    factor: Expr = ONE

    def least(self, distance: Expr) -> Expr:
        """The smallest number of layers that see so far; one position is seen without any.

        >>> from symcost.dimensions import dimension
        >>> T, K = dimension("T"), dimension("K")
        >>> Reach(K - 1).least(T - 1), Reach(ZERO, K - 1, K).least(T - 1), Reach(ONE, ONE, Integer(2)).least(Integer(9))
        (ceiling((T - 1)/(K - 1)), ceiling(log(T)/log(K)), 3)

        Raises:
            UndecidedError: it grows in two ways at once, and is no number.
        """
        if distance == 0:
            return ZERO
        if self.first == 0 or self.factor == 1:
            width = normal(self.each + self.first)
            return oo if width == 0 else ceiling(cancel(distance / width))
        if all(each.is_number for each in (self.each, self.first, self.factor, distance)):
            return self._counted(distance)
        if self.each == 0 and exceeds(self.factor, ONE):
            return ceiling(log(cancel(1 + distance * (self.factor - 1) / self.first)) / log(self.factor))
        raise UndecidedError(
            f"where {text(self.each)} L and the sum of {text(self.first)} {text(self.factor)}^i over L layers pass "
            f"{text(distance)}", where="number of layers L", remedy="give sizes that are numbers",
        )  # fmt: skip

    def _counted(self, distance: Expr) -> Expr:
        reached, grown = ZERO, self.first
        for layers in range(1, _MOST_LAYERS):
            reached, grown = reached + self.each + grown, grown * self.factor
            if reached >= distance:
                return Integer(layers)
        raise UndecidedError(f"more than {_MOST_LAYERS} layers", where="number of layers")


def reach_of(width: Expr, stride: Expr = ONE, growing: Growing | None = None) -> Reach:
    """What layer after layer adds: its own width, in positions that lie as far apart as the strides below it say.

    Raises:
        DimensionError: the widths do not depend on the dimension that grows.
        UndecidedError: the widths grow neither evenly nor by one factor.
    """
    even, grown, factor = width, ZERO, ONE
    if growing and not width.has(growing.dimension):
        raise DimensionError(f"how far a layer sees does not depend on {growing.dimension}", where="number of layers")
    if growing:
        once, twice = (normal(substitute(width, {growing.dimension: Integer(times)})) for times in (1, 2))
        grown, factor = normal(twice - once), growing.factor
        even = normal(once - grown)
        if normal(grown * growing.dimension + even - width) != 0:
            raise UndecidedError(
                f"a stack whose layers see {text(width)} further", where="number of layers",
                expected=f"what is linear in {growing.dimension}",
            )  # fmt: skip
    if stride == 1:
        return Reach(even, grown, factor)
    if not stride.is_integer or not exceeds(stride, ONE) or (even != 0 and grown != 0):
        raise UndecidedError(
            f"strides of {text(stride)} below layers that see {text(width)} further", where="number of layers",
            expected="whole strides, and widths that grow in one way",
        )  # fmt: skip
    return Reach(ZERO, even + grown, normal(factor * stride))


def layers_needed(equation: Equation, source: int, place: int, length: Expr, growing: Growing | None = None) -> Expr:
    """The smallest stack of layers of which a place sees so many positions, from the first to the last.

    What sees as far as the axis is long sees all; infinitely many layers (oo) are as many as never suffice.
    """
    field = field_of(equation, source, place)
    if field is None:
        return oo
    if field.reach is None or not field.axes:
        return ONE
    stride = normal(sum((step for _, step in field.first.steps), ZERO))
    return reach_of(field.reach, stride, growing).least(normal(length - 1))


def path_length_of(equation: Equation, source: int, place: int, growing: Growing | None = None) -> Expr:
    """The longest of the shortest ways from an input position to an output position that it ever gets to, in layers.

    Raises:
        ShapeError: as a stack it cannot be: fewer or more places come out than go in.
        UndecidedError: whether positions are left out in between is not known.
    """
    far = field_of(equation, source, place)
    if far is None:
        return oo
    near, length = field_of(equation, source, place, recurrent=False), equation.inputs[source].axes[place].size
    _check_stack(far, equation, length)
    distance, ways, reaches = normal(length - 1), list[Expr](), list[Expr]()
    for back, carried in zip(_sides(near, length), _sides(far, length), strict=True):
        if back == oo:
            ways.append(ONE)
        elif back != 0 and near is not None:
            _refuse_holes(near, growing)
            reaches.append(back)
        elif carried == oo:
            ways.append(normal(distance + far.levels))
        elif carried != 0:
            raise UndecidedError("a recurrence that forgets", where="path length", expected="one that keeps its state")
    if reaches:  # the side to which it sees less is the longer way
        longest = [least(reaches)] if least(reaches) in reaches else reaches
        ways.extend(reach_of(each, ONE, growing).least(distance) for each in longest)
    return maximum(ways) if ways else oo


def _check_stack(field: Field, equation: Equation, length: Expr) -> None:
    """Refuses what cannot be stacked; where no axis of the output counts places, all are seen by all."""
    lengths = {axis: equation.outputs[0].axes[axis].size for axis in field.axes}
    if any(not same(each, length) for each in lengths.values()) or len(lengths) > 1:
        raise ShapeError(
            f"{text(length)} places become {' by '.join(map(text, lengths.values()))}", where="path length",
            expected="as many, so that layers can be stacked", remedy="padding='same' or padding='causal'",
        )  # fmt: skip


def _sides(field: Field | None, length: Expr) -> tuple[Expr, Expr]:
    """How far a place sees back and ahead; oo is all the way."""
    if field is None:
        return ZERO, ZERO
    back, ahead = _back(field.first), _back(Linear(normal(-field.last.offset), field.last.steps))
    return back, ahead


def _back(end: Linear) -> Expr:
    if not end.steps:
        return oo
    if [step for _, step in end.steps] != [ONE]:
        raise UndecidedError("places that do not see the ones about their own", where="path length")
    return ZERO if exceeds(end.offset, ZERO) else normal(-end.offset)


def _refuse_holes(field: Field, growing: Growing | None) -> None:
    """Raises if a stack may leave positions out: the gaps of a layer are at most as wide as what is below it sees.

    All widths are at least 1 and factors at least 2: else nothing would grow.
    """
    left = ONE - field.gap
    if growing and field.reach is not None:
        reach = reach_of(field.reach, ONE, growing)
        left = (growing.factor - 1) * left + reach.first * (growing.dimension - 1)
        once = normal(substitute(field.gap, {growing.dimension: ONE}))
        wider = {symbol: symbol + 1 for symbol in left.free_symbols - {growing.dimension}}
        if once == 1 and exceeds(normal(substitute(left, wider)), ZERO):
            return
    if not exceeds(left, ZERO):
        raise UndecidedError(
            f"whether a stack leaves positions out between those that are {text(field.gap)} apart", where="path length",
            remedy="say by which factor the dilation grows: grows={D: K}",
        )  # fmt: skip
