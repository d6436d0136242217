"""What layers and networks have in common: applied to tensors they are recorded, and they can have other sizes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from symcost.equation import Equation, Sizes
from symcost.errors import GraphError, SymcostError
from symcost.structure import Call
from symcost.tensor import Tensor, record


class Applicable(ABC):
    """Something with an equation, which can be called on symbolic tensors."""

    is_network: ClassVar[bool] = False

    if TYPE_CHECKING:  # fields of a network, properties of a layer

        @property
        def name(self) -> str: ...

        @property
        def holds_layers(self) -> bool: ...

    @property
    @abstractmethod
    def is_composed(self) -> bool:
        """Whether it only puts layers together, so that its activations are theirs."""

    @abstractmethod
    def equation(self, *inputs: Tensor) -> Equation:
        """The equation on given inputs, or as it stands."""

    @abstractmethod
    def equation_on(self, inputs: Sequence[Tensor]) -> Equation:
        """The equation on given inputs."""

    @abstractmethod
    def place(self, label: str, inputs: Sequence[Tensor] = ()) -> str:
        """Where something went wrong: what was applied, and what came in from where."""

    @abstractmethod
    def resized(self, sizes: Sizes) -> Self:
        """The same at given sizes; itself if nothing changes."""

    def __call__(self, *inputs: Tensor, name: str = "") -> Any:
        """Records the application to symbolic inputs; hands out the tensor that it makes, or several."""
        outputs = self.apply(inputs, name)
        return outputs[0] if len(outputs) == 1 else outputs

    def apply(self, inputs: Sequence[Any], label: str = "") -> tuple[Tensor, ...]:
        """As a call, but always a tuple.

        Raises:
            GraphError: something that comes in is no symbolic tensor.
            SymcostError: what the equation says of the inputs, with the place.
        """
        for tensor in inputs:
            if not isinstance(tensor, Tensor):  # what people hand over may be anything
                found = f"{tensor!r} as an input"
                raise GraphError(found, where=self.place(label), expected="a symbolic tensor such as Input(T, I)")
        try:
            fitted = self.fitted(inputs)
            return record(Call(fitted, fitted.equation_on(inputs)), *inputs, label=label)
        except SymcostError as error:
            raise error.within(self.place(label, inputs)) from None

    def fitted(self, inputs: Sequence[Tensor]) -> Self:
        """The same at the sizes of given inputs: another one only if it is, or holds, a network, which is fitted."""
        return self

    def at_sizes(self, sizes: Sizes) -> Self:
        """The same at given sizes; one object each time, so that what is shared stays shared."""
        made: dict[Any, Self] = self.__dict__.setdefault("_at_sizes", {})
        key = frozenset(sizes.items())
        if key not in made:
            made[key] = self.became(self.resized(sizes))
        return made[key]

    def became(self, other: Self) -> Self:
        """Another one, which has this one's weights as far as their sizes are the same."""
        if other is not self:
            other.__dict__["_origin"] = self.origin
        return other

    @property
    def origin(self) -> Self:
        """What this one is at given sizes; itself if it was made as it is."""
        origin: Self = self.__dict__.get("_origin", self)
        return origin
