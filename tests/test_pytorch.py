from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from oracles import catalogue
from strategies_layers import BODIES, RECIPES, weights_for

import symcost as sc
from symcost import Layer
from symcost.interpret import execute, weights_of
from symcost.layers.spatial import each_axis
from symcost.tensor import Input

torch = pytest.importorskip("torch")
nn, functional = torch.nn, torch.nn.functional

# PyTorch warns that it must copy where 'same' pads one more on one side than on the other.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning")

Array = NDArray[Any]
State = Mapping[str, Array]

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
LAYERS = sorted(catalogue())


def _tensor(array: Any) -> Any:
    return torch.tensor(np.asarray(array, dtype=float))


def _arguments(layer: Layer) -> dict[str, Any]:
    """The fields of a layer as PyTorch's arguments: whole numbers for expressions."""

    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(plain, value))
        return int(value) if getattr(value, "is_Integer", False) else value

    own = ("is_causal", "window")  # PyTorch takes them with the inputs, as a mask
    named = (field.name for field in dataclasses.fields(layer) if field.name not in own)
    return {name: plain(getattr(layer, name)) for name in named}


def _mask(layer: Any, asking: int, asked: int) -> Any:
    """Which step may ask which, as PyTorch takes it: True where it may; None where all may."""
    if not layer.is_causal and layer.window is None:
        return None
    distance = torch.arange(asking)[:, None] - torch.arange(asked)[None, :]
    near = distance.abs() < (asking + asked if layer.window is None else int(layer.window))
    return near & (distance >= 0) if layer.is_causal else near


def _batched(x: Any, own: int) -> Any:
    """All leading axes as one."""
    return x.reshape(-1, *x.shape[x.ndim - own :])


def _as_before(y: Any, x: Any, own: int) -> Any:
    return y.reshape(*x.shape[: x.ndim - own], *y.shape[1:])


# --- layers that are modules: the module, and how it is applied ---


@dataclasses.dataclass(frozen=True)
class Module:
    """PyTorch's module for a layer (None where it has none with these arguments), and how it reads its inputs."""

    make: Callable[[Any], Any]
    apply: Callable[[Any, Any, list[Any]], Any] = lambda module, layer, inputs: module(*inputs)


def _convolve(module: Any, layer: Any, inputs: list[Any]) -> Any:
    (x,) = inputs
    own = len(layer.axes) + 1
    y = module(_batched(x, own).movedim(-1, 1)).movedim(1, -1)
    return _as_before(y, x, own)


def _convolution(kind: Any) -> Callable[[Any], Any]:
    def make(layer: Any) -> Any:
        return None if layer.padding == "causal" else kind(**_arguments(layer))

    return make


def _channels_first(own: int) -> Callable[[Any, Any, list[Any]], Any]:
    """Modules that take a batch, channels, and places: so many axes of ours without a batch."""

    def apply(module: Any, layer: Any, inputs: list[Any]) -> Any:
        (x,) = inputs
        return _as_before(module(_batched(x, own).movedim(-1, 1)).movedim(1, -1), x, own)

    return apply


def _group(module: Any, layer: Any, inputs: list[Any]) -> Any:
    (x,) = inputs  # all axes but the last one are places; PyTorch refuses a batch of a single number
    return module(x.movedim(-1, 0).expand(2, *x.movedim(-1, 0).shape))[0].movedim(0, -1)


def _looked_up(module: Any, layer: Any, inputs: list[Any]) -> Any:
    return module(inputs[0].long())


def _of_sequences(module: Any, layer: Any, inputs: list[Any]) -> Any:
    steps = inputs[0].shape[-2]
    mask = _mask(layer, steps, steps)
    named = {} if mask is None else {"tgt_mask" if len(inputs) > 1 else "src_mask": ~mask}
    return _as_before(module(*(_batched(x, 2) for x in inputs), **named), inputs[0], 2)


def _recur(module: Any, layer: Any, inputs: list[Any]) -> Any:
    (x,) = inputs
    return _as_before(module(_batched(x, 2))[0], x, 2)


def _in_batches(module: Any, layer: Any, inputs: list[Any]) -> Any:
    return _as_before(module(*(_batched(x, 1) for x in inputs)), inputs[0], 1)


def _in_states(module: Any, layer: Any, inputs: list[Any]) -> Any:
    x, *states = (_batched(each, 1) for each in inputs)
    return tuple(_as_before(each, inputs[0], 1) for each in module(x, tuple(states)))


def _channels_alone(module: Any, layer: Any, inputs: list[Any]) -> Any:
    (x,) = inputs  # PyTorch wants a place beside the channels
    return _as_before(module(_batched(x, 1).unsqueeze(-1)).squeeze(-1), x, 1)


def _bag(module: Any, layer: Any, inputs: list[Any]) -> Any:
    (x,) = inputs
    return _as_before(module(_batched(x, 1).long()), x, 1)


def _recurrent(kind: Any) -> Callable[[Any], Any]:
    def make(layer: Any) -> Any:
        arguments = _arguments(layer)
        if arguments.pop("dilation", 1) != 1 or (arguments.pop("biases") == 1 and layer.bias):
            return None
        if "proj_size" in arguments:
            arguments["proj_size"] = arguments["proj_size"] or 0
        return kind(**arguments | ({"batch_first": True} if "batch_first" in arguments else {}))

    return make


def _multihead(module: Any, layer: Any, inputs: list[Any]) -> Any:
    query = inputs[0]
    key = inputs[1] if len(inputs) > 1 else query
    value = inputs[2] if len(inputs) > 2 else key
    mask = _mask(layer, query.shape[-2], key.shape[-2])
    made, _ = module(*(_batched(x, 2) for x in (query, key, value)), attn_mask=None if mask is None else ~mask)
    return _as_before(made, query, 2)


def _plain(kind: Any, apply: Any = Module.apply, **more: Any) -> Module:
    return Module(lambda layer: kind(**_arguments(layer) | more), apply)


MODULES: dict[str, Module] = {
    "Identity": _plain(nn.Identity),
    "ReLU": _plain(nn.ReLU),
    "LeakyReLU": _plain(nn.LeakyReLU),
    "ELU": _plain(nn.ELU),
    "GELU": _plain(nn.GELU),
    "SiLU": _plain(nn.SiLU),
    "Sigmoid": _plain(nn.Sigmoid),
    "Tanh": _plain(nn.Tanh),
    "Softplus": _plain(nn.Softplus),
    "Softmax": _plain(nn.Softmax),
    "LogSoftmax": _plain(nn.LogSoftmax),
    "PReLU": _plain(nn.PReLU, _in_batches),
    "Hardtanh": _plain(nn.Hardtanh),
    "ReLU6": _plain(nn.ReLU6),
    "Hardsigmoid": _plain(nn.Hardsigmoid),
    "Hardswish": _plain(nn.Hardswish),
    "Mish": _plain(nn.Mish),
    "Softsign": _plain(nn.Softsign),
    "LogSigmoid": _plain(nn.LogSigmoid),
    "GLU": _plain(nn.GLU),
    "Softmin": _plain(nn.Softmin),
    "Linear": _plain(nn.Linear),
    "Bilinear": _plain(nn.Bilinear, _in_batches),
    "EmbeddingBag": _plain(nn.EmbeddingBag, _bag),
    "InstanceNorm3d": _plain(nn.InstanceNorm3d, _channels_first(4)),
    "LocalResponseNorm": _plain(nn.LocalResponseNorm, _channels_alone),
    "PixelShuffle": _plain(nn.PixelShuffle, _channels_first(3)),
    "RNNCell": Module(_recurrent(nn.RNNCell), _in_batches),
    "LSTMCell": Module(_recurrent(nn.LSTMCell), _in_states),
    "GRUCell": Module(_recurrent(nn.GRUCell), _in_batches),
    "Conv1d": Module(_convolution(nn.Conv1d), _convolve),
    "Conv2d": Module(_convolution(nn.Conv2d), _convolve),
    "Conv3d": Module(_convolution(nn.Conv3d), _convolve),
    "ConvTranspose1d": _plain(nn.ConvTranspose1d, _convolve),
    "ConvTranspose2d": _plain(nn.ConvTranspose2d, _convolve),
    "ConvTranspose3d": _plain(nn.ConvTranspose3d, _convolve),
    "MaxPool1d": _plain(nn.MaxPool1d, _convolve),
    "MaxPool2d": _plain(nn.MaxPool2d, _convolve),
    "MaxPool3d": _plain(nn.MaxPool3d, _convolve),
    "AvgPool1d": _plain(nn.AvgPool1d, _convolve),
    "AvgPool2d": _plain(nn.AvgPool2d, _convolve),
    "AvgPool3d": _plain(nn.AvgPool3d, _convolve),
    "AdaptiveAvgPool1d": _plain(nn.AdaptiveAvgPool1d, _convolve),
    "AdaptiveAvgPool2d": _plain(nn.AdaptiveAvgPool2d, _convolve),
    "AdaptiveAvgPool3d": _plain(nn.AdaptiveAvgPool3d, _convolve),
    "AdaptiveMaxPool1d": _plain(nn.AdaptiveMaxPool1d, _convolve),
    "AdaptiveMaxPool2d": _plain(nn.AdaptiveMaxPool2d, _convolve),
    "AdaptiveMaxPool3d": _plain(nn.AdaptiveMaxPool3d, _convolve),
    "Embedding": _plain(nn.Embedding, _looked_up),
    "LayerNorm": _plain(nn.LayerNorm),
    "RMSNorm": _plain(nn.RMSNorm),
    "BatchNorm1d": _plain(nn.BatchNorm1d, _channels_first(1)),
    "BatchNorm2d": _plain(nn.BatchNorm2d, _channels_first(3)),
    "BatchNorm3d": _plain(nn.BatchNorm3d, _channels_first(4)),
    "GroupNorm": _plain(nn.GroupNorm, _group),
    "InstanceNorm1d": _plain(nn.InstanceNorm1d, _channels_first(2)),
    "InstanceNorm2d": _plain(nn.InstanceNorm2d, _channels_first(3)),
    "Dropout": _plain(nn.Dropout),
    "UpsamplingNearest2d": _plain(nn.UpsamplingNearest2d, _channels_first(3)),
    "TransformerEncoderLayer": _plain(nn.TransformerEncoderLayer, _of_sequences, batch_first=True),
    "TransformerDecoderLayer": _plain(nn.TransformerDecoderLayer, _of_sequences, batch_first=True),
    "RNN": Module(_recurrent(nn.RNN), _recur),
    "LSTM": Module(_recurrent(nn.LSTM), _recur),
    "GRU": Module(_recurrent(nn.GRU), _recur),
    "MultiheadAttention": Module(
        lambda layer: nn.MultiheadAttention(**_arguments(layer) | {"batch_first": True}), _multihead
    ),
    "Flatten": Module(lambda layer: nn.Flatten(layer.start_dim or 0, layer.end_dim)),  # tests have no batch
}
"""The layers that PyTorch has as modules."""


# --- layers that are compositions of PyTorch's functions, or modules with arguments that PyTorch has not ---


def _attend(layer: Any, q: Any, k: Any, v: Any, heads: int = 1, groups: int = 0) -> Any:
    split = zip((q, k, v), (heads, groups or heads, groups or heads), strict=True)
    q, k, v = (x.unflatten(-1, (count, -1)).transpose(-3, -2) for x, count in split)
    mask = _mask(layer, q.shape[-2], k.shape[-2])
    made = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=bool(groups))
    return made.transpose(-3, -2).flatten(-2)


def _grouped(layer: Any, inputs: list[Any], state: State) -> Any:
    q, k, v = (
        _linear_of(state, f"{letter}_proj")(x)
        for letter, x in zip("qkv", (inputs[0], inputs[-1], inputs[-1]), strict=True)
    )
    attended = _attend(layer, q, k, v, int(layer.num_heads), int(layer.num_key_value_heads))
    return _linear_of(state, "o_proj")(attended)


def _scaled_dot_product(layer: Any, inputs: list[Any], state: State) -> Any:
    q, k, v = inputs
    if layer.window is None:
        return functional.scaled_dot_product_attention(q, k, v, is_causal=layer.is_causal)
    mask = _mask(layer, q.shape[-2], k.shape[-2])
    return functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def _attention(layer: Any, inputs: list[Any], state: State) -> Any:
    asked = inputs[-1]

    def project(letter: str, x: Any) -> Any:
        if letter not in layer.projections:
            return x
        offset = _tensor(state[f"{letter}_proj.bias"]) if layer.bias else None
        return functional.linear(x, _tensor(state[f"{letter}_proj.weight"]), offset)

    q, k, v = project("q", inputs[0]), project("k", asked), project("v", asked)
    return project("o", _attend(layer, q, k, v, int(layer.num_heads)))


def _causal(layer: Any, inputs: list[Any], state: State) -> Any:
    (x,) = inputs
    margins: list[int] = []
    for width, dilation in zip(each_axis(layer, "kernel_size"), each_axis(layer, "dilation"), strict=True):
        margins = [int(dilation * (width - 1)), 0, *margins]  # the last axis comes first
    own = len(layer.axes) + 1
    padded = _batched(x, own).movedim(-1, 1)
    if layer.padding_mode == "zeros":
        padded = functional.pad(padded, margins)
    else:
        padded = functional.pad(padded, margins, layer.padding_mode)
    module = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}[len(layer.axes)](
        **_arguments(layer) | {"padding": 0, "padding_mode": "zeros"}
    )
    return _as_before(_loaded(module, state)(padded).movedim(1, -1), x, own)


def _of_the_steps_before(layer: Any, inputs: list[Any], state: State) -> Any:
    """A dilated recurrence is several that run side by side, each over every so many steps."""
    (x,), apart, made = inputs, int(layer.dilation), []
    plain = dataclasses.replace(layer, dilation=1)
    for first in range(min(apart, x.shape[-2])):
        made.append(_reading(plain, [x[..., first::apart, :]], state))
    y = torch.empty(*x.shape[:-1], made[0].shape[-1], dtype=x.dtype)
    for first, each in enumerate(made):
        y[..., first::apart, :] = each
    return y


def _single_bias(layer: Any, inputs: list[Any], state: State) -> Any:
    """PyTorch's second bias is nothing."""
    if getattr(layer, "dilation", 1) != 1:
        return _of_the_steps_before(layer, inputs, state)
    full = dataclasses.replace(layer, biases=2)
    module = MODULES[type(layer).__name__].make(full)
    needed = {name: tuple(each.shape) for name, each in module.state_dict().items()}
    assert all("bias_hh" in name for name in needed.keys() - state.keys())
    zeros = {name: np.zeros(shape) for name, shape in needed.items()}
    return MODULES[type(layer).__name__].apply(_loaded(module, zeros | dict(state)), layer, inputs)


_BY_GROUPS = {"DepthwiseConv1d": sc.Conv1d, "DepthwiseConv2d": sc.Conv2d}
_SEPARABLE = {"SeparableConv1d": sc.Conv1d, "SeparableConv2d": sc.Conv2d}


def _depthwise(layer: Any, inputs: list[Any], state: State) -> Any:
    """PyTorch has it as a convolution of as many groups as channels."""
    arguments = {field.name: getattr(layer, field.name) for field in dataclasses.fields(layer)}
    channels = arguments.pop("channels")
    return _reading(_BY_GROUPS[type(layer).__name__](channels, channels, groups=channels, **arguments), inputs, state)


def _separable(layer: Any, inputs: list[Any], state: State) -> Any:
    """Two convolutions of PyTorch: of as many groups as channels, then of width 1."""
    kind, channels = _SEPARABLE[type(layer).__name__], layer.in_channels
    geometry = {name: getattr(layer, name) for name in ("kernel_size", "stride", "padding", "dilation", "padding_mode")}
    first = kind(channels, channels, groups=channels, bias=False, **geometry)
    x = _reading(first, inputs, {"weight": state["depthwise.weight"]})
    wide = _tensor(state["pointwise.weight"])
    own = {"weight": wide.reshape(*wide.shape, *(1,) * len(first.axes))}
    own |= {"bias": state["pointwise.bias"]} if layer.bias else {}
    return _reading(kind(channels, layer.out_channels, 1, bias=layer.bias), [x], own)


def _sinusoidal(layer: Any, inputs: list[Any], state: State) -> Any:
    """Number by number, as the paper has it."""
    (x,) = inputs
    encoded = x.clone()
    for pos in range(x.shape[-2]):
        for i in range(x.shape[-1] // 2):
            angle = pos / 10_000 ** (2 * i / x.shape[-1])
            encoded[..., pos, 2 * i] += math.sin(angle)
            encoded[..., pos, 2 * i + 1] += math.cos(angle)
    return encoded


def _learned(layer: Any, inputs: list[Any], state: State) -> Any:
    return inputs[0] + functional.embedding(torch.arange(inputs[0].shape[-2]), _tensor(state["weight"]))


def _rotary(layer: Any, inputs: list[Any], state: State) -> Any:
    """Pairs as complex numbers, each turned by its angle."""
    (x,) = inputs
    steps, pairs = x.shape[-2], x.shape[-1] // 2
    speeds = layer.base ** (-2 * torch.arange(pairs, dtype=torch.float64) / x.shape[-1])
    angles = torch.outer(torch.arange(steps, dtype=torch.float64), speeds)
    turned = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous()) * torch.polar(torch.ones_like(angles), angles)
    return torch.view_as_real(turned).flatten(-2)


def _alibi(layer: Any, inputs: list[Any], state: State) -> Any:
    """Number by number: the slopes are a geometric sequence whose first number is its ratio, 2^(-8/n)."""
    (scores,) = inputs
    biased, ratio = scores.clone(), 2 ** (-8 / int(layer.num_heads))
    for head, t, s in np.ndindex(*scores.shape[-3:]):
        biased[..., head, t, s] -= ratio ** (head + 1) * abs(t - s)
    return biased


def _repeat(layer: Any, inputs: list[Any], state: State) -> Any:
    (x,) = inputs
    for number in range(int(layer.count)):
        front = "repetition." if layer.shared else f"repetition.{number}."
        front += f"{layer.layer.name}."
        own = {name.removeprefix(front): w for name, w in state.items() if name.startswith(front)}
        x = _body(layer.layer, x, own)
    return x


def _body(layer: Any, x: Any, state: State) -> Any:
    if isinstance(layer, sc.Network):  # the one that the strategies repeat: two matrices with a tangent between
        hidden = functional.linear(x, _tensor(state["linear.weight"]), _tensor(state["linear.bias"]))
        return functional.linear(hidden.tanh(), _tensor(state["linear_2.weight"]), _tensor(state["linear_2.bias"]))
    return _reading(layer, [x], state)


def _every_prefix(layer: Any, inputs: list[Any], state: State) -> Any:
    (x,) = inputs
    front = f"prefixes.{layer.layer.name}."
    own = {name.removeprefix(front): w for name, w in state.items()}
    return torch.stack(
        [_causal_body(layer.layer, x[..., :n, :], own)[..., -1, :] for n in range(1, x.shape[-2] + 1)], -2
    )


def _causal_body(layer: Any, x: Any, state: State) -> Any:
    if isinstance(layer, sc.Network):  # the one that the strategies sample from
        return functional.linear(x, _tensor(state["linear.weight"]), _tensor(state["linear.bias"])).softmax(-1)
    return _reading(layer, [x], state)


def _one_hot(layer: Any, inputs: list[Any], state: State) -> Any:
    return inputs[0] @ _tensor(state["weight"])


def _iir(layer: Any, inputs: list[Any], state: State) -> Any:
    """PyTorch has it as a recurrent layer without a nonlinearity: step by step."""
    (x,), order = inputs, layer.order
    b = _tensor(state["b"]).reshape(-1, *state["b"].shape[-2:])
    a = [_tensor(state[f"a_{delay}" if order > 1 else "a"]) for delay in range(1, order + 1)]
    made = [torch.zeros_like(x[..., 0, :])] * order
    x = functional.pad(x, (0, 0, len(b) - 1, 0))
    for step in range(len(b) - 1, x.shape[-2]):
        fed = sum(x[..., step - len(b) + 1 + place, :] @ each.T for place, each in enumerate(b))
        made.append(fed + sum(made[-delay] @ each.T for delay, each in enumerate(a, 1)))
    return torch.stack(made[order:], dim=-2)


def _recurred(a: Any, b: Any) -> Any:
    """h_t = a_t h_(t-1) + b_t, step by step; a_t are numbers for each channel, or matrices."""
    h, made = torch.zeros_like(b[..., 0, :]), []
    for step in range(b.shape[-2]):
        factor = a.select(b.ndim - 2, step)
        h = (factor @ h[..., None])[..., 0] if a.ndim > b.ndim else factor * h
        h = h + b[..., step, :]
        made.append(h)
    return torch.stack(made, dim=-2)


def _linear_recurrence(layer: Any, inputs: list[Any], state: State) -> Any:
    (x,), H = inputs, int(layer.hidden_size)
    a, b = (
        functional.linear(x, _tensor(state[f"weight_{each}"]), _tensor(state[f"bias_{each}"]) if layer.bias else None)
        for each in "ab"
    )
    return _recurred(a.unflatten(-1, (H, H)) if layer.dense else a.sigmoid(), b)


def _sru(layer: Any, inputs: list[Any], state: State) -> Any:
    (x,) = inputs
    u, f, r = functional.linear(x, _tensor(state["weight"])).chunk(3, -1)
    v_f, v_r = (_tensor(state.get(name, 0.0)) for name in ("weight_vf", "weight_vr"))
    c, made = torch.zeros_like(u[..., 0, :]), []
    skipped = functional.linear(x, _tensor(state["weight_h"])) if layer.project_input else x
    for step in range(x.shape[-2]):
        forget = torch.sigmoid(f[..., step, :] + v_f * c + _tensor(state["bias_f"]))
        reset = torch.sigmoid(r[..., step, :] + v_r * c + _tensor(state["bias_r"]))
        c = forget * c + (1 - forget) * u[..., step, :]
        made.append(reset * c + (1 - reset) * skipped[..., step, :])
    return torch.stack(made, dim=-2)


def _qrnn(layer: Any, inputs: list[Any], state: State) -> Any:
    (x,) = inputs
    padded = functional.pad(_batched(x, 2).movedim(-1, 1), (int(layer.kernel_size) - 1, 0))
    kernel, added = _tensor(state["weight"]), _tensor(state["bias"]) if layer.bias else None
    z, f, o = _as_before(functional.conv1d(padded, kernel, added).movedim(1, -1), x, 2).chunk(3, -1)
    return o.sigmoid() * _recurred(f.sigmoid(), (1 - f.sigmoid()) * z.tanh())


def _multiscale(layer: Any, inputs: list[Any], state: State) -> Any:
    """All groups by one block-upper triangular matrix, each with the state of so many steps before."""
    (x,), H, periods = inputs, int(layer.hidden_size), tuple(map(int, layer.periods))
    z = functional.linear(x, _tensor(state["weight_ih"]), _tensor(state["bias_ih"]) if layer.bias else None)
    U = torch.zeros(len(periods) * H, len(periods) * H, dtype=x.dtype)
    for group, seen in itertools.combinations_with_replacement(range(len(periods)), 2):
        U[group * H : (group + 1) * H, seen * H : (seen + 1) * H] = _tensor(state[f"weight_hh_{group}_{seen}"])
    made = [torch.zeros_like(z[..., 0, :])] * max(periods)
    for step in range(x.shape[-2]):
        before = [made[-each][..., group * H : (group + 1) * H] for group, each in enumerate(periods)]
        made.append(torch.tanh(z[..., step, :] + torch.cat(before, -1) @ U.T))
    return torch.stack(made[max(periods) :], dim=-2)


_ACTIVATIONS = {"relu": functional.relu, "gelu": functional.gelu, "silu": functional.silu}


def _feed_forward(layer: Any, inputs: list[Any], state: State) -> Any:
    (x,) = inputs
    first, second = _linear_of(state, "linear1"), _linear_of(state, "linear2")
    return second(_ACTIVATIONS[layer.activation](first(x)))


def _gated(layer: Any, inputs: list[Any], state: State) -> Any:
    (x,) = inputs
    w1, w2, w3 = (_linear_of(state, name) for name in ("w1", "w2", "w3"))
    return w2(_ACTIVATIONS[layer.activation](w1(x)) * w3(x))


def _linear_of(state: State, name: str) -> Callable[[Any], Any]:
    offset = _tensor(state[f"{name}.bias"]) if f"{name}.bias" in state else None
    return lambda x: functional.linear(x, _tensor(state[f"{name}.weight"]), offset)


def _upsampled(layer: Any, inputs: list[Any], state: State) -> Any:
    (x,) = inputs
    made = functional.interpolate(_batched(x, 2).movedim(-1, 1), scale_factor=int(layer.scale_factor))
    return _as_before(made.movedim(1, -1), x, 2)


COMPOSITIONS: dict[str, Callable[[Any, list[Any], State], Any]] = {
    "Conv1d": _causal,
    "Conv2d": _causal,
    "Conv3d": _causal,
    "OneHotEmbedding": _one_hot,
    "IIR": _iir,
    "LinearRecurrence": _linear_recurrence,
    "SRU": _sru,
    "QRNN": _qrnn,
    "MultiscaleRNN": _multiscale,
    "FeedForward": _feed_forward,
    "GatedFeedForward": _gated,
    "UpsamplingNearest1d": _upsampled,
    "RNN": _single_bias,
    "LSTM": _single_bias,
    "GRU": _single_bias,
    "RNNCell": _single_bias,
    "LSTMCell": _single_bias,
    "GRUCell": _single_bias,
    **dict.fromkeys(_BY_GROUPS, _depthwise),
    **dict.fromkeys(_SEPARABLE, _separable),
    "SinusoidalPositionalEncoding": _sinusoidal,
    "LearnedPositionalEncoding": _learned,
    "RotaryPositionalEncoding": _rotary,
    "ALiBi": _alibi,
    "ScaledDotProductAttention": _scaled_dot_product,
    "Attention": _attention,
    "GroupedQueryAttention": _grouped,
    "Add": lambda layer, inputs, state: sum(inputs[1:], inputs[0]),
    "Concat": lambda layer, inputs, state: torch.cat(inputs, layer.dim),
    "Repeat": _repeat,
    "ArgMax": lambda layer, inputs, state: inputs[0].argmax(layer.dim).to(torch.float64),
    "EveryPrefix": _every_prefix,
}
"""The layers, or arguments of layers, that PyTorch has only as compositions of functions."""


BOOKKEEPING = "num_batches_tracked"  # of training: PyTorch keeps it with the weights, and never computes with it


def _loaded(module: Any, state: State) -> Any:
    """A module with these weights and no others, as it is at inference."""
    module = module.to(torch.float64).eval()
    more = {name: each for name, each in module.state_dict().items() if name.endswith(BOOKKEEPING)}
    module.load_state_dict({name: _tensor(w) for name, w in state.items()} | more, strict=True)
    return module


def _needed(module: Any) -> dict[str, tuple[int, ...]]:
    """Names and shapes of what a module keeps."""
    state = module.state_dict()
    return {name: tuple(each.shape) for name, each in state.items() if not name.endswith(BOOKKEEPING)}


def _module(layer: Any) -> Any:
    name = type(layer).__name__
    return MODULES[name].make(layer) if name in MODULES else None


def _nearest(layer: Any) -> Any:
    """The layer with arguments that PyTorch has: two biases a gate, and zeros on both sides."""
    if hasattr(layer, "biases"):
        return dataclasses.replace(layer, biases=2, **({"dilation": 1} if hasattr(layer, "dilation") else {}))
    return dataclasses.replace(layer, padding=9)


def _reading(layer: Any, inputs: list[Any], state: State) -> Any:
    """What PyTorch makes of a layer, its inputs and its weights."""
    name, module = type(layer).__name__, _module(layer)
    if module is None:
        return COMPOSITIONS[name](layer, inputs, state)
    return MODULES[name].apply(_loaded(module, state), layer, inputs)


def _compared(layer: Any, arrays: list[Array], state: State) -> tuple[Array, Array]:
    """What we make and what PyTorch makes; several outputs of one shape, such as a cell's states, as one array."""
    with torch.no_grad():
        theirs = _reading(layer, [_tensor(each) for each in arrays], state)
    if isinstance(theirs, tuple):
        return np.stack(execute(layer, *arrays, weights=state)), np.stack([each.numpy() for each in theirs])
    return execute(layer, *arrays, weights=state), theirs.numpy()


# --- the claims ---


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_of_the_catalogue_has_a_reading_in_pytorch(name: str) -> None:
    assert name in MODULES or name in COMPOSITIONS, f"{name} lacks a row"


def test_every_module_of_pytorch_by_the_name_of_a_layer_is_compared_as_a_module() -> None:
    assert {name for name in LAYERS if hasattr(nn, name)} == set(MODULES)


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_every_layer_computes_what_pytorch_computes(name: str, data: st.DataObject) -> None:
    recipe = data.draw(RECIPES[name])
    layer, _ = recipe.numeric()
    ours, theirs = _compared(layer, recipe.arrays(), recipe.weights())
    assert ours.shape == theirs.shape
    assert np.allclose(ours, theirs, **CLOSE)


@pytest.mark.parametrize("name", sorted(MODULES))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_weights_bear_the_names_and_shapes_of_pytorchs_state_dict(name: str, data: st.DataObject) -> None:
    layer, shapes = data.draw(RECIPES[name]).numeric()
    needed, module = weights_of(layer, *shapes), _module(layer)
    theirs = _needed(module or _module(_nearest(layer)))
    if module is None:  # one bias less than PyTorch has
        assert needed.items() <= theirs.items()
        assert all("bias_hh" in name for name in theirs.keys() - needed.keys())
    else:
        assert needed == theirs


@pytest.mark.parametrize("name", sorted(MODULES))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_parameters_are_as_many_as_pytorch_has(name: str, data: st.DataObject) -> None:
    drawn, shapes = data.draw(RECIPES[name]).numeric()
    layer = drawn if _module(drawn) is not None else _nearest(drawn)
    cost = layer.cost(*(Input(*shape) for shape in shapes))
    assert cost.parameters == sum(each.numel() for each in _module(layer).parameters())


LARGER: list[tuple[Layer, tuple[tuple[int, ...], ...]]] = [
    (sc.Linear(17, 9), ((4, 3, 17),)),
    (sc.Conv1d(8, 12, 5, stride=3, padding=4, dilation=2, groups=4), ((3, 41, 8),)),
    (sc.Conv1d(6, 6, 4, padding="same", dilation=3, groups=6, padding_mode="circular"), ((2, 20, 6),)),
    (sc.Conv1d(3, 4, 7, padding="causal", dilation=2), ((2, 9, 3),)),
    (sc.Conv2d(4, 6, (5, 3), stride=(2, 3), padding=(2, 1), dilation=(1, 2), groups=2), ((2, 17, 19, 4),)),
    (sc.Conv2d(3, 5, (4, 2), padding="same", padding_mode="reflect"), ((2, 8, 9, 3),)),
    (sc.Conv3d(4, 6, (3, 2, 3), stride=2, padding=(1, 0, 2), groups=2), ((2, 5, 4, 6, 4),)),
    (sc.ConvTranspose1d(6, 4, 5, stride=3, padding=4, output_padding=2, groups=2, dilation=2), ((2, 11, 6),)),
    (sc.ConvTranspose2d(4, 6, (3, 5), (2, 3), (1, 2), (1, 0), 2), ((2, 6, 7, 4),)),
    (sc.ConvTranspose3d(3, 2, 3, 2, 1, 1), ((2, 4, 3, 2, 3),)),
    (sc.MaxPool2d((5, 3), (2, 1), (2, 1), (1, 2)), ((2, 13, 11, 3),)),
    (sc.AvgPool2d((4, 3), 2, (2, 1)), ((2, 13, 11, 3),)),
    (sc.AdaptiveAvgPool2d((7, 5)), ((2, 11, 13, 3),)),
    (sc.AdaptiveMaxPool3d((3, 2, 4)), ((2, 7, 5, 9, 2),)),
    (sc.Embedding(11, 7), ((4, 6),)),
    (sc.LayerNorm((5, 7)), ((2, 3, 5, 7),)),
    (sc.GroupNorm(3, 12), ((9, 8, 12),)),
    (sc.BatchNorm2d(9), ((2, 8, 7, 9),)),
    (sc.InstanceNorm2d(6, affine=True), ((2, 8, 7, 6),)),
    (sc.TransformerEncoderLayer(24, 6, 17), ((2, 9, 24),)),
    (sc.TransformerEncoderLayer(24, 6, 17, activation="gelu", norm_first=True, bias=False), ((2, 9, 24),)),
    (sc.TransformerDecoderLayer(24, 3, 17), ((2, 9, 24), (2, 5, 24))),
    (sc.TransformerDecoderLayer(24, 3, 17, activation="gelu", norm_first=True), ((2, 9, 24), (2, 5, 24))),
    (sc.TransformerEncoderLayer(24, 6, 17, is_causal=True), ((2, 9, 24),)),
    (sc.TransformerDecoderLayer(24, 3, 17, is_causal=True, window=4), ((2, 9, 24), (2, 5, 24))),
    (sc.RNN(7, 11, 3, "relu", bidirectional=True), ((2, 6, 7),)),
    (sc.LSTM(7, 11, 3, bidirectional=True, proj_size=5), ((2, 6, 7),)),
    (sc.LSTM(7, 11, 2, biases=1), ((2, 6, 7),)),
    (sc.GRU(7, 11, 3, bidirectional=True), ((2, 6, 7),)),
    (sc.GRU(7, 11, 2, bias=False), ((6, 7),)),
    (sc.RNNCell(7, 11, nonlinearity="relu"), ((2, 3, 7), (2, 3, 11))),
    (sc.LSTMCell(7, 11), ((2, 7), (2, 11), (2, 11))),
    (sc.GRUCell(7, 11, biases=1), ((7,), (11,))),
    (sc.SeparableConv2d(6, 5, (3, 5), (2, 1), (1, 2), (1, 2), padding_mode="reflect"), ((2, 11, 13, 6),)),
    (sc.Bilinear(7, 5, 6), ((2, 3, 7), (2, 3, 5))),
    (sc.PixelShuffle(3), ((2, 4, 5, 18),)),
    (sc.LocalResponseNorm(5, 1e-2, 0.75, 2.0), ((2, 4, 12),)),
    (sc.SinusoidalPositionalEncoding(24), ((2, 50, 24),)),
    (sc.RotaryPositionalEncoding(24, 500.0), ((2, 3, 50, 24),)),
    (sc.ALiBi(6), ((2, 6, 9, 7),)),
    (sc.MultiheadAttention(24, 6), ((2, 5, 24), (2, 7, 24), (2, 7, 24))),
    (sc.MultiheadAttention(24, 6, bias=False, kdim=10, vdim=14), ((2, 5, 24), (2, 7, 10), (2, 7, 14))),
    (sc.MultiheadAttention(24, 6, kdim=24, vdim=24), ((2, 5, 24),)),
    (sc.MultiheadAttention(24, 6, is_causal=True), ((2, 5, 24),)),
    (sc.MultiheadAttention(24, 6, window=3), ((2, 9, 24),)),
    (sc.MultiheadAttention(24, 6, is_causal=True, window=4), ((2, 9, 24),)),
    (sc.GroupedQueryAttention(24, 6, 2), ((2, 5, 24), (2, 7, 24))),
    (sc.GroupedQueryAttention(24, 6, 1, head_dim=5, bias=True, is_causal=True), ((2, 9, 24),)),
    (sc.GroupedQueryAttention(24, 6, 3, is_causal=True, window=2), ((9, 24),)),
    (sc.ScaledDotProductAttention(is_causal=True), ((2, 5, 8), (2, 7, 8), (2, 7, 6))),
    (sc.ScaledDotProductAttention(window=2), ((2, 7, 8), (2, 7, 8), (2, 7, 6))),
    (sc.Attention(10, 24, 14, 6, bias=True), ((2, 5, 10), (2, 7, 14))),
    (sc.Attention(24, 24, num_heads=3, projections="kv"), ((2, 5, 24),)),
    (sc.ScaledDotProductAttention(), ((2, 5, 8), (2, 7, 8), (2, 7, 6))),
    (sc.Softmax(1), ((3, 8, 2),)),
    (sc.LogSoftmax(-3), ((3, 8, 2),)),
    (sc.Repeat(sc.GRU(5, 5), 3), ((2, 4, 5),)),
]


@pytest.mark.parametrize(("layer", "shapes"), LARGER, ids=lambda each: repr(each) if isinstance(each, Layer) else "")
def test_larger_layers_compute_what_pytorch_computes(layer: Layer, shapes: tuple[tuple[int, ...], ...]) -> None:
    rng = np.random.default_rng(0)
    state = {name: w / 2 for name, w in weights_for(layer, shapes).items()}
    inputs = [rng.normal(size=shape) for shape in shapes]
    if isinstance(layer, sc.Embedding):
        inputs = [rng.integers(0, int(layer.num_embeddings), shape).astype(float) for shape in shapes]
    ours, theirs = _compared(layer, inputs, state)
    assert ours.shape == theirs.shape and np.allclose(ours, theirs, **CLOSE)
    module = _module(layer)
    if module is not None:
        cost = layer.cost(*(Input(*shape) for shape in shapes))
        assert cost.parameters == sum(each.numel() for each in module.parameters())


@pytest.mark.parametrize(
    "name",
    [
        "ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softplus", "Hardtanh", "ReLU6", "Hardsigmoid",
        "Hardswish", "Mish", "Softsign", "LogSigmoid",
    ],
)  # fmt: skip
def test_activations_agree_far_from_zero_and_at_it(name: str) -> None:
    x = np.array([-500.0, -30.0, -1e-9, 0.0, 1e-9, 19.9, 30.0, 500.0])
    ours, theirs = _compared(catalogue()[name].example(), [x], {})
    assert np.allclose(ours, theirs, rtol=1e-8, atol=1e-8)  # PyTorch's Softplus is linear from 20 on


def test_a_chain_computes_what_pytorchs_chain_computes() -> None:
    ours = sc.Sequential(
        "net", Input(12, 3), sc.Conv1d(3, 4, 3, padding=1), sc.ReLU(), sc.LSTM(4, 5), sc.Linear(5, 2), sc.LogSoftmax()
    )
    conv, lstm, linear = nn.Conv1d(3, 4, 3, padding=1), nn.LSTM(4, 5, batch_first=True), nn.Linear(5, 2)
    state = weights_for(ours, ((12, 3),))
    for module, name in ((conv, "conv1d"), (lstm, "lstm"), (linear, "linear")):
        _loaded(module, {key.removeprefix(f"{name}."): w for key, w in state.items() if key.startswith(f"{name}.")})
    x = np.random.default_rng(0).normal(size=(2, 12, 3))
    with torch.no_grad():
        hidden, _ = lstm(conv(_tensor(x).movedim(-1, 1)).movedim(1, -1).relu())
        theirs = functional.log_softmax(linear(hidden), dim=-1)
    assert np.allclose(execute(ours, x, weights=state), theirs.numpy(), **CLOSE)
    assert ours.parameters == sum(each.numel() for module in (conv, lstm, linear) for each in module.parameters())


@pytest.mark.skipif(not hasattr(nn, "RMSNorm"), reason="PyTorch has it since 2.4")
def test_a_layer_of_ones_own_computes_what_pytorchs_rms_norm_does(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcost.functional import mean, sqrt, weight

    monkeypatch.setattr("symcost.layer.CATALOGUE", {})

    class RootNorm(Layer):
        takes = "... h"

        def forward(self, x: sc.Tensor) -> sc.Tensor:
            return x / sqrt(mean(x * x, "h", keep=True) + 1e-5) * weight("weight", x.axes[-1].size)

    x, w = np.random.default_rng(0).normal(size=(2, 3, 6)), np.random.default_rng(1).normal(size=6)
    with torch.no_grad():
        theirs = _loaded(nn.RMSNorm(6, eps=1e-5), {"weight": w})(_tensor(x))
    assert np.allclose(execute(RootNorm(), x, weights={"weight": w}), theirs.numpy(), **CLOSE)


def test_the_bodies_that_are_repeated_have_readings() -> None:
    assert set(BODIES) == {"linear", "tanh", "gru", "attention", "mlp"}
