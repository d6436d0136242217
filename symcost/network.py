"""Networks: layers as nodes, tensors between them. They are priced as a whole, by layer, and term by term.

A network is a layer too: called on other inputs, it is replayed at their sizes, with the same weights.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from sympy import Expr, Symbol

from symcost.analysis import totals
from symcost.analysis.depth import schedule
from symcost.analysis.latency import Latencies
from symcost.applicable import Applicable
from symcost.axes import Axis, joined, shown
from symcost.conditions import Condition
from symcost.cost import Cost, Work
from symcost.equation import Equation, Sizes, replay
from symcost.errors import GraphError, ShapeError, SymcostError, UnpricedError, unknown
from symcost.expressions import normal, same, size, sizes_given, substitute
from symcost.graphs import graph_of, tensors_of
from symcost.notation import text
from symcost.readings import Reading, is_reading, reading, readings
from symcost.sampled import Sampled, sampled
from symcost.scheduled import scheduled
from symcost.tensor import Tensor

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Network(Applicable):
    """A network, from its inputs to its outputs; or what a ``networkx.DiGraph`` with layers or costs on its nodes says.

    >>> import symcost as sc
    >>> x = sc.Input(sc.T, sc.I)
    >>> net = sc.Network("tagger", x, sc.Linear(sc.H, sc.V)(sc.LSTM(sc.I, sc.H)(x)))
    >>> net.macs
    4*H**2*T + 4*H*I*T + H*T*V
    >>> net.at(T=100, H=512, I=64, V=10).macs
    118476800

    Raises:
        GraphError: an input is missing, or the graph is no network.
    """

    name: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    is_network: ClassVar[bool] = True
    holds_layers: ClassVar[bool] = True
    is_composed: ClassVar[bool] = True

    def __init__(self, name: str, inputs: Any, outputs: Any = None) -> None:
        if hasattr(inputs, "is_directed"):
            inputs, outputs = tensors_of(inputs, name)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "inputs", _tensors(inputs, f"network {name!r}: inputs"))
        object.__setattr__(self, "outputs", _tensors(outputs, f"network {name!r}: outputs"))
        for tensor in self.inputs:
            if tensor.node is not None:
                raise GraphError(
                    "something computed is among the inputs", where=f"network {name!r}", expected="Input(...)"
                )
        try:
            self._equation.nodes  # noqa: B018 - a network that lacks an input is refused at once
        except GraphError as error:
            raise error.within(f"network {name!r}") from None

    def __repr__(self) -> str:
        takes = ", ".join(shown(tensor.axes) for tensor in self.inputs)
        return f"<Network {self.name!r}: {takes} -> {', '.join(shown(tensor.axes) for tensor in self.outputs)}>"

    @functools.cached_property
    def _equation(self) -> Equation:
        return Equation(self.inputs, self.outputs)

    # --- what it costs ---

    @functools.cached_property
    def total(self) -> Cost:
        """Everything that it costs, in one record; what is not known is listed there as unpriced."""
        return self._equation.network_cost

    def _known(self, metric: str, cost: Cost | None = None) -> Cost:
        cost = cost or self.total
        if nodes := cost.unknown(metric):
            raise UnpricedError(
                f"{metric} of {', '.join(map(repr, nodes))} not known",
                where=f"network {self.name!r}",
                remedy="give the costs of the node",
            )
        return cost

    def refuse_unpriced(self) -> None:
        """Raises what is not known of its parameters, work, activations or depth, if anything is."""
        for metric in ("parameters", "work", "activations"):
            self._known(metric)
        self.depth  # noqa: B018 - raises what is not known

    @property
    def parameters(self) -> Expr:
        """Learned numbers, biases among them; shared ones count once."""
        return self._known("parameters").parameters

    def parameters_by(self, by: str | Reading) -> Expr:
        """The parameters that a convention or a counter counts: all, or without biases."""
        return reading(by).parameters(self._known("parameters"))

    @property
    def work(self) -> Work:
        """Scalar operations by kind."""
        return self._known("work").work

    @property
    def macs(self) -> Expr:
        """Multiply-accumulates of contractions."""
        return self.cost("macs")

    @property
    def flops(self) -> Expr:
        """Scalar operations: 2 for a multiply-accumulate, 1 for every other."""
        return self.cost("flops")

    @property
    def activations(self) -> Expr:
        """Elements of the tensors that its layers hand out."""
        return self._known("activations").activations

    @property
    def state(self) -> Expr:
        """Elements that recurrences carry from one step to the next."""
        return self._known("state").state

    def cost(self, by: str | Reading = "macs") -> Expr:
        """The work as one number, under a convention or as a counter counts: its name, or one of your own."""
        self._known("work")
        return reading(by).read(self._equation)

    @functools.cached_property
    def depth(self) -> Expr:
        """Sequential depth in layer steps: each step of a recurrence is one, every other layer one."""
        return schedule.depth(self._equation)

    @property
    def width(self) -> Expr:
        """The most multiply-accumulates in one layer step."""
        return self.width_by("macs")

    def width_by(self, by: str | Reading) -> Expr:
        """The most work in one layer step, under a convention or as a counter counts."""
        self._known("work")
        return scheduled(self._equation, Latencies("layer"), by).width

    def sampled(self, over: Symbol | str | None = None, *, cache: bool = True, prompt: Expr | int = 0) -> Sampled:
        """The network as it samples: step by step over a dimension of time, each output the next step's input.

        With caches, what later steps read again is kept, and T steps do the work of one causal pass. Without them each
        step is a pass over all steps so far. Either way every step waits for the one before it. Without ``over`` it is
        T, T_self, or the only dimension of time that inputs have. A ``prompt`` of some steps is read in one pass.

        >>> import symcost as sc
        >>> layers = sc.Embedding(sc.V, sc.E), sc.GRU(sc.E, sc.H), sc.Linear(sc.H, sc.V)
        >>> net = sc.Sequential("model", sc.Input(sc.T), *layers)
        >>> net.sampled().macs == net.macs, net.sampled().depth, net.sampled().state
        (True, 3*T, H)
        >>> net.sampled(cache=False).macs.factor()
        H*T*(T + 1)*(3*E + 3*H + V)/2

        Raises:
            GraphError: a step waits for later ones; the first layer that looks ahead is named.
            ShapeError: what a step makes is not what the next one takes.
            DimensionError: no input has an axis of so many steps.
        """
        return sampled(self, over, cache=cache, prompt=prompt)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold of its dimensions for it to make sense, such as that N divides H; empty at most sizes."""
        return self._equation.conditions

    # --- where it comes from ---

    @functools.cached_property
    def layers(self) -> list[totals.Part]:
        """Its layers with their shares of the cost; nested networks layer by layer."""
        return totals.parts(self._equation)

    def terms(self, metric: str = "macs") -> dict[Expr, dict[str, Expr]]:
        """Each term of a total without its number, and how much of it comes from which layer.

        The metric is ``parameters``, ``activations``, ``state``, or a convention or a counter for the work.
        """
        if metric in ("parameters", "activations", "state"):
            return totals.terms(self._equation, lambda part: getattr(self._known(metric, part.cost), metric))
        if not is_reading(metric):
            raise unknown("metric", metric, ["parameters", "activations", "state", *readings()])
        self._known("work")
        return totals.terms(self._equation, lambda part: part.priced(reading(metric).read))

    @property
    def graph(self) -> networkx.DiGraph:
        """The layers as a graph; ``Network(name, graph)`` makes a network of it again."""
        return graph_of(self.name, self._equation)

    # --- other sizes, other inputs ---

    @functools.cached_property
    def dimensions(self) -> list[Symbol]:
        """The dimensions on which it depends, by name."""
        tensors = [*self.inputs, *(tensor for node in self._equation.nodes for tensor in node.outputs)]
        found = {symbol for tensor in tensors for length in tensor.shape for symbol in length.free_symbols}
        cost = self.total
        expressions = (cost.weights, cost.biases, cost.activations, cost.state, cost.work.dots, *cost.work.values())
        found |= {symbol for expression in expressions for symbol in expression.free_symbols}
        found |= schedule.bare_symbols(self._equation)  # a bare node's depth may have some that no other cost has
        return sorted(found, key=lambda symbol: str(symbol.name))

    def at(self, **sizes: Any) -> Network:
        """The network at given sizes. All of its costs are then exact; numbers if every size is given.

        Raises:
            DimensionError: it has no dimension of that name, or a value is no size.
        """
        try:
            return self.at_sizes(sizes_given(sizes, self.dimensions))
        except SymcostError as error:
            raise error.within(f"network {self.name!r}") from None

    def resized(self, sizes: Sizes) -> Network:
        """The network on inputs of given sizes."""
        inputs = [Tensor(_resized(tensor, sizes), label=tensor.label) for tensor in self.inputs]
        return Network(self.name, inputs, replay(self._equation, inputs, sizes))

    def equation(self, *inputs: Tensor) -> Equation:
        """The equation as it stands, or on other inputs, at their sizes and behind their leading axes."""
        return self.equation_on(inputs) if inputs else self._equation

    def equation_on(self, inputs: Sequence[Tensor]) -> Equation:
        """The equation on other inputs, at their sizes and behind their leading axes."""
        if [tensor.axes for tensor in inputs] == [tensor.axes for tensor in self.inputs]:
            return self._equation
        sizes = self._fitted(inputs)
        places = [
            Tensor(_behind(tensor, _resized(own, sizes)), label=own.label)
            for own, tensor in zip(self.inputs, inputs, strict=True)
        ]
        return Equation(tuple(places), replay(self._equation, places, sizes))

    def _fitted(self, inputs: Sequence[Tensor]) -> dict[Symbol, Expr]:
        """The sizes at which it takes given inputs: what its dimensions must be for their last axes."""
        if len(inputs) != len(self.inputs):
            raise ShapeError(f"{len(inputs)} inputs", expected=f"{len(self.inputs)}")
        sizes: dict[Symbol, Expr] = {}
        pairs: list[tuple[Expr, Expr]] = []
        for own, tensor in zip(self.inputs, inputs, strict=True):
            if len(tensor.axes) < len(own.axes):
                raise ShapeError(f"a tensor of axes {shown(tensor.axes)}", expected=f"axes {shown(own.axes)}")
            pairs.extend(zip(own.shape, tensor.shape[len(tensor.axes) - len(own.axes) :], strict=True))
        for length, given in pairs:
            if length.is_Symbol:
                sizes.setdefault(length, given)
        for length, given in pairs:
            if not same(substitute(length, sizes), given):
                raise ShapeError(f"an axis of size {text(given)}", expected=text(substitute(length, sizes)))
        return {symbol: given for symbol, given in sizes.items() if symbol != given}

    def fitted(self, inputs: Sequence[Tensor]) -> Network:
        """The network at the sizes of given inputs: a dimension of the caller's is none of its own from then on."""
        sizes = self._fitted(inputs)
        return self.at_sizes(sizes) if sizes else self

    def beside(self, name: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Network:
        """Another network, of other tensors."""
        return Network(name, inputs, outputs)

    def place(self, label: str, inputs: Sequence[Tensor] = ()) -> str:
        """The network, by its name as a node or its own."""
        return f"network {label or self.name!r}"


def _tensors(given: Any, what: str) -> tuple[Tensor, ...]:
    tensors = tuple(given) if isinstance(given, Iterable) else (given,)
    if not all(isinstance(tensor, Tensor) for tensor in tensors):
        raise GraphError(f"{what} are {given!r}", expected="symbolic tensors", remedy="inputs are made by Input(T, I)")
    return tensors


def _resized(tensor: Tensor, sizes: Mapping[Symbol, Expr]) -> tuple[Axis, ...]:
    return tuple(Axis(axis.name, _whole(axis, normal(substitute(axis.size, sizes)))) for axis in tensor.axes)


def _whole(axis: Axis, length: Expr) -> Expr:
    return size(length, f"axis {axis}") if length.is_number else length


def _behind(tensor: Tensor, own: tuple[Axis, ...]) -> tuple[Axis, ...]:
    return joined(tensor.axes[: len(tensor.axes) - len(own)], own)
