"""A layer is its equation: a frozen dataclass with PyTorch's arguments, and a ``forward`` that is the equation.

``forward`` is run once on symbolic tensors. Parameters, work, depth and the numbers that the layer computes are all
derived from what it records. Equal layers on equal shapes share one equation.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self, dataclass_transform

from sympy import Expr

from symcost.applicable import Applicable
from symcost.axes import Axes, Axis, named, shown, terms
from symcost.cost import Cost
from symcost.dimensions import dimension
from symcost.equation import Equation, Sizes
from symcost.errors import GraphError, ShapeError, SymcostError, under_name
from symcost.expressions import resized_fields, same, size
from symcost.notation import text
from symcost.tensor import Tensor

CATALOGUE: dict[str, type[Layer]] = {}
"""Every layer by its name; defining one enters it here."""


@dataclass_transform(frozen_default=True, eq_default=True)
class Layer(Applicable):
    """What every layer is: sizes as fields, ``forward`` as the equation.

    Subclassing makes a frozen dataclass and enters it in the catalogue, where the names of symcost's own layers stay
    theirs. Fields annotated ``Size`` take a number, a dimension or an expression. ``takes`` names the last axes of each
    input; leading axes are carried along. An axis ``i`` is as large as the argument whose default is the dimension I.

    >>> from symcost.functional import einsum, weight
    >>> from symcost.expressions import Size
    >>> class Scorer(Layer):
    ...     "y = W x."
    ...     inputs: Size = dimension("I")
    ...     takes = "... i"
    ...     def forward(self, x):
    ...         return einsum("... i, h i -> ... h", x, weight("weight", 1, self.inputs))
    >>> Scorer().cost().work
    Work(mac=I)
    """

    takes: ClassVar[str] = "..."
    variadic: ClassVar[bool] = False  # any number of inputs, each as the first pattern says
    role: ClassVar[str] = ""  # what all of its work is for, one of ROLES; empty if it is not one of these alone

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclasses.dataclass(frozen=True, repr=False)(cls)
        known = CATALOGUE.get(cls.__name__)
        if known is None or not _is_ours(known) or (known.__qualname__ == cls.__qualname__ and _is_ours(cls)):
            CATALOGUE[cls.__name__] = cls
        elif _is_ours(cls):
            raise GraphError(f"two layers are called {cls.__name__!r}", expected="names that differ")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):  # type: ignore[arg-type]   # a subclass is a dataclass
            _check_kind(self, field)
            if _is_size(field):
                given = getattr(self, field.name)
                what = f"{type(self).__name__}: {field.name}"
                if given is not None or not _may_be_none(field):
                    exact = (
                        tuple(size(each, what) for each in given)
                        if isinstance(given, tuple | list) and "tuple" in str(field.type)
                        else size(given, what)
                    )
                    object.__setattr__(self, field.name, exact)
        self.check()

    def __repr__(self) -> str:
        """The sizes, and whatever else differs from its default."""
        said = [
            f"{field.name}={given.name if getattr(given, 'is_network', False) else given}"
            for field in dataclasses.fields(self)  # type: ignore[arg-type]
            for given in [getattr(self, field.name)]
            if given != field.default or (_is_size(field) and given not in (None, 1))
        ]
        return f"{type(self).__name__}({', '.join(said)})"

    def check(self) -> None:
        """Raises what is wrong with the arguments, if anything is."""

    @abstractmethod
    def forward(self, *inputs: Any, **more: Any) -> Tensor | tuple[Tensor, ...]:
        """The equation."""

    @property
    def name(self) -> str:
        """What a node of this layer is called unless it is given a name: LeakyReLU is ``leaky_relu``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", type(self).__name__).lower()

    @functools.cached_property
    def held(self) -> tuple[Applicable, ...]:
        """The layers and networks among its arguments."""
        values = (getattr(self, field.name) for field in dataclasses.fields(self))  # type: ignore[arg-type]
        parts = (value if isinstance(value, tuple) else (value,) for value in values)
        return tuple(part for each in parts for part in each if isinstance(part, Applicable))

    @property
    def holds_layers(self) -> bool:
        """Whether layers are among its arguments; those may be used elsewhere too."""
        return bool(self.held)

    @property
    def is_composed(self) -> bool:
        """Whether it only puts layers together, so that its activations are theirs."""
        return self.holds_layers

    def equation_on(self, inputs: Sequence[Tensor]) -> Equation:
        """The equation on given inputs; equal layers on equal shapes share one."""
        return _equation(_key(self), tuple(tensor.axes for tensor in inputs))

    def place(self, label: str, inputs: Sequence[Tensor] = ()) -> str:
        """The layer, and what came in from where."""
        told = [
            f"{x.node.label or x.node.operation.name if x.node else x.label or 'input'} {shown(x.axes)}" for x in inputs
        ]
        return f"{label!r}: " * bool(label) + repr(self) + (f" on {', '.join(told)}" if told else "")

    def resized(self, sizes: Sizes) -> Self:
        """The layer with its arguments at given sizes."""
        return resized_fields(self, sizes)  # type: ignore[no-any-return]

    @classmethod
    def example(cls) -> Self:
        """The layer as the catalogue shows it: with its default sizes."""
        return cls()

    def equation(self, *inputs: Tensor) -> Equation:
        """The equation on given inputs, or on those that ``takes`` suggests."""
        tensors = inputs or self.example_inputs()
        try:
            return self.equation_on(tensors)
        except SymcostError as error:
            raise error.within(self.place("", tensors)) from None

    def cost(self, *inputs: Tensor) -> Cost:
        """What one application costs, on given inputs or on those that ``takes`` suggests."""
        equation = self.equation(*inputs)
        return equation.network_cost if self.is_composed else equation.layer_cost

    def example_inputs(self) -> tuple[Tensor, ...]:
        """Symbolic inputs that fit: an axis ``t_self`` has the size T_self, ``i`` has the size I, and so on."""
        return tuple(
            Tensor(tuple(Axis(name, self.example_size(name)) for name in (term.names or ("t", "h"))), label=term.source)
            for term in terms(self.takes) * (2 if self.variadic else 1)
        )

    def example_size(self, axis: str) -> Expr:
        """The size that an axis has in ``example_inputs``: that of the argument whose default is its dimension."""
        argument = self._argument_of(axis)
        return getattr(self, argument) if argument else _dimension_of(axis)

    def _argument_of(self, axis: str) -> str:
        """The argument that says how large an axis of ``takes`` is: the one whose default is the axis' dimension."""
        usual = _dimension_of(axis)
        fields = (field for field in dataclasses.fields(self) if field.default == usual)  # type: ignore[arg-type]
        return next((field.name for field in fields if isinstance(getattr(self, field.name), Expr)), "")


def _dimension_of(axis: str) -> Expr:
    return dimension(axis[0].upper() + axis[1:])


def _is_size(field: dataclasses.Field[Any]) -> bool:
    """Whether a field is annotated as a size, or as several."""
    return any(word in str(field.type) for word in ("Size", "Expr"))


def _may_be_none(field: dataclasses.Field[Any]) -> bool:
    return any(word in str(field.type) for word in ("None", "Optional"))


def _is_ours(layer: type[Layer]) -> bool:
    return layer.__module__.startswith("symcost.")


_KINDS: dict[str, Any] = {"bool": bool, "int": int, "float": int | float}


def _check_kind(layer: Layer, field: dataclasses.Field[Any]) -> None:
    """Refuses an argument of another kind than its annotation says, where that is a plain one."""
    kind = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", "")
    given = getattr(layer, field.name)
    if kind in _KINDS and (not isinstance(given, _KINDS[kind]) or (isinstance(given, bool) and kind != "bool")):
        raise ShapeError(
            f"{type(layer).__name__}: {field.name} is {given!r}", expected=f"a value such as {field.default!r}"
        )


class _Identity:
    """A key that is a layer itself, not its value: for layers that hold layers, whose weights are their own."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.layer is other.layer

    def __hash__(self) -> int:
        return id(self.layer)


def _key(layer: Layer) -> Layer | _Identity:
    return _Identity(layer) if layer.holds_layers else layer


@functools.lru_cache(maxsize=8192)
def _equation(key: Layer | _Identity, axes: tuple[Axes, ...]) -> Equation:
    layer = key.layer if isinstance(key, _Identity) else key
    patterns = terms(layer.takes) * (len(axes) if layer.variadic else 1)
    if not 0 < len(axes) <= len(patterns) or not _takes(layer, len(axes)):
        expected = "at least one" if layer.variadic else f"{len(patterns)}: {layer.takes}"
        raise ShapeError(f"{len(axes)} inputs", expected=expected)
    inputs = tuple(Tensor(named(term, each), label=term.source) for term, each in zip(patterns, axes, strict=False))
    for term, tensor in zip(patterns, inputs, strict=False):
        _check_sizes(layer, tensor.axes[len(tensor.axes) - len(term.names) :])
    outputs = layer.forward(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    if not outputs or not all(isinstance(tensor, Tensor) for tensor in outputs):
        raise GraphError(f"forward hands out {outputs!r}", expected="a tensor, or a tuple of them")
    equation = Equation(inputs, outputs, layer.role)
    _check_dimensions(layer, equation)
    return equation


def _check_dimensions(layer: Layer, equation: Equation) -> None:
    """Refuses dimensions that ``forward`` has from elsewhere: sizes that are given later would not reach them."""
    given = {symbol for tensor in equation.inputs for length in tensor.shape for symbol in length.free_symbols}
    for field in dataclasses.fields(layer):  # type: ignore[arg-type]
        given |= _symbols(getattr(layer, field.name))
    made = (length for node in equation.nodes for tensor in node.outputs for length in tensor.shape)
    foreign = {symbol for length in made for symbol in length.free_symbols} - given
    if foreign:
        names = ", ".join(sorted(symbol.name for symbol in foreign))
        raise ShapeError(
            f"forward uses {names}", expected="dimensions of arguments and inputs", remedy="make it an argument"
        )


def _symbols(value: Any) -> set[Any]:
    if isinstance(value, tuple):
        return {symbol for part in value for symbol in _symbols(part)}
    if isinstance(value, type):
        return set()
    if getattr(value, "is_network", False):
        return set(value.dimensions)
    if isinstance(value, Layer):
        return {symbol for field in dataclasses.fields(value) for symbol in _symbols(getattr(value, field.name))}  # type: ignore[arg-type]
    return set(getattr(value, "free_symbols", ()))


def _check_sizes(layer: Layer, axes: Axes) -> None:
    """Refuses an input whose axes are of other sizes than the arguments say."""
    for axis in axes:
        argument = layer._argument_of(axis.name)
        if argument and not same(axis.size, getattr(layer, argument)):
            raise ShapeError(f"axis {axis}", expected=f"{argument}={text(getattr(layer, argument))}")


def _takes(layer: Layer, count: int) -> bool:
    """Whether ``forward`` can be called with so many inputs; some may be left out, some may not."""
    try:
        inspect.signature(layer.forward).bind(*range(count))
    except TypeError:
        return False
    return True


def layer_named(name: str, where: str = "") -> type[Layer]:
    """The class of a layer by its name.

    Raises:
        UnknownName: there is none; the nearest names are suggested.
    """
    return under_name("layer", name, CATALOGUE, where)
