"""The signs of an expression in one whole number, with floors, ceilings, Max and Min in it.

A Max or a Min is taken apart where its arguments change places. What is left is a polynomial on each residue class of
a period (a quasi-polynomial: Ehrhart, 1962): with T = m k + r every floor is a polynomial in k plus a number. So the
signs are exact on all whole numbers, without a search.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Add, Expr, Integer, Max, Min, Mul, Poly, Pow, Symbol, ceiling, floor, log

from symcost.analysis.roots import Unsolved, refuse_long
from symcost.analysis.signs import number_sign
from symcost.expressions import normal

_LONGEST_PERIOD = 360
_MOST_PIECES = 64
FURTHEST = 2**64  # as far as is looked where nothing is known but values
GROWN = 2**1024  # as far as is looked where the sign changes once at most
_MOST_WALKED = 10_000  # numbers of a range in which the residue classes differ


@dataclass(frozen=True)
class Run:
    """Whole numbers from the first to the last, or for ever, with one sign; none if it goes on changing."""

    first: int
    last: int | None
    sign: int | None


def runs(expression: Expr, symbol: Symbol, first: int = 1, last: int | None = None) -> list[Run]:
    """The signs of an expression at the whole numbers of a range.

    >>> from symcost.formula import read
    >>> runs(read("8*ceil(T/8) - 20"), read("T"))
    [Run(first=1, last=16, sign=-1), Run(first=17, last=None, sign=1)]

    Raises:
        Unsolved: it is no polynomial in pieces, or has too many of them.
    """
    pieces = list(_pieces(expression, symbol, first, last))
    return _merged(run for begin, end, piece in pieces for run in _polynomial_runs(piece, symbol, begin, end))


def _pieces(
    expression: Expr, symbol: Symbol, first: int, last: int | None, depth: int = 0
) -> Iterator[tuple[int, int | None, Expr]]:
    """The ranges on which a Max or a Min is one of its arguments, with the expression there."""
    choices = [each for each in expression.atoms(Max, Min) if not any(arg.has(Max, Min) for arg in each.args)]
    if not choices:
        yield first, last, expression
        return
    if depth > math.log2(_MOST_PIECES):
        raise Unsolved(f"more than {_MOST_PIECES} pieces between the larger and the smaller of several")
    choice = min(choices, key=str)
    one, other, *more = choice.args
    for run in runs(one - other, symbol, first, last):
        if run.sign is None:
            raise Unsolved(f"the arguments of {choice} change places without end")
        chosen = one if (run.sign >= 0) == isinstance(choice, Max) else other
        replaced = choice.func(chosen, *more) if more else chosen
        yield from _pieces(expression.xreplace({choice: replaced}), symbol, run.first, run.last, depth + 1)


def _period(expression: Expr, symbol: Symbol) -> int:
    """A period after which every floor and ceiling has grown by a polynomial with whole coefficients."""
    period: int = 1
    for part in expression.atoms(floor, ceiling):
        inner = part.args[0].replace(floor, lambda x: x).replace(ceiling, lambda x: x)
        if not inner.is_polynomial(symbol) or not all(each.is_Rational for each in Poly(inner, symbol).coeffs()):
            raise Unsolved(f"{part} is no polynomial, rounded")
        period = math.lcm(period, *(int(each.q) for each in Poly(inner, symbol).coeffs()))
    nested = max((len(part.args[0].atoms(floor, ceiling)) for part in expression.atoms(floor, ceiling)), default=0)
    period = int(period ** (nested + 1))
    if period > _LONGEST_PERIOD:
        raise Unsolved(f"a period of {period} between roundings; at most {_LONGEST_PERIOD} is worked out")
    return period


def _polynomial_runs(expression: Expr, symbol: Symbol, first: int, last: int | None) -> list[Run]:
    """The signs of a quasi-polynomial: class by class between the roots of all classes."""
    period = _period(expression, symbol)
    step = Symbol("k", integer=True)
    classes = [_of_class(expression, symbol, period * step + rest) for rest in range(period)]
    cuts = {first}
    for rest, each in enumerate(classes):
        for root in _real_roots(each):
            place = period * math.floor(root) + rest
            cuts |= {cut for near in (-period, 0, period) for cut in (place + near, place + near + 1)}
    inside = sorted(cut for cut in cuts if cut >= first and (last is None or cut <= last))
    ends = [*(cut - 1 for cut in inside[1:]), last]
    return _merged(run for begin, end in zip(inside, ends, strict=True) for run in _range(classes, begin, end))


def _of_class(expression: Expr, symbol: Symbol, value: Expr) -> Poly:
    step = next(iter(value.free_symbols))
    made = expression.xreplace({symbol: value}).replace(floor, lambda x: floor(normal(x)))
    made = normal(made.replace(ceiling, lambda x: ceiling(normal(x))))
    if not made.is_polynomial(step) or not all(each.is_Rational for each in Poly(made, step).coeffs()):
        raise Unsolved(f"{expression} is no polynomial in pieces")
    return Poly(made, step)


def _real_roots(polynomial: Poly) -> list[Expr]:
    refuse_long(polynomial)
    return [] if polynomial.degree() < 1 else list(polynomial.real_roots())


def _range(classes: list[Poly], first: int, last: int | None) -> Iterator[Run]:
    """The signs in a range in which no class has a root: one, or those of the classes in turn."""
    period = len(classes)
    count = period if last is None else min(period, last - first + 1)
    found = [_sign_at(classes, number) for number in range(first, first + count)]
    if len(set(found)) == 1:
        yield Run(first, last, found[0])
    elif last is not None and last - first < _MOST_WALKED:
        for number in range(first, last + 1):
            yield Run(number, number, found[(number - first) % period])
    else:
        yield Run(first, last, None)


def _sign_at(classes: list[Poly], number: int) -> int:
    step, rest = divmod(number, len(classes))
    return number_sign(classes[rest].eval(Integer(step)))


def _merged(found: Iterable[Run]) -> list[Run]:
    """Neighbouring runs of one sign as one."""
    merged: list[Run] = []
    for run in found:
        if merged and merged[-1].sign == run.sign:
            merged[-1] = Run(merged[-1].first, run.last, run.sign)
        else:
            merged.append(run)
    return merged


def sampled_runs(
    expression: Expr, symbol: Symbol, first: int = 1, last: int | None = None, furthest: int = FURTHEST
) -> list[Run]:
    """The signs at powers of two, each change narrowed down to the whole number where it happens.

    For what is no polynomial in pieces. Two changes between neighbouring powers are missed: who asks must say so.
    """
    most = furthest if last is None else min(last, furthest)
    places = [first, *(2**power for power in range(furthest.bit_length()) if first < 2**power < most), most]
    found: list[Run] = []
    for begin, end in itertools.pairwise(places):
        at_begin, at_end = (number_sign(expression.xreplace({symbol: Integer(each)})) for each in (begin, end))
        change = begin if at_begin == at_end else _last_with(expression, symbol, at_begin, begin, end)
        found += [Run(begin, change, at_begin), Run(change + 1, end, at_end)] if change < end else []
    merged = _merged(found)
    return [*merged[:-1], Run(merged[-1].first, last, merged[-1].sign)]


def _last_with(expression: Expr, symbol: Symbol, wanted: int, first: int, last: int) -> int:
    """The last whole number with a sign, between one that has it and one that has not."""
    while last - first > 1:
        middle = (first + last) // 2
        same = number_sign(expression.xreplace({symbol: Integer(middle)})) == wanted
        first, last = (middle, last) if same else (first, middle)
    return first


def only_grows(expression: Expr, symbol: Symbol) -> bool:
    """Whether an expression is seen to grow with a whole number, or to stay: then its sign changes once at most.

    >>> from symcost.formula import read
    >>> only_grows(read("T*log2(T) + 3*ceil(T/2) - 7"), read("T")), only_grows(read("T^2 - T"), read("T"))
    (True, False)
    """
    if not expression.has(symbol) or expression == symbol:
        return True
    if isinstance(expression, Add | floor | ceiling | Max | Min):
        return all(only_grows(each, symbol) for each in expression.args)
    if isinstance(expression, Mul):
        return all(bool(each.is_nonnegative) and only_grows(each, symbol) for each in expression.args)
    if isinstance(expression, log):
        return only_grows(expression.args[0], symbol)
    if isinstance(expression, Pow) and not expression.exp.has(symbol):
        return bool(expression.base.is_nonnegative and expression.exp.is_positive) and only_grows(
            expression.base, symbol
        )
    return False
