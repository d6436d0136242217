"""The counters themselves, each asked for one number, and layers as PyTorch writes them where it has no module.

Everything here needs PyTorch; each measure needs its package too. Models are at inference with gradients on, operations
beside modules are written with operators (``a + b``, ``a @ b``) and softmax by its function.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import logging
import os
from collections.abc import Callable
from typing import Any

import pytest
from test_pytorch import MODULES

torch = pytest.importorskip("torch")
nn = torch.nn

os.environ.setdefault("DS_ACCELERATOR", "cpu")  # DeepSpeed looks for no other device


def _fvcore(model: Any, inputs: tuple[Any, ...]) -> Any:
    from fvcore.nn import FlopCountAnalysis

    return FlopCountAnalysis(model, inputs).unsupported_ops_warnings(False).uncalled_modules_warnings(False).total()


def _thop(model: Any, inputs: tuple[Any, ...]) -> Any:
    from thop import profile

    return profile(model, inputs, verbose=False)[0]


class _ByName(nn.Module):
    """A model whose inputs have a name: ptflops divides by no batch then."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, given: tuple[Any, ...]) -> Any:
        return self.model(*given)


def _ptflops(model: Any, inputs: tuple[Any, ...]) -> Any:
    from ptflops import get_model_complexity_info

    return get_model_complexity_info(
        _ByName(model),
        (1,),
        print_per_layer_stat=False,
        as_strings=False,
        input_constructor=lambda _: {"given": inputs},
    )[0]


def _torchinfo(model: Any, inputs: tuple[Any, ...]) -> Any:
    from torchinfo import summary

    return summary(model, input_data=inputs, verbose=0).total_mult_adds


def _flop_counter_mode(model: Any, inputs: tuple[Any, ...]) -> Any:
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model(*inputs)
    return counter.get_total_flops()


def _deepspeed(model: Any, inputs: tuple[Any, ...]) -> Any:
    from deepspeed.profiling.flops_profiler import get_model_profile

    return get_model_profile(model, args=list(inputs), print_profile=False, as_string=False, warm_up=0)[0]


MEASURES: dict[str, Callable[[Any, tuple[Any, ...]], Any]] = {
    "fvcore": _fvcore,
    "thop": _thop,
    "ptflops": _ptflops,
    "torchinfo": _torchinfo,
    "flopcountermode": _flop_counter_mode,
    "deepspeed": _deepspeed,
}
"""Each counter, as it is called."""


def measured(make: Callable[[], Any], inputs: tuple[Any, ...]) -> dict[str, int]:
    """What each counter says of a model; a new one each time, since some leave something behind."""
    found = {}
    previous = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        for name, measure in MEASURES.items():
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                found[name] = int(measure(make().eval(), inputs))
    finally:
        logging.disable(previous)
    return found


# --- layers as PyTorch writes them ---


class Written(nn.Module):
    """A model of modules and a function of them."""

    def __init__(self, function: Callable[..., Any], **modules: Any) -> None:
        super().__init__()
        self.parts = nn.ModuleDict({name: each for name, each in modules.items() if each is not None})
        self.function = function

    def forward(self, *inputs: Any) -> Any:
        return self.function(*inputs, **self.parts)


def _split(x: Any, heads: int) -> Any:
    return x.unflatten(-1, (heads, -1)).transpose(-3, -2)


def attend(q: Any, k: Any, v: Any, heads: int = 1) -> Any:
    """Attention by operators, and softmax by its function."""
    q, k, v = (_split(x, heads) for x in (q, k, v))
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return (nn.functional.softmax(scores, dim=-1) @ v).transpose(-3, -2).flatten(-2)


def _attention(layer: Any) -> Any:
    I, H, heads = int(layer.input_size), int(layer.hidden_size), int(layer.num_heads)

    def made(letter: str, channels: int, out: int) -> Any:
        return nn.Linear(channels, out, layer.bias) if letter in layer.projections else None

    def function(x: Any, memory: Any = None, q: Any = None, k: Any = None, v: Any = None, o: Any = None) -> Any:
        asked = x if memory is None else memory
        y = attend(q(x) if q else x, k(asked) if k else asked, v(asked) if v else asked, heads)
        return o(y) if o else y

    def model(memory: int) -> Any:
        return Written(function, q=made("q", I, H), k=made("k", memory, H), v=made("v", memory, H), o=made("o", H, I))

    return model


_ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU}


def _feed_forward(layer: Any) -> Any:
    D, F = int(layer.d_model), int(layer.dim_feedforward)
    parts = (nn.Linear(D, F, layer.bias), _ACTIVATIONS[layer.activation](), nn.Linear(F, D, layer.bias))
    return nn.Sequential(*parts)


def _gated(layer: Any) -> Any:
    D, F = int(layer.d_model), int(layer.dim_feedforward)
    return Written(
        lambda x, gate, f, up, down: down(f(gate(x)) * up(x)),
        gate=nn.Linear(D, F, layer.bias),
        f=_ACTIVATIONS[layer.activation](),
        up=nn.Linear(D, F, layer.bias),
        down=nn.Linear(F, D, layer.bias),
    )


def _upsampled(layer: Any) -> Any:
    own = nn.Upsample(scale_factor=int(layer.scale_factor))
    return Written(lambda x, own: own(x.flatten(0, -3).movedim(-1, 1)).movedim(1, -1), own=own)


def _channels_second(name: str) -> Callable[[Any], Any]:
    """A module that takes a batch of one, channels, and places, all of which are one axis."""

    def make(layer: Any) -> Any:
        own = MODULES[name].make(layer)
        return Written(lambda x, own: own(x.flatten(1, -2).movedim(-1, 1) if x.ndim > 2 else x), own=own)

    return make


class _Weighted(nn.Module):
    """A module with weights of given names and shapes, and a function of them."""

    def __init__(self, function: Callable[..., Any], **shapes: tuple[int, ...]) -> None:
        super().__init__()
        self.function = function
        for name, shape in shapes.items():
            self.register_parameter(name, nn.Parameter(torch.ones(shape)))

    def forward(self, x: Any) -> Any:
        return self.function(x, *self.parameters())


def _one_hot(layer: Any) -> Any:
    own = _Weighted(lambda x, weight: x @ weight, weight=(int(layer.num_embeddings), int(layer.embedding_dim)))
    return nn.Sequential(own)


def _fed(x: Any, b: Any) -> Any:
    """What the inputs bring: the one of each step, or with those before it, the newest last."""
    if b.ndim == 2:
        return x @ b.T
    windows = nn.functional.pad(x, (0, 0, len(b) - 1, 0)).unfold(-2, len(b), 1)  # ... t i k
    return windows.movedim(-1, -2).flatten(-2) @ b.movedim(1, 2).flatten(0, 1)


def _recursive(x: Any, b: Any, *weights: Any) -> Any:
    z, made = _fed(x, b), [x[..., 0, :] * 0] * len(weights)
    for step in range(x.shape[-2]):
        made.append(z[..., step, :] + sum(made[-delay] @ a.T for delay, a in enumerate(weights, 1)))
    return torch.stack(made[len(weights) :], dim=-2)


def _iir(layer: Any) -> Any:
    C, K = int(layer.channels), int(layer.taps)
    shapes = {"b": (C, C) if K == 1 else (K, C, C), **{f"a_{delay}": (C, C) for delay in range(1, layer.order + 1)}}
    return nn.Sequential(_Weighted(_recursive, **shapes))


WRITTEN: dict[str, Callable[[Any], Any]] = {
    "ScaledDotProductAttention": lambda layer: Written(
        lambda *inputs: nn.functional.scaled_dot_product_attention(*inputs)  # noqa: PLW0108 - patched when it is called
    ),
    "FeedForward": _feed_forward,
    "GatedFeedForward": _gated,
    "UpsamplingNearest1d": _upsampled,
    "OneHotEmbedding": _one_hot,
    "IIR": _iir,
    "Add": lambda layer: Written(lambda first, *rest: sum(rest, first)),
    "Concat": lambda layer: Written(lambda *inputs: torch.cat(inputs, layer.dim)),
    "BatchNorm1d": _channels_second("BatchNorm1d"),
    "GroupNorm": _channels_second("GroupNorm"),
    "PReLU": _channels_second("PReLU"),
    "Bilinear": lambda layer: Written(lambda x, z, own: own(x, z), own=MODULES["Bilinear"].make(layer)),
}
"""The layers that PyTorch has not as modules, or that are read otherwise than in the comparison of numbers."""


def model_of(layer: Any, shapes: tuple[Any, ...]) -> Callable[[], Any] | None:
    """How to make PyTorch's model of a layer, which takes inputs behind a batch of one; None if it has none."""
    name = type(layer).__name__
    if getattr(layer, "dim", -1) >= 0:
        layer = dataclasses.replace(layer, dim=layer.dim + 1)
    if name == "Attention":
        return lambda: _attention(layer)(shapes[-1][-1])
    if name in WRITTEN:
        return lambda: WRITTEN[name](layer)
    if name not in MODULES or MODULES[name].make(layer) is None:
        return None
    return lambda: Written(
        lambda *inputs, own: MODULES[name].apply(own, layer, list(inputs)), own=MODULES[name].make(layer)
    )
