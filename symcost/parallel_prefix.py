"""Parallel prefix: what an associative operator makes of the first 1, 2, ..., n elements, by the published algorithms.

Each comes with formulas that hold for every n: how often it applies the operator (its *combines*), how many
applications follow one another (its *levels*), and how many are begun at once at most, if all elements are there and
each is as soon as it can be (its *width*). With k = ceil(log2 n):

=============  =================  ====================  ===========  ==================================
algorithm      combines           levels                width        source
=============  =================  ====================  ===========  ==================================
sequential     n - 1              n - 1                 1
kogge-stone    n k - 2^k + 1      k                     n - 1        Kogge and Stone, 1973
sklansky       2^k k / 2          k                     2^k / 2      Sklansky, 1960
brent-kung     2 2^k - 2 - k      2 k - 2, at least k   2^k / 2      Brent and Kung, 1982
blelloch       2 (2^k - 1)        2 k                   2^k / 2 + 1  Blelloch, CMU-CS-90-190, 1990
=============  =================  ====================  ===========  ==================================

The last three are defined for powers of two: elements that change nothing are put behind the others, up to 2^k, and
are combined as they are. Hillis and Steele, 1986, gave Kogge and Stone's algorithm for a data-parallel machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from sympy import Expr, Integer

from symcost.expressions import ONE, maximum, normal
from symcost.rounding import rounds

Combine: TypeAlias = Callable[[Any, Any], Any]  # of what comes first, and what comes behind it


class Algorithm(NamedTuple):
    """One way to make all prefixes of n elements: its formulas, and the way itself."""

    combines: Callable[[Expr], Expr]
    levels: Callable[[Expr], Expr]
    width: Callable[[Expr], Expr]
    run: Callable[[Sequence[Any], Combine, Any], list[Any]]
    pads: bool  # up to a power of two
    least_levels: Callable[[Expr], bool] = lambda n: True  # whether no element is there in fewer levels
    last_in_all: Callable[[Expr], bool] = lambda n: False  # whether the last element is combined at every level
    pairs: bool = True  # any two neighbours are combined; else only what begins with the first, with the next one


def prefixes(algorithm: str, elements: Sequence[Any], combine: Combine, identity: Any) -> list[Any]:
    """What each prefix comes to, as the algorithm really makes it; ``identity`` changes nothing.

    >>> [prefixes(each, "abcde", lambda first, behind: first + behind, "")[4] for each in ALGORITHMS]
    ['abcde', 'abcde', 'abcde', 'abcde', 'abcde']
    """
    chosen, count = ALGORITHMS[algorithm], len(elements)
    missing = 2 ** int(rounds(Integer(count))) - count if chosen.pads else 0
    return chosen.run([*elements, *[identity] * missing], combine, identity)[:count]


class Level(NamedTuple):
    """Behind how many combines something comes: behind what multiplies, behind what is added, behind neither of them.

    None where none of these is among what it is made of.
    """

    factors: int | None = None
    terms: int | None = None
    nothing: int = 0

    def latest(self, *others: Level) -> Level:
        """Behind all of them."""
        columns = zip(self, *others, strict=True)
        found = [max((each for each in column if each is not None), default=None) for column in columns]
        return Level(found[0], found[1], found[2] or 0)

    def next(self) -> Level:
        """One combine on."""
        factors, terms = (None if each is None else each + 1 for each in (self.factors, self.terms))
        return Level(factors, terms, self.nothing + 1)


def begun(algorithm: str, count: int) -> Counter[Level]:
    """How many combines are begun at each level, if each is as soon as what it takes is there.

    Of two steps (a, b) and then (a', b') it makes (a' a, a' b + b'); the work is counted where the second is.

    >>> found = begun("kogge-stone", 8)
    >>> found[Level(0, 0, 0)], found[Level(1, 1, 1)], found[Level(2, 2, 2)]
    (7, 6, 4)
    """
    found = Counter[Level]()

    def combine(first: tuple[Level, Level], behind: tuple[Level, Level]) -> tuple[Level, Level]:
        factor, made = first[0].latest(behind[0]), first[1].latest(*behind)
        found[made] += 1
        return factor.next(), made.next()

    step = Level(factors=0), Level(terms=0)
    prefixes(algorithm, [step] * count, combine, (Level(), Level()))
    return found


def _sequential(elements: Sequence[Any], combine: Combine, _: Any) -> list[Any]:
    made = [elements[0]]
    for each in elements[1:]:
        made.append(combine(made[-1], each))
    return made


def _kogge_stone(elements: Sequence[Any], combine: Combine, _: Any) -> list[Any]:
    """Each with the one 1, 2, 4, ... places before it."""
    made, reach = list(elements), 1
    while reach < len(made):
        made = [*made[:reach], *map(combine, made[:-reach], made[reach:])]
        reach *= 2
    return made


def _sklansky(elements: Sequence[Any], combine: Combine, _: Any) -> list[Any]:
    """In blocks of 2, 4, 8, ...: all of the second half with the last of the first."""
    made, half = list(elements), 1
    while half < len(made):
        made = [combine(made[i - i % half - 1], each) if i & half else each for i, each in enumerate(made)]
        half *= 2
    return made


def _swept_up(elements: Sequence[Any], combine: Combine) -> list[Any]:
    """The last of each block of 2, 4, 8, ... comes to the whole block."""
    made, half = list(elements), 1
    while half < len(made):
        for last in range(2 * half - 1, len(made), 2 * half):
            made[last] = combine(made[last - half], made[last])
        half *= 2
    return made


def _brent_kung(elements: Sequence[Any], combine: Combine, _: Any) -> list[Any]:
    """Up to whole blocks, then down: the middle of each block with the last of the block before it."""
    made = _swept_up(elements, combine)
    half = len(made) // 4
    while half:
        for middle in range(3 * half - 1, len(made), 2 * half):
            made[middle] = combine(made[middle - half], made[middle])
        half //= 2
    return made


def _blelloch(elements: Sequence[Any], combine: Combine, identity: Any) -> list[Any]:
    """Up to whole blocks, then down: a block hands what stands before it to both halves, to the second with the first.

    That leaves what stands before each element; one place on, it is what the prefix comes to.
    """
    made = _swept_up(elements, combine)
    whole, made[-1] = made[-1], identity
    half = len(made) // 2
    while half:
        for last in range(2 * half - 1, len(made), 2 * half):
            before, first = made[last], made[last - half]
            made[last - half], made[last] = before, combine(before, first)
        half //= 2
    return [*made[1:], whole]


def _but_one(n: Expr) -> Expr:
    """All elements but the first."""
    return normal(n - ONE)


def _half(n: Expr) -> Expr:
    """Every second of the elements, up to a power of two."""
    return normal(2 ** rounds(n) / 2)


def _is_power_of_2(n: Expr) -> bool:
    return bool(n.is_Integer and 2 ** rounds(n) == n)


def _of_kogge_stone(n: Expr) -> Expr:
    return normal(n * rounds(n) - 2 ** rounds(n) + 1)


def _depth_of_brent_kung(n: Expr) -> Expr:
    """The last round up and the first round down are of different elements, and one."""
    return maximum([rounds(n), normal(2 * rounds(n) - 2)])


ALGORITHMS: dict[str, Algorithm] = {
    "sequential": Algorithm(_but_one, _but_one, lambda _: ONE, _sequential, pads=False, pairs=False),
    "kogge-stone": Algorithm(_of_kogge_stone, rounds, _but_one, _kogge_stone, False, last_in_all=lambda n: True),
    "sklansky": Algorithm(
        lambda n: normal(2 ** rounds(n) * rounds(n) / 2),
        rounds,
        _half,
        _sklansky,
        pads=True,
        last_in_all=_is_power_of_2,
    ),
    "brent-kung": Algorithm(
        lambda n: normal(2 * 2 ** rounds(n) - 2 - rounds(n)),
        _depth_of_brent_kung,
        _half,
        _brent_kung,
        pads=True,
        least_levels=_is_power_of_2,
    ),
    "blelloch": Algorithm(
        lambda n: normal(2 * 2 ** rounds(n) - 2),
        lambda n: normal(2 * rounds(n)),
        lambda n: normal(_half(n) + ONE),  # the sweep down begins while the one up ends
        _blelloch,
        pads=True,
        least_levels=lambda n: n == 1,  # the sweeps overlap by one level
    ),
}
"""The algorithms, by the names of those who published them."""
