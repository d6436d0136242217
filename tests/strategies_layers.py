"""Hypothesis strategies for layers: small constructor arguments and the shapes of inputs that fit them.

A recipe is drawn once and read twice: with numbers for its sizes, and with dimensions of the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from sympy import Integer

import symcost as sc
from symcost import dimension
from symcost.cost import Work
from symcost.interpret import weights_of
from symcost.layer import Layer

Shapes = tuple[tuple[Any, ...], ...]
Built = tuple[Layer, Shapes]


@dataclass(frozen=True)
class Recipe:
    """A layer and the shapes of its inputs, as a function of sizes by name; and the sizes that were drawn."""

    build: Callable[[Any], Built]
    sizes: Mapping[str, int]

    def numeric(self) -> Built:
        """With numbers for all sizes."""
        return self.build(SimpleNamespace(**self.sizes))

    def symbolic(self) -> Built:
        """With a dimension for each size."""
        return self.build(SimpleNamespace(**{name: dimension(name) for name in self.sizes}))

    def substitution(self) -> dict[Any, Any]:
        """What leads from the symbolic one to the numeric one."""
        return {dimension(name): Integer(value) for name, value in self.sizes.items()}

    def arrays(self, seed: int = 0) -> list[NDArray[Any]]:
        """Inputs of the numeric shapes."""
        generator = np.random.default_rng(seed)
        return [generator.normal(size=shape) for shape in self.numeric()[1]]

    def weights(self, seed: int = 0) -> dict[str, NDArray[Any]]:
        """Weights of the numeric layer."""
        return weights_for(*self.numeric(), seed=seed)

    def __repr__(self) -> str:
        layer, shapes = self.numeric()
        return f"{layer} on {', '.join(map(str, shapes))} ({self.sizes})"


def weights_for(layer: Any, shapes: Shapes, seed: int = 0) -> dict[str, NDArray[Any]]:
    """Random weights for a layer or a network."""
    generator = np.random.default_rng(seed + 1)
    return {name: generator.normal(size=shape) for name, shape in weights_of(layer, *shapes).items()}


def work_at(work: Work, sizes: Mapping[Any, Any]) -> Work:
    """Work at given sizes."""
    counts = {kind: number.xreplace(sizes) for kind, number in work.items()}
    return Work(counts, dots=work.dots.xreplace(sizes))


_few = st.integers(1, 3)
_switch = st.booleans()


@st.composite
def _lead(draw: st.DrawFn) -> dict[str, int]:
    """The sizes of none, one or two leading axes."""
    names = ["B1", "B2"][: draw(st.integers(0, 2))]
    return {name: draw(st.integers(1, 2)) for name in names}


def _front(s: Any) -> tuple[Any, ...]:
    return tuple(getattr(s, name) for name in ("B1", "B2") if hasattr(s, name))


def _places(*kinds: Callable[[], Layer]) -> st.SearchStrategy[Recipe]:
    """Layers that work place by place, on one to three axes."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        make = draw(st.sampled_from(kinds))
        names = ["X", "Y", "Z"][: draw(st.integers(1, 3))]
        sizes = {name: draw(st.integers(1, 4)) for name in names}
        return Recipe(lambda s: (make(), (tuple(getattr(s, name) for name in names),)), sizes)

    return drawn()


def _along(kind: type[Any]) -> st.SearchStrategy[Recipe]:
    """Layers that work along an axis."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        names = ["X", "Y", "Z"][: draw(st.integers(1, 3))]
        dim = draw(st.integers(-len(names), len(names) - 1))
        sizes = {name: draw(st.integers(1, 4)) for name in names}
        return Recipe(lambda s: (kind(dim), (tuple(getattr(s, name) for name in names),)), sizes)

    return drawn()


@st.composite
def _flatten(draw: st.DrawFn) -> Recipe:
    names = ["X", "Y", "Z"][: draw(st.integers(1, 3))]
    count = len(names)
    first = draw(st.integers(0, count - 1))
    last = draw(st.integers(first, count - 1))
    dims = draw(st.sampled_from([(first, last), (first - count, last - count), (first, -1), (None, -1)]))
    sizes = {name: draw(st.integers(1, 4)) for name in names}
    return Recipe(lambda s: (sc.Flatten(*dims), (tuple(getattr(s, name) for name in names),)), sizes)


@st.composite
def _add(draw: st.DrawFn) -> Recipe:
    names = ["X", "Y", "Z"][: draw(st.integers(1, 3))]
    sizes = {name: draw(st.integers(1, 4)) for name in names}
    cuts = [0, *draw(st.lists(st.integers(0, len(names)), max_size=2))]  # a later one may have fewer axes
    return Recipe(lambda s: (sc.Add(), tuple(tuple(getattr(s, name) for name in names[cut:]) for cut in cuts)), sizes)


@st.composite
def _concat(draw: st.DrawFn) -> Recipe:
    names = ["X", "Y", "Z"][: draw(st.integers(1, 3))]
    count = len(names)
    dim = draw(st.integers(-count, count - 1))
    parts = [f"C{part}" for part in range(draw(_few))]
    sizes = {name: draw(st.integers(1, 4)) for name in (*names, *parts)}
    place = dim % count

    def build(s: Any) -> Built:
        shape = [getattr(s, name) for name in names]
        shapes = tuple((*shape[:place], getattr(s, part), *shape[place + 1 :]) for part in parts)
        return sc.Concat(dim), shapes

    return Recipe(build, sizes)


@st.composite
def _linear(draw: st.DrawFn) -> Recipe:
    bias = draw(_switch)
    sizes = draw(_lead()) | {"I": draw(_few), "H": draw(_few)}
    return Recipe(lambda s: (sc.Linear(s.I, s.H, bias), ((*_front(s), s.I),)), sizes)


def _convolution(kind: type[Any], axes: tuple[str, ...]) -> st.SearchStrategy[Recipe]:
    """Convolutions over one axis or more; every input is as long as the kernel needs it, and up to two longer."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        sizes = draw(_lead()) | {"I": draw(st.integers(1, 2)), "H": draw(st.integers(1, 2)), "G": draw(_few)}
        grouped = draw(_switch)
        padding = draw(st.sampled_from(["same", "causal", "valid", "numbers"]))
        mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
        stride = 1 if padding == "same" else draw(st.integers(1, 2))
        dilation = draw(st.integers(1, 2))
        margins: list[int] = []
        for axis in axes:
            width = draw(_few)
            margin = draw(st.integers(0, 2)) if padding == "numbers" else 0
            reach = dilation * (width - 1)
            inside = {"same": reach, "causal": reach, "valid": 0, "numbers": 2 * margin}[padding]
            least = max(1, reach + 1 - inside, (max(margin, inside) + 1) * (mode != "zeros"))
            margins.append(margin)
            sizes |= {f"K{axis}": width, axis: draw(st.integers(least, least + 2))}
        options = {"bias": draw(_switch), "padding_mode": mode, "dilation": dilation, "stride": stride}
        options["padding"] = tuple(margins) if padding == "numbers" else padding
        if draw(_switch) and len(set(margins)) == 1 and padding == "numbers":
            options["padding"] = margins[0]  # one number for all axes

        def build(s: Any) -> Built:
            groups = s.G if grouped else 1
            layer = kind(
                groups * s.I, groups * s.H, tuple(getattr(s, f"K{axis}") for axis in axes), groups=groups, **options
            )
            return layer, ((*_front(s), *(getattr(s, axis) for axis in axes), groups * s.I),)

        return Recipe(build, sizes)

    return drawn()


def _recurrent(kind: type[Any]) -> st.SearchStrategy[Recipe]:
    """Recurrent layers; the number of layers is a size too."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        sizes = draw(_lead()) | {"T": draw(_few), "I": draw(_few), "H": draw(_few), "L": draw(st.integers(1, 2))}
        options = {"bias": draw(_switch), "biases": draw(st.sampled_from([1, 2])), "bidirectional": draw(_switch)}
        if kind is sc.RNN:
            options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
        projects = kind is sc.LSTM and draw(_switch)
        if projects:
            sizes |= {"H": draw(st.integers(2, 3)), "P": 1}
        if projects and sizes["H"] == 3:
            sizes["P"] = draw(st.integers(1, 2))

        def build(s: Any) -> Built:
            more = {"proj_size": s.P} if projects else {}
            return kind(s.I, s.H, s.L, **options, **more), ((*_front(s), s.T, s.I),)

        return Recipe(build, sizes)

    return drawn()


@st.composite
def _scaled_dot_product(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {name: draw(_few) for name in ("T", "S", "D", "H")}
    return Recipe(
        lambda s: (
            sc.ScaledDotProductAttention(),
            ((*_front(s), s.T, s.D), (*_front(s), s.S, s.D), (*_front(s), s.S, s.H)),
        ),
        sizes,
    )


@st.composite
def _attention(draw: st.DrawFn) -> Recipe:
    """What is not projected already has the H channels that the heads share."""
    projections = "".join(letter for letter in "qkvo" if draw(_switch)) or draw(st.sampled_from("qkvo"))
    crosses, bias, says_memory = draw(_switch), draw(_switch), draw(_switch)
    sizes = draw(_lead()) | {name: draw(_few) for name in ("T", "S", "I", "D", "N", "M")}
    raw_memory = not {"k", "v"} <= set(projections)
    raw_input = "q" not in projections or (raw_memory and not crosses)

    def build(s: Any) -> Built:
        hidden = s.N * s.D
        channels = hidden if raw_input else s.I
        memory = channels if not crosses else hidden if raw_memory else s.M
        layer = sc.Attention(channels, hidden, memory if says_memory else None, s.N, projections, bias)
        query = (*_front(s), s.T, channels)
        return layer, (query, (*_front(s), s.S, memory)) if crosses else (query,)

    return Recipe(build, sizes)


@st.composite
def _multihead(draw: st.DrawFn) -> Recipe:
    inputs, bias = draw(_few), draw(_switch)
    sizes = draw(_lead()) | {name: draw(_few) for name in ("T", "S", "D", "N", "K", "V")}
    own_keys, own_values = (inputs == 3 and draw(_switch), inputs == 3 and draw(_switch))
    if inputs == 2:
        own_keys = own_values = draw(_switch)

    def build(s: Any) -> Built:
        channels = s.N * s.D
        key = s.K if own_keys else channels
        value = key if inputs == 2 else s.V if own_values else channels
        layer = sc.MultiheadAttention(channels, s.N, bias, key if own_keys else None, value if own_values else None)
        shapes = ((*_front(s), s.T, channels), (*_front(s), s.S, key), (*_front(s), s.S, value))
        return layer, shapes[:inputs]

    return Recipe(build, sizes)


def _mlp(s: Any) -> Any:
    return sc.Sequential("mlp", sc.Input(s.H), sc.Linear(s.H, s.F), sc.Tanh(), sc.Linear(s.F, s.H))


BODIES: dict[str, Callable[[Any], Any]] = {
    "linear": lambda s: sc.Linear(s.H, s.H),
    "tanh": lambda s: sc.Tanh(),
    "gru": lambda s: sc.GRU(s.H, s.H),
    "attention": lambda s: sc.Attention(s.H, s.H),
    "mlp": _mlp,
}
"""What is repeated."""


@st.composite
def _repeat(draw: st.DrawFn) -> Recipe:
    body, shared = draw(st.sampled_from(sorted(BODIES))), draw(_switch)
    sizes = draw(_lead()) | {name: draw(_few) for name in ("T", "H", "F", "L")}
    return Recipe(lambda s: (sc.Repeat(BODIES[body](s), s.L, shared), ((*_front(s), s.T, s.H),)), sizes)


RECIPES: dict[str, st.SearchStrategy[Recipe]] = {
    "Identity": _places(sc.Identity),
    "ReLU": _places(sc.ReLU),
    "LeakyReLU": _places(sc.LeakyReLU, lambda: sc.LeakyReLU(0.3)),
    "ELU": _places(sc.ELU, lambda: sc.ELU(0.7)),
    "GELU": _places(sc.GELU, lambda: sc.GELU("tanh")),
    "SiLU": _places(sc.SiLU),
    "Sigmoid": _places(sc.Sigmoid),
    "Tanh": _places(sc.Tanh),
    "Softplus": _places(sc.Softplus),
    "Softmax": _along(sc.Softmax),
    "LogSoftmax": _along(sc.LogSoftmax),
    "Linear": _linear(),
    "Conv1d": _convolution(sc.Conv1d, ("T",)),
    "Conv2d": _convolution(sc.Conv2d, ("X", "Y")),
    "RNN": _recurrent(sc.RNN),
    "LSTM": _recurrent(sc.LSTM),
    "GRU": _recurrent(sc.GRU),
    "ScaledDotProductAttention": _scaled_dot_product(),
    "Attention": _attention(),
    "MultiheadAttention": _multihead(),
    "Flatten": _flatten(),
    "Add": _add(),
    "Concat": _concat(),
    "Repeat": _repeat(),
}
"""For every layer of the catalogue, how to draw it."""
