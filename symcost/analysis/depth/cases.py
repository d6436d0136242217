"""Which way is the longest where sizes decide: a schedule for each case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sympy import Expr, Max
from sympy.core.relational import Relational

from symcost.analysis.conditions import at_least_zero
from symcost.analysis.depth.schedule import Schedule
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.signs import signs
from symcost.expressions import normal

_MOST_CASES = 6


@dataclass(frozen=True)
class Case:
    """What is supposed, and the schedule if it holds."""

    conditions: tuple[Relational, ...]
    schedule: Schedule


def cases(made: Callable[[Premises], Schedule], known: Premises = NOTHING) -> tuple[Case, ...]:
    """The schedules under all answers to what is not decided of the depth; one alone where nothing is open.

    Where the answers would be too many, or decide nothing, the only case is the one that supposes nothing.
    """
    plain = Case((), made(known))
    done, pending = list[Case](), [(plain, known)]
    while pending:
        case, premises = pending.pop()
        choice = min(case.schedule.depth.atoms(Max), key=str, default=None)
        if choice is None:
            done.append(case)
            continue
        answers = list(_answers(choice, premises))
        more = [
            (Case((*case.conditions, *map(at_least_zero, each)), made(supposed)), supposed)
            for each, supposed in answers
        ]
        is_open = any(choice in other.schedule.depth.atoms(Max) for other, _ in more)
        if not more or is_open or len(done) + len(pending) + len(more) > _MOST_CASES:
            return (plain,)
        pending += reversed(more)
    return tuple(done)


def _answers(choice: Max, known: Premises) -> Iterator[tuple[list[Expr], Premises]]:
    """For each argument, what makes it the largest, if that may be, with the premises that say so."""
    for each in sorted(choice.args, key=str):
        differences = [normal(each - other) for other in choice.args if other != each]
        if not all(one.is_polynomial(*one.free_symbols) for one in differences):
            return
        if not any(signs(one, known) == frozenset({-1}) for one in differences):
            yield differences, replace(known, at_least=(*known.at_least, *differences))
