"""What an equation says, as formulas with indices: it is read off the recorded operations, nothing is typed in.

A tensor gets a name and a statement of its own where it is used more than once, goes into a product, a scan or a
layer, or is handed out; everything else is written within the statement that uses it. Views become indices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from sympy import Expr

from symcost.addressing import Gather, OverlapAdd
from symcost.analysis.formulas import Applied, Called, Formula, Learned, Name, Reduced, Reference, Statement
from symcost.analysis.indices import VIEWS, Indices, axis_of, domain, index_each, merging, unused, viewed
from symcost.analysis.spelling import SPELLING
from symcost.associative import AssociativeScan
from symcost.axes import Axes, Axis
from symcost.dimensions import index
from symcost.equation import Equation
from symcost.expressions import ONE
from symcost.operations import Elementwise, Reduce, Weight
from symcost.recurrence import Scan
from symcost.tensor import Node, Tensor
from symcost.views import Rearrange

_Places: TypeAlias = Callable[[Indices], Indices]  # puts the times of scans in

_COMPUTING = (Elementwise, Reduce, OverlapAdd, Rearrange)  # these may hold what they use within their own formula
_LETTERS = "zuvacepqrswfgmn"
_OF_IMAGES = {"x": "u", "y": "v"}  # where x and y count places, the input and the output have other letters


def statements(equation: Equation, inputs: Sequence[str]) -> tuple[list[Statement], list[Learned]]:
    """What an equation computes, in order, and the learned tensors that it reads; ``inputs`` names its inputs."""
    scribe = _Scribe(equation, inputs)
    scribe.equation(equation, equation.outputs, (), lambda indices: indices)
    scribe.outputs(equation)
    return scribe.statements, list(scribe.learned.values())


class _Scribe:
    """Writes statements, and remembers how each tensor that has a name is read."""

    def __init__(self, equation: Equation, inputs: Sequence[str]) -> None:
        self.statements: list[Statement] = []
        self.learned: dict[Node, Learned] = {}
        self.read: dict[Tensor, Callable[[Indices], Formula]] = {}
        self.nodes: list[Node] = []  # of the statement that is being written
        self.scope: Indices = ()  # the indices on its left
        every = list(_all_nodes(equation))
        tensors = [*equation.inputs, *(tensor for node in every for tensor in node.outputs)]
        axes = {axis.name for tensor in tensors for axis in tensor.axes}
        self.output = _OF_IMAGES["y"] if "y" in axes else "y"
        names = [_OF_IMAGES.get(each, each) if each in axes else each for each in inputs]
        self.taken = {*axes, *names, self.output}
        self.labels = [node.operation.label.split("_") for node in every if isinstance(node.operation, Weight)]
        for tensor, name in zip(equation.inputs, names, strict=True):
            self.name(tensor, Name(*name.split("_")), lambda indices: indices)
        made = [tensor for tensor in equation.outputs if tensor.node and tensor not in equation.inputs]
        self.given = {
            tensor: Name(self.output, str(number) if len(made) > 1 else "")
            for number, tensor in enumerate(dict.fromkeys(made), 1)
        }

    def fresh(self, tensor: Tensor) -> Name:
        """The name of a tensor: that of an output, else a letter that nothing else is called."""
        if tensor in self.given:
            return self.given[tensor]
        letter = next((each for each in _LETTERS if each not in self.taken), "")
        number = 0
        while not letter or letter in self.taken:
            number += 1
            letter = f"z_{number}"
        self.taken.add(letter)
        return Name(*letter.split("_"))

    def fresh_each(self, made: Sequence[Tensor], tensors: Sequence[Tensor]) -> list[Name]:
        """Names for tensors; those that are made of the same one have the same."""
        given = {one: self.given[tensor] for one, tensor in zip(made, tensors, strict=True) if tensor in self.given}
        names: dict[Tensor, Name] = {}
        for one, tensor in zip(made, tensors, strict=True):
            if one not in names:
                names[one] = given.get(one) or self.fresh(tensor)
        return [names[one] for one in made]

    def name(self, tensor: Tensor, name: Name, places: _Places) -> None:
        self.read[tensor] = lambda indices: Reference(name, places(indices))

    # --- statements ---

    def equation(self, equation: Equation, outputs: Sequence[Tensor], loops: Axes, places: _Places) -> None:
        """Statements for every node that needs one."""
        wanted = _wanted(equation, outputs)
        for node in equation.nodes:
            operation = node.operation
            if isinstance(operation, Scan):
                self.scan(node, operation, loops, places)
            elif isinstance(operation, AssociativeScan):
                self.recurrence(node, operation, loops, places)
            elif isinstance(operation, Weight) or node.outputs[0] in self.read:
                continue
            elif not isinstance(operation, (*SPELLING, *VIEWS)):
                self.opaque(node, loops, places)
            elif node.outputs[0] in wanted:
                self.define(node.outputs[0], self.fresh(node.outputs[0]), loops, places)

    def define(self, tensor: Tensor, name: Name, loops: Axes, places: _Places) -> None:
        """The statement that says what a tensor is."""
        assert tensor.node is not None
        self.nodes = []
        merged = merging(tensor.node)
        indices = index_each(tensor.axes)
        if merged is None:
            left = self.scope = indices
            right = self.made(tensor.node, indices)
        else:  # axes merged into one: its index is written on the left
            left, source = merged
            self.scope = left
            right = self.formula(tensor.node.inputs[0], source)
        where = () if merged else domain(tensor.axes, left)
        self.statements.append(Statement(Reference(name, places(left)), right, tuple(self.nodes), loops, where))
        self.name(tensor, name, places)

    def opaque(self, node: Node, loops: Axes, places: _Places) -> None:
        """A layer, a concatenation, or what else is applied to tensors as a whole."""
        arguments = tuple(self.whole(tensor) for tensor in node.inputs)
        for tensor in node.outputs:
            name = self.fresh(tensor)
            called = Called(node.label or node.operation.name, arguments)
            nodes = (node,) if tensor is node.outputs[0] else ()
            self.statements.append(Statement(Reference(name), called, nodes, loops))
            self.name(tensor, name, places)

    def whole(self, tensor: Tensor) -> Formula:
        self.nodes = []
        formula = self.formula(tensor, index_each(tensor.axes))
        return Reference(formula.name) if isinstance(formula, Reference) else formula

    def scan(self, node: Node, scan: Scan, loops: Axes, places: _Places) -> None:
        """A recurrence: its step at time t, which reads what it carries at the time before, or some times before."""
        now = index(scan.axis)
        names = self.fresh_each(scan.step.outputs, node.outputs)

        def at(time: Expr) -> _Places:
            return lambda indices: places((*indices[: scan.front], time, *indices[scan.front :]))

        for inner, outer in zip(scan.step.inputs, node.inputs[: scan.sequences], strict=False):
            self.read[inner] = self.sliced(outer, scan.front, now)
        for tensor, name, delay in zip(scan.carried, names, scan.delays, strict=False):
            self.name(tensor, name, at(now + delay if scan.reverse else now - delay))
        handed = dict(zip(scan.step.outputs, names, strict=True))
        self.given.update({tensor: name for tensor, name in handed.items() if tensor.node in scan.step.nodes})
        inside = (*loops, Axis(scan.axis, scan.length))
        self.equation(scan.step, scan.step.outputs, inside, at(now))
        for tensor, name in zip(scan.step.outputs, names, strict=True):
            indices = at(now)(index_each(tensor.axes))
            said = self.formula(tensor, index_each(tensor.axes))
            if said != Reference(name, indices):  # it hands out what came in, or the same twice
                where = domain(tensor.axes, index_each(tensor.axes))
                self.statements.append(Statement(Reference(name, indices), said, (), inside, where))
        for tensor, name in zip(node.outputs, names, strict=True):
            self.name(tensor, name, places)

    def recurrence(self, node: Node, scan: AssociativeScan, loops: Axes, places: _Places) -> None:
        """An associative scan, by what each step makes of the one before it."""
        (a, b), h = node.inputs, node.outputs[0]
        name, now = self.fresh(h), index_each(h.axes)
        self.nodes, self.scope = [node], now
        time = scan.place % len(now)
        before = (*now[:time], now[time] - ONE, *now[time + 1 :])
        if scan.dense:
            channel = self.running(h.axes[-1], *now)
            product = (self.formula(a, (*now, channel)), Reference(name, places((*before[:-1], channel))))
            carried: Formula = Reduced("add", (channel,), Applied("multiply", product))
        else:
            carried = Applied("multiply", (self.formula(a, now), Reference(name, places(before))))
        said = Applied("add", (carried, self.formula(b, now)))
        self.statements.append(Statement(Reference(name, places(now)), said, tuple(self.nodes), loops))
        self.name(h, name, places)

    def sliced(self, sequence: Tensor, front: int, now: Expr) -> Callable[[Indices], Formula]:
        return lambda indices: self.formula(sequence, (*indices[:front], now, *indices[front:]))

    def outputs(self, equation: Equation) -> None:
        """Statements for outputs that are nothing but inputs or learned."""
        for number, tensor in enumerate(equation.outputs, 1):
            if tensor in equation.inputs or tensor not in self.read:
                name = Name(self.output, str(number) if len(equation.outputs) > 1 else "")
                indices = index_each(tensor.axes)
                said, where = self.formula(tensor, indices), domain(tensor.axes, indices)
                self.statements.append(Statement(Reference(name, indices), said, where=where))

    # --- formulas ---

    def formula(self, tensor: Tensor, indices: Indices) -> Formula:
        """A tensor at a place: by its name if it has one, else by what makes it."""
        if tensor in self.read:
            return self.read[tensor](indices)
        assert tensor.node is not None
        return self.made(tensor.node, indices)

    def made(self, node: Node, indices: Indices) -> Formula:
        """What a node makes at a place."""
        operation = node.operation
        if isinstance(operation, VIEWS):
            return self.formula(node.inputs[0], viewed(operation, node, indices))
        if isinstance(operation, Weight):
            name = _weight_name(operation, self.labels)
            self.learned.setdefault(node, Learned(node, name, tuple(map(axis_of, indices))))
            return Reference(name, indices)
        if all(node is not each for each in self.nodes):
            self.nodes.append(node)
        return SPELLING[type(operation)](self, operation, node, indices)

    def running(self, axis: Axis, *others: Any) -> Expr:
        """An index that runs over an axis, and is none of those that stand around it."""
        return unused(axis, [*self.scope, *others])


def _all_nodes(equation: Equation) -> Iterator[Node]:
    for node in equation.nodes:
        yield node
        if isinstance(node.operation, Scan):
            yield from _all_nodes(node.operation.step)


def _wanted(equation: Equation, outputs: Sequence[Tensor]) -> set[Tensor]:
    """The tensors that need a statement of their own."""
    uses: Counter[Tensor] = Counter()
    wanted = set(outputs)
    for node in equation.nodes:
        if merging(node) is not None:
            wanted.update(node.outputs)
        if isinstance(node.operation, VIEWS) and node.outputs[0] not in wanted:
            continue
        for tensor in node.inputs:
            base = _base(tensor, wanted)
            uses[base] += 1
            if not isinstance(node.operation, (*_COMPUTING, *VIEWS)):
                wanted.add(tensor if isinstance(node.operation, Gather) else base)
    return wanted | {tensor for tensor, times in uses.items() if times > 1}


def _base(tensor: Tensor, wanted: set[Tensor]) -> Tensor:
    """What a chain of views looks at, as far as they become indices."""
    while tensor.node and isinstance(tensor.node.operation, VIEWS) and tensor not in wanted:
        tensor = tensor.node.inputs[0]
    return tensor


def _weight_name(weight: Weight, labels: Sequence[Sequence[str]]) -> Name:
    """A weight by its label: weight_ih_l0 is W with ih where all labels end in l0."""
    parts = weight.label.split("_")
    if len(weight.label) == 1 or weight.role == "buffer":
        return Name(weight.label)
    common = set(parts).intersection(*labels)
    ending = [part for part in parts if part not in common and part not in ("weight", "bias")]
    return Name("W" if weight.role == "weight" else "b", "_".join(ending))
