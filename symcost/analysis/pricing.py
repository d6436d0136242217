"""What an operation costs, as products of factors with reasons, under a convention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Mul

from symcost.addressing import ArgMax, OverlapAdd
from symcost.analysis.formulas import Statement
from symcost.analysis.pairs import fewer_factors, paired_factors
from symcost.analysis.reasons import Factor, Meanings, factors, parts
from symcost.associative import AssociativeScan
from symcost.axes import Axes, elements, picked
from symcost.axes import equation as sides
from symcost.conventions import Convention
from symcost.cost import Work
from symcost.expressions import ONE, normal, same
from symcost.notation import text
from symcost.operations import Einsum, Elementwise, Reduce
from symcost.prefixes import LENGTH, Prefixes
from symcost.tensor import Node, Tensor


@dataclass(frozen=True)
class Line:
    """A product of factors, each with its reason."""

    factors: tuple[Factor, ...]

    @property
    def value(self) -> Expr:
        """The product, in normal form."""
        return normal(Mul(*(factor.size for factor in self.factors)))


def line(found: Iterable[Factor]) -> Line:
    """A line without the factors that are 1, unless nothing else is left."""
    every = tuple(found)
    return Line(tuple(factor for factor in every if factor.size != ONE) or every[-1:] or (Factor(ONE, "one number"),))


def work_lines(statement: Statement, meanings: Meanings, front: Sequence[Factor], by: Convention) -> tuple[Line, ...]:
    """What a statement costs under a convention: a line for each product, equal ones together."""
    loops = tuple(f for axis in statement.loops for f in factors(axis, meanings, note="one after another"))
    lines: list[Line] = []
    beside: dict[tuple[Expr, tuple[Factor, ...]], Counter[str]] = {}
    for node in (each for each in statement.nodes if each.role not in by.leaves_out):
        for kind, found in _products(node, meanings):
            price = by.dot if kind == "dot" else by.of(kind)
            priced = (Factor(price, _why(kind, price)),) if price != ONE else ()
            if kind in ("mac", "dot") and price != 0:
                lines.append(line((*priced, *front, *loops, *found)))
            elif price != 0:
                beside.setdefault((price, (*front, *loops, *found)), Counter())[kind] += 1
    return (*lines, *(_scalar(price, found, kinds) for (price, found), kinds in beside.items()))


def _scalar(price: Expr, found: tuple[Factor, ...], kinds: Counter[str]) -> Line:
    """Scalar operations of one price, done side by side: how many at each place, by kind."""
    said = ", ".join(kind if times == 1 else f"{times} {kind}" for kind, times in kinds.items())
    number = Factor(Integer(kinds.total()), said)
    priced = (Factor(price, "the price of each"),) if price != ONE else ()
    return Line((*priced, number, *(factor for factor in found if factor.size != ONE)))


def _products(node: Node, meanings: Meanings) -> list[tuple[str, tuple[Factor, ...]]]:
    """The operations of a node by kind, each as factors; dot products too."""
    operation = node.operation
    inputs, outputs = tuple(x.axes for x in node.inputs), tuple(y.axes for y in node.outputs)
    if isinstance(operation, Prefixes):
        return _sums(operation, node.cost.work)
    work = operation.work(inputs, outputs)
    found: dict[str, tuple[Factor, ...]] = {}
    made = _place_by_place(node.outputs[0], meanings) if outputs else ()
    if isinstance(operation, Einsum):
        product = _contraction(operation, node, meanings)
        found = dict.fromkeys(work, product) | {"dot": made}
    elif isinstance(operation, Elementwise):
        found = dict.fromkeys(work, made)
    elif isinstance(operation, Reduce):
        found = dict.fromkeys(work, fewer_factors(inputs[0], meanings, operation.places))
    elif isinstance(operation, ArgMax):
        found = dict.fromkeys(work, fewer_factors(inputs[0], meanings, (operation.place,)))
    elif isinstance(operation, AssociativeScan):
        found = _applications(operation, inputs, meanings)
    elif isinstance(operation, OverlapAdd):
        found = dict.fromkeys(work, _place_by_place(node.inputs[0], meanings))
    counts = [*work.items(), *([("dot", work.dots)] if work.dots != 0 else [])]
    return [(kind, _checked(found.get(kind, ()), count, operation.name)) for kind, count in counts]


def _sums(prefixes: Prefixes, work: Work) -> list[tuple[str, tuple[Factor, ...]]]:
    """What is run on every prefix: the sum of what it costs on each."""
    once = prefixes.inner.network_cost.work
    counts = [(kind, work[kind], once[kind]) for kind in work] + [("dot", work.dots, once.dots)]
    over = f"over prefixes of {text(LENGTH)} = 1, ..., {text(prefixes.length)} steps"
    return [(kind, (Factor(all_, f"the sum of {text(each)} {over}"),)) for kind, all_, each in counts if all_ != 0]


def _checked(found: tuple[Factor, ...], count: Expr, name: str) -> tuple[Factor, ...]:
    """The factors, if their product is the count; else the count as it is: some operations are no product."""
    return found if same(Mul(*(factor.size for factor in found)), count) else (Factor(count, f"as {name} counts"),)


def _place_by_place(tensor: Tensor, meanings: Meanings) -> tuple[Factor, ...]:
    return paired_factors(tensor.axes, meanings, parts=parts(tensor))


def _contraction(operation: Einsum, node: Node, meanings: Meanings) -> tuple[Factor, ...]:
    """The axes of the output, then those that are summed over."""
    union, names = operation.union(tuple(x.axes for x in node.inputs))
    front = len(union) - len(names)
    kept = [*range(front), *(front + names.index(name) for name in sides(operation.pattern)[1].names)]
    summed = [place for place in range(len(union)) if place not in kept]
    return paired_factors(picked(union, [*kept, *summed]), meanings, summed=range(len(kept), len(union)))


def _applications(scan: AssociativeScan, inputs: tuple[Axes, ...], meanings: Meanings) -> dict[str, tuple[Factor, ...]]:
    """The applications of a scan's operator, what each takes at a place, and the places."""
    places = scan.step(inputs)
    times = Factor(scan.combines(scan.length(inputs)), f"applications of the operator, {scan.algorithm}")
    once = scan.application(inputs)
    counts = [*once.items(), ("dot", once.dots)]
    return {
        kind: (times, Factor(normal(count / elements(places)), "in each"), *paired_factors(places, meanings))
        for kind, count in counts
    }


def _why(kind: str, price: Expr) -> str:
    if kind == "mac" and price == 2:
        return "a multiply-accumulate is a multiplication and an addition"
    if kind == "dot" and price == -1:
        return "the first addition of each dot product is saved"
    return "the price of a dot product" if kind == "dot" else "the price of a multiply-accumulate"
