"""Depth and width in layer steps: how many layers must wait for one another, and how much can be done at once.

A layer is one step, a scan as many as it is long, a view none; of a scan with a delay of d, d steps run side by side,
and an associative scan has the levels of its algorithm. Each layer waits for its inputs as a whole: that is
how layers are run one after the other, and no faster than an overlapping schedule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeAlias

from sympy import Expr, Integer, Min, ceiling

from symcost.associative import AssociativeScan
from symcost.equation import Equation
from symcost.errors import UnpricedError
from symcost.expressions import ONE, ZERO, exceeds, maximum, normal, substitute, total
from symcost.operations import Priced
from symcost.prefixes import LENGTH, Prefixes
from symcost.structure import Call, Repetition, Scan
from symcost.tensor import Node, Tensor

_Path: TypeAlias = tuple[int, ...]  # how often each distinct number of steps lies on a way


def depth(equation: Equation) -> Expr:
    """The steps of the longest way through a network.

    Raises:
        UnpricedError: a node's depth is not known.
    """
    return _longest(equation, steps_of)


def layer_depth(equation: Equation) -> Expr:
    """The steps of one layer: those of its scans one after the other; one without any; none if it only looks."""
    return ZERO if equation.is_free else _at_least_one(_loops(equation))


def steps_of(node: Node) -> Expr:
    """How many steps a node of a network takes.

    Raises:
        UnpricedError: its depth is not known.
    """
    operation = node.operation
    if isinstance(operation, Call):
        return depth(operation.equation) if operation.layer.is_network else layer_depth(operation.equation)
    if isinstance(operation, Priced):
        if operation.depth is None:
            raise UnpricedError("its depth is not known", where=f"node {operation.label!r}", remedy="give it depth=...")
        return operation.depth
    return ZERO if operation.free else _at_least_one(_loop(node))


def _at_least_one(steps: Expr) -> Expr:
    """The steps of loops, each at least one long; one step where nothing loops."""
    return steps if steps != 0 else ONE


def _loops(equation: Equation) -> Expr:
    return _longest(equation, _loop)


def _loop(node: Node) -> Expr:
    """The steps that a node within a layer takes, if it loops."""
    operation = node.operation
    if isinstance(operation, Scan):
        return normal(_rounds(operation) * _at_least_one(_loops(operation.step)))
    if isinstance(operation, AssociativeScan):
        return operation.levels(operation.length(tuple(tensor.axes for tensor in node.inputs)))
    if isinstance(operation, Repetition):
        return normal(operation.count * depth(operation.equation))
    if isinstance(operation, Prefixes):
        return operation.over_all(depth(operation.inner))
    if isinstance(operation, Call):
        return depth(operation.equation) if operation.layer.is_network else _loops(operation.equation)
    return ZERO


def _rounds(scan: Scan) -> Expr:
    """How many steps of a scan follow one another: with a delay of d, d of them run side by side."""
    shortest = Min(*scan.delays)
    return scan.length if shortest == 1 else ceiling(scan.length / shortest)


def _longest(equation: Equation, weight: Callable[[Node], Expr]) -> Expr:
    """The heaviest way through an equation.

    A way is kept as how often each distinct weight lies on it, so that sums of thousands stay small.
    """
    memo: dict[int, Expr] = {}
    weights = [_remembered(node, weight, memo) for node in equation.nodes]
    distinct = [each for each in dict.fromkeys(weights) if each != 0]
    units = {each: tuple(int(each == other) for other in distinct) for each in dict.fromkeys(weights)}
    start: tuple[_Path, ...] = ((0,) * len(distinct),)
    ways: dict[Tensor, tuple[_Path, ...]] = {}
    for node, own in zip(equation.nodes, weights, strict=True):
        before = [ways.get(tensor, start) for tensor in node.inputs]
        best = before[0] if len(before) == 1 else _frontier((way for each in before for way in each), distinct) or start
        if own != 0:
            unit = units[own]
            best = tuple(tuple(map(int.__add__, way, unit)) for way in best)
        ways.update(dict.fromkeys(node.outputs, best))
    last = _frontier((way for tensor in equation.outputs for way in ways.get(tensor, start)), distinct)
    return maximum(_weight(way, distinct) for way in last)


def _remembered(node: Node, weight: Callable[[Node], Expr], memo: dict[int, Expr]) -> Expr:
    """The weight of a node; equal layers on equal shapes have one equation, and are weighed once."""
    key = _key(node)
    if key not in memo:
        memo[key] = weight(node)
    return memo[key]


def _key(node: Node) -> int:
    """What equal layers on equal shapes have in common: their equation."""
    return id(node.operation.equation if isinstance(node.operation, Call) else node)


def _weight(way: _Path, distinct: list[Expr]) -> Expr:
    return total(Integer(times) * each for times, each in zip(way, distinct, strict=True))


def _frontier(ways: Iterable[_Path], distinct: list[Expr]) -> tuple[_Path, ...]:
    """The ways of which none is certainly shorter than another."""
    kept: list[_Path] = []
    for way in dict.fromkeys(ways):
        if not any(_covers(other, way, distinct) for other in kept):
            kept = [other for other in kept if not _covers(way, other, distinct)] + [way]
    return tuple(kept)


def _covers(longer: _Path, shorter: _Path, distinct: list[Expr]) -> bool:
    if all(map(int.__ge__, longer, shorter)):
        return True
    if all(map(int.__le__, longer, shorter)):
        return False
    return exceeds(_weight(longer, distinct), _weight(shorter, distinct))


def width(equation: Equation, price: Callable[[Node], Expr]) -> Expr:
    """The most work in one step: the widest generation of layers, each spread evenly over its own steps.

    A generation is made of the layers that become ready at once, counted in layers.

    Raises:
        UnpricedError: a node's depth is not known.
    """
    generation: dict[Tensor, int] = {}
    sums: dict[int, Counter[int]] = {}
    intensities: dict[int, Expr] = {}
    for node in equation.nodes:
        level = max((generation.get(tensor, 0) for tensor in node.inputs), default=0)
        key = _key(node)
        if key not in intensities:
            intensities[key] = _intensity(node, price)
        if intensities[key] != 0:
            level += 1
            sums.setdefault(level, Counter())[key] += 1
        generation.update(dict.fromkeys(node.outputs, level))
    distinct = dict.fromkeys(frozenset(each.items()) for each in sums.values())
    return maximum(total(intensities[key] * times for key, times in each) for each in distinct)


def _intensity(node: Node, price: Callable[[Node], Expr]) -> Expr:
    """The work of a node in each of its steps."""
    operation = node.operation
    if isinstance(operation, Repetition) or (isinstance(operation, Call) and operation.layer.is_composed):
        return width(operation.equation, price)
    if isinstance(operation, Prefixes):  # the last one is the widest
        return normal(substitute(width(operation.inner, price), {LENGTH: operation.length}))
    work = price(node)
    return normal(work / steps_of(node)) if work != 0 else ZERO
