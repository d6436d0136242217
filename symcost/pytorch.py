"""The equations on PyTorch: its own layers where it has them, its arithmetic where it has not.

A layer of the catalogue that PyTorch has under the same name, with the same arguments, runs as PyTorch's own: an LSTM
as its LSTM, not as a loop in Python. Everything else runs operation by operation; views stay those of NumPy, on the
same memory. Tensors come and go as NumPy arrays, which share it.
"""

from __future__ import annotations

import dataclasses
import importlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from symcost.arithmetic import Array, Present, WholeArrays, spelt
from symcost.interpret import Execution, Weights
from symcost.structure import Call


def torch() -> ModuleType:
    """PyTorch, imported when it is first asked for.

    Raises:
        ImportError: it is not installed.
    """
    return importlib.import_module("torch")


class TorchArrays(WholeArrays):
    """Arithmetic on whole arrays, by PyTorch; by NumPy where numbers are absent, outside of a band."""

    def __init__(self) -> None:
        self.torch = torch()

    def _tensor(self, argument: Any) -> Any:
        return self.torch.from_numpy(argument) if isinstance(argument, np.ndarray) else argument

    def elementwise(self, function: str, arguments: Sequence[Any]) -> Array:
        if any(map(np.ma.isMaskedArray, arguments)):
            return super().elementwise(function, arguments)
        like = next(each for each in arguments if isinstance(each, np.ndarray | np.generic))
        tensors = [self._tensor(np.asarray(each, dtype=like.dtype)) for each in arguments]
        made = getattr(self.torch, "eq" if function == "equal" else function)(*tensors)
        return np.asarray(made.to(tensors[0].dtype).numpy())  # comparisons make truth values

    def contract(self, pattern: str, first: Array, second: Array, present: Present | None = None) -> Array:
        if present or np.ma.isMaskedArray(first) or np.ma.isMaskedArray(second):
            return super().contract(pattern, first, second, present)
        return np.asarray(self.torch.einsum(spelt(pattern), self._tensor(first), self._tensor(second)).numpy())

    def reduce(self, function: str, x: Array, places: tuple[int, ...], keep: bool) -> Array:
        if np.ma.isMaskedArray(x):
            return super().reduce(function, x, places, keep)
        reduced = self.torch.sum if function == "add" else self.torch.amax
        return np.asarray(reduced(self._tensor(x), dim=places, keepdim=keep).numpy())


# --- PyTorch's own layers --------------------------------------------------------------------------------------------


def _as_it_is(module: Any, inputs: list[Any], own: int) -> Any:
    return module(*inputs)


def _merged(x: Any, own: int) -> Any:
    """All axes but the last ``own`` as one batch."""
    return x.reshape(-1, *x.shape[x.ndim - own :])


def _channels_first(module: Any, inputs: list[Any], own: int) -> Any:
    (x,) = inputs
    y = module(_merged(x, own).movedim(-1, 1)).movedim(1, -1)
    return y.reshape(*x.shape[: x.ndim - own], *y.shape[1:])


def _sequences(module: Any, inputs: list[Any], own: int) -> Any:
    x = inputs[0]
    y = module(*(_merged(each, own) for each in inputs))
    y = y[0] if isinstance(y, tuple) else y
    return y.reshape(*x.shape[: x.ndim - own], *y.shape[1:])


def _attention(module: Any, inputs: list[Any], own: int) -> Any:
    query, key, value = (*inputs, *inputs[-1:] * (3 - len(inputs)))
    return _sequences(lambda *x: module(*x, need_weights=False), [query, key, value], own)


def _looked_up(module: Any, inputs: list[Any], own: int) -> Any:
    return module(inputs[0].long())


_Applied = Callable[[Any, list[Any], int], Any]

_SPATIAL = ("Conv{}d", "ConvTranspose{}d", "MaxPool{}d", "AvgPool{}d", "AdaptiveAvgPool{}d", "AdaptiveMaxPool{}d")
_POINTWISE = ("ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softplus", "Softmax", "LogSoftmax")
_RECURRENT = ("RNN", "LSTM", "GRU")

MODULES: Mapping[str, tuple[_Applied, int]] = {
    **dict.fromkeys((*_POINTWISE, "Linear", "LayerNorm", "RMSNorm"), (_as_it_is, 0)),
    **{name.format(axes): (_channels_first, axes + 1) for name in _SPATIAL for axes in (1, 2, 3)},
    "BatchNorm2d": (_channels_first, 3),
    "BatchNorm3d": (_channels_first, 4),
    **dict.fromkeys((*_RECURRENT, "TransformerEncoderLayer", "TransformerDecoderLayer"), (_sequences, 2)),
    "MultiheadAttention": (_attention, 2),
    "Embedding": (_looked_up, 0),
}
"""The layers that run as PyTorch's own: how its module is applied, and how many axes are not leading ones."""

_SEQUENTIAL = tuple(name for name, (applied, _) in MODULES.items() if applied in (_sequences, _attention))


def module_for(layer: Any) -> Any:
    """PyTorch's own module for a layer; None if it has none with these arguments."""
    name = type(layer).__name__
    if name not in MODULES or not type(layer).__module__.startswith("symcost.layers"):
        return None
    arguments = {field.name: _plain(getattr(layer, field.name)) for field in dataclasses.fields(layer)}
    if arguments.pop("biases", 2) != 2 and layer.bias:  # PyTorch's recurrent layers have two a gate
        return None
    if name in _RECURRENT and arguments.pop("dilation") != 1:
        return None
    if arguments.pop("is_causal", False) or arguments.pop("window", None) is not None:
        return None  # PyTorch has them as masks, which take the work of all pairs
    if "proj_size" in arguments:
        arguments["proj_size"] = arguments["proj_size"] or 0
    if name in _SEQUENTIAL:
        arguments["batch_first"] = True  # axes are named here; there they have an order
    try:
        return getattr(torch().nn, name)(**arguments).eval()
    except (AttributeError, TypeError, ValueError):  # it has no such layer, or no such argument
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return int(value) if getattr(value, "is_Integer", False) else value


# --- a run -----------------------------------------------------------------------------------------------------------


class TorchExecution(Execution):
    """A run of an equation by PyTorch; modules are made in the first one, and kept for the next."""

    def __init__(self, weights: Weights, dtype: Any) -> None:
        super().__init__(weights, TorchArrays(), dtype)
        self.modules: dict[str, Any] = {}  # by the place where a layer's weights stand

    def call(self, operation: Call, inputs: list[Array], path: str) -> list[Array]:
        if path not in self.modules:
            self.modules[path] = self.loaded(module_for(operation.layer), path)
        module = self.modules[path]
        if module is None or any(map(np.ma.isMaskedArray, inputs)):
            return super().call(operation, inputs, path)
        applied, own = MODULES[type(operation.layer).__name__]
        tensors = [torch().from_numpy(each) for each in inputs]
        return [np.asarray(applied(module, tensors, own).numpy())]

    def loaded(self, module: Any, path: str) -> Any:
        """A module with the weights of this run."""
        if module is None:
            return None
        state = {
            name: torch().from_numpy(self.weights(path + name, tuple(each.shape)).astype(self.dtype, copy=False))
            for name, each in module.state_dict().items()
            if each.is_floating_point()  # not the count of batches seen
        }
        module.to(getattr(torch(), np.dtype(self.dtype).name)).load_state_dict(state, strict=False)
        return module


@contextmanager
def inference() -> Iterator[None]:
    """While PyTorch runs: no gradients, and no warnings of what does not matter to a run.

    Such as that views of NumPy are not to be written to, or that it copies what it pads unevenly.
    """
    with torch().inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield
