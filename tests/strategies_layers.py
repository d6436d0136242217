"""Hypothesis strategies for layers: small constructor arguments and the shapes of inputs that fit them.

A recipe is drawn once and read twice: with numbers for its sizes, and with dimensions of the same names.
"""

from __future__ import annotations

import functools
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
from symcost.parallel_prefix import ALGORITHMS

Shapes = tuple[tuple[Any, ...], ...]
Built = tuple[Layer, Shapes]


@dataclass(frozen=True)
class Recipe:
    """A layer and the shapes of its inputs, as a function of sizes by name; and the sizes that were drawn."""

    build: Callable[[Any], Built]
    sizes: Mapping[str, int]
    rows: str = ""  # the inputs are rows of a table: whole numbers below the size of this name

    def numeric(self) -> Built:
        """With numbers for all sizes."""
        return self._numeric

    @functools.cached_property
    def _numeric(self) -> Built:
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
        if self.rows:
            return [generator.integers(0, self.sizes[self.rows], shape).astype(float) for shape in self.numeric()[1]]
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
    drawn = {name: generator.normal(size=shape) for name, shape in weights_of(layer, *shapes).items()}
    return {name: np.abs(each) if name.endswith("running_var") else each for name, each in drawn.items()}


def learned(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the weights that are learned: running statistics are not."""
    return {name: each for name, each in weights.items() if not name.rpartition(".")[2].startswith("running_")}


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


def _with_channels(kind: type[Any], axes: tuple[str, ...], *, separable: bool) -> st.SearchStrategy[Recipe]:
    """Depthwise and separable convolutions: as plain ones, whose kernels and margins they share."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        sizes = draw(_lead()) | {"I": draw(_few), "H": draw(_few)}
        padding = draw(st.sampled_from(["same", "causal", "valid", 0, 1]))
        options = {
            "padding": padding,
            "stride": 1 if padding == "same" else draw(st.integers(1, 2)),
            "dilation": draw(st.integers(1, 2)),
            "bias": draw(_switch),
        }
        for axis in axes:
            width = draw(_few)
            least = options["dilation"] * (width - 1) + 1
            sizes |= {f"K{axis}": width, axis: draw(st.integers(least, least + 2))}

        def build(s: Any) -> Built:
            channels = (s.I, s.H) if separable else (s.I,)
            layer = kind(*channels, tuple(getattr(s, f"K{axis}") for axis in axes), **options)
            return layer, ((*_front(s), *(getattr(s, axis) for axis in axes), s.I),)

        return Recipe(build, sizes)

    return drawn()


def _cell(kind: type[Any], states: int) -> st.SearchStrategy[Recipe]:
    """One step of a recurrence: an input, and the states that the step before left."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        sizes = draw(_lead()) | {"I": draw(_few), "H": draw(_few)}
        options = {"bias": draw(_switch), "biases": draw(st.sampled_from([1, 2]))}
        if kind is sc.RNNCell:
            options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
        return Recipe(
            lambda s: (kind(s.I, s.H, **options), ((*_front(s), s.I), *((*_front(s), s.H) for _ in range(states)))),
            sizes,
        )

    return drawn()


@st.composite
def _bilinear(draw: st.DrawFn) -> Recipe:
    bias = draw(_switch)
    sizes = draw(_lead()) | {name: draw(_few) for name in "IJH"}
    return Recipe(lambda s: (sc.Bilinear(s.I, s.J, s.H, bias), ((*_front(s), s.I), (*_front(s), s.J))), sizes)


@st.composite
def _embedding_bag(draw: st.DrawFn) -> Recipe:
    mode = draw(st.sampled_from(["mean", "sum", "max"]))
    sizes = draw(_lead()) | {name: draw(st.integers(1, 4)) for name in "TVE"}
    return Recipe(lambda s: (sc.EmbeddingBag(s.V, s.E, mode), ((*_front(s), s.T),)), sizes, rows="V")


@st.composite
def _prelu(draw: st.DrawFn) -> Recipe:
    shared = draw(_switch)
    sizes = draw(_lead()) | {"H": draw(_few)}
    return Recipe(lambda s: (sc.PReLU(1 if shared else s.H), ((*_front(s), s.H),)), sizes)


@st.composite
def _halves(draw: st.DrawFn) -> Recipe:
    names = ["X", "Y", "Z"][: draw(_few)]
    dim = draw(st.integers(-len(names), len(names) - 1))
    sizes = {name: draw(_few) for name in names}

    def build(s: Any) -> Built:
        shape = [getattr(s, name) for name in names]
        shape[dim] = 2 * shape[dim]
        return sc.GLU(dim), (tuple(shape),)

    return Recipe(build, sizes)


@st.composite
def _response_norm(draw: st.DrawFn) -> Recipe:
    options = {"alpha": draw(st.sampled_from([1e-4, 0.5])), "beta": draw(st.sampled_from([0.75, 0.5]))}
    sizes = draw(_lead()) | {"K": draw(st.integers(1, 4)), "H": draw(st.integers(1, 4))}
    return Recipe(lambda s: (sc.LocalResponseNorm(s.K, **options, k=2.0), ((*_front(s), s.H),)), sizes)


@st.composite
def _pixel_shuffle(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {name: draw(_few) for name in "KXYC"}
    return Recipe(lambda s: (sc.PixelShuffle(s.K), ((*_front(s), s.X, s.Y, s.C * s.K**2),)), sizes)


def _positional(make: Callable[[Any], Layer]) -> st.SearchStrategy[Recipe]:
    """Encodings of at most T + R positions, on pairs of channels."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        sizes = draw(_lead()) | {"T": draw(st.integers(1, 4)), "R": draw(_few), "D": draw(_few)}
        return Recipe(lambda s: (make(s), ((*_front(s), s.T, 2 * s.D),)), sizes)

    return drawn()


@st.composite
def _alibi(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {name: draw(st.integers(1, 4)) for name in "NTS"}
    return Recipe(lambda s: (sc.ALiBi(s.N), ((*_front(s), s.N, s.T, s.S),)), sizes)


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
        if dilates := draw(_switch):
            sizes |= {"T": draw(st.integers(1, 5)), "D": draw(_few)}

        def build(s: Any) -> Built:
            more = {"proj_size": s.P} if projects else {}
            more |= {"dilation": s.D} if dilates else {}
            return kind(s.I, s.H, s.L, **options, **more), ((*_front(s), s.T, s.I),)

        return Recipe(build, sizes)

    return drawn()


Masked = tuple[Callable[[Any], dict[str, Any]], Callable[[Any], Any], Callable[[Any], Any]]


@st.composite
def _masked(draw: st.DrawFn) -> Masked:
    """What may be asked of whom: the arguments, and the lengths of queries and keys; a window is no wider than they."""
    is_causal, is_narrow = draw(_switch), draw(_switch)
    if not (is_causal or is_narrow):
        return lambda s: {}, lambda s: s.T, lambda s: s.S

    def arguments(s: Any) -> dict[str, Any]:
        return {"is_causal": is_causal} | ({"window": s.W} if is_narrow else {})

    def length(s: Any) -> Any:
        return s.T + s.W - 1 if is_narrow else s.T

    return arguments, length, length


@st.composite
def _scaled_dot_product(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {name: draw(_few) for name in ("T", "S", "D", "H", "W")}
    arguments, asking, asked = draw(_masked())
    return Recipe(
        lambda s: (
            sc.ScaledDotProductAttention(**arguments(s)),
            ((*_front(s), asking(s), s.D), (*_front(s), asked(s), s.D), (*_front(s), asked(s), s.H)),
        ),
        sizes,
    )


@st.composite
def _grouped(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {name: draw(_few) for name in ("T", "S", "D", "G", "N", "W", "E")}
    arguments, asking, asked = draw(_masked())
    bias, crosses, says_width = draw(_switch), draw(_switch), draw(_switch)

    def build(s: Any) -> Built:
        heads = s.G * s.N
        channels, more = (s.E, {"head_dim": s.D}) if says_width else (heads * s.D, {})
        layer = sc.GroupedQueryAttention(channels, heads, s.G, bias=bias, **more, **arguments(s))
        query = (*_front(s), asking(s), channels)
        return layer, (query, (*_front(s), asked(s), channels)) if crosses else (query,)

    return Recipe(build, sizes)


@st.composite
def _attention(draw: st.DrawFn) -> Recipe:
    """What is not projected already has the H channels that the heads share."""
    projections = "".join(letter for letter in "qkvo" if draw(_switch)) or draw(st.sampled_from("qkvo"))
    crosses, bias, says_memory = draw(_switch), draw(_switch), draw(_switch)
    sizes = draw(_lead()) | {name: draw(_few) for name in ("T", "S", "I", "D", "N", "M", "W")}
    arguments, asking, asked = draw(_masked())
    raw_memory = not {"k", "v"} <= set(projections)
    raw_input = "q" not in projections or (raw_memory and not crosses)

    def build(s: Any) -> Built:
        hidden = s.N * s.D
        channels = hidden if raw_input else s.I
        memory = channels if not crosses else hidden if raw_memory else s.M
        asks = memory if says_memory else None
        layer = sc.Attention(channels, hidden, asks, s.N, projections, bias, **arguments(s))
        query = (*_front(s), asking(s), channels)
        return layer, (query, (*_front(s), asked(s), memory)) if crosses else (query,)

    return Recipe(build, sizes)


@st.composite
def _multihead(draw: st.DrawFn) -> Recipe:
    inputs, bias = draw(_few), draw(_switch)
    sizes = draw(_lead()) | {name: draw(_few) for name in ("T", "S", "D", "N", "K", "V", "W")}
    arguments, asking, asked = draw(_masked())
    own_keys, own_values = (inputs == 3 and draw(_switch), inputs == 3 and draw(_switch))
    if inputs == 2:
        own_keys = own_values = draw(_switch)

    def build(s: Any) -> Built:
        channels = s.N * s.D
        key = s.K if own_keys else channels
        value = key if inputs == 2 else s.V if own_values else channels
        layer = sc.MultiheadAttention(
            channels, s.N, bias=bias, kdim=key if own_keys else None, vdim=value if own_values else None, **arguments(s)
        )
        shapes = ((*_front(s), asking(s), channels), (*_front(s), asked(s), key), (*_front(s), asked(s), value))
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


def _transposed(kind: type[Any], axes: tuple[str, ...]) -> st.SearchStrategy[Recipe]:
    """Transposed convolutions: what is cut off leaves a step at least, what is put on is less than the stride."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        sizes = draw(_lead()) | {"I": draw(st.integers(1, 2)), "H": draw(st.integers(1, 2)), "G": draw(_few)}
        grouped, bias = draw(_switch), draw(_switch)
        options: dict[str, list[int]] = {name: [] for name in ("stride", "padding", "output_padding", "dilation")}
        for axis in axes:
            steps, width, stride, dilation = (draw(st.integers(1, most)) for most in (3, 3, 3, 2))
            more = draw(st.integers(0, max(stride, dilation) - 1))
            made = (steps - 1) * stride + dilation * (width - 1) + 1 + more
            before = draw(st.integers(0, min(2, (made - 1) // 2)))
            sizes |= {f"K{axis}": width, axis: steps}
            for name, number in zip(options, (stride, before, more, dilation), strict=True):
                options[name].append(number)
        given = {
            name: numbers[0] if len(set(numbers)) == 1 and draw(_switch) else tuple(numbers)
            for name, numbers in options.items()
        }

        def build(s: Any) -> Built:
            groups = s.G if grouped else 1
            kernel = tuple(getattr(s, f"K{axis}") for axis in axes)
            layer = kind(groups * s.I, groups * s.H, kernel, groups=groups, bias=bias, **given)
            return layer, ((*_front(s), *(getattr(s, axis) for axis in axes), groups * s.I),)

        return Recipe(build, sizes)

    return drawn()


def _pooling(kind: type[Any], axes: tuple[str, ...], *, dilates: bool = False) -> st.SearchStrategy[Recipe]:
    """Pooling: no window lies in the padding altogether, which is at most half of it."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        sizes = draw(_lead()) | {"C": draw(_few)}
        dilation = draw(st.integers(1, 2)) if dilates else 1
        strides, margins = [], []
        for axis in axes:
            width = draw(_few)
            before = draw(st.integers(0, width // 2))
            least = max(1, dilation, dilation * (width - 1) + 1 - 2 * before)
            if kind is sc.AvgPool3d:
                least = width  # PyTorch wants it to fit without its padding
            margins.append(before)
            strides.append(draw(st.integers(1, 3)))
            sizes |= {f"K{axis}": width, axis: draw(st.integers(least, least + 2))}
        options: dict[str, Any] = {
            "padding": margins[0] if len(set(margins)) == 1 and draw(_switch) else tuple(margins)
        }
        if draw(_switch):
            options["stride"] = tuple(strides)
        if dilates:
            options["dilation"] = dilation

        def build(s: Any) -> Built:
            kernel = tuple(getattr(s, f"K{axis}") for axis in axes)
            return kind(kernel, **options), ((*_front(s), *(getattr(s, axis) for axis in axes), s.C),)

        return Recipe(build, sizes)

    return drawn()


def _adaptive(kind: type[Any], axes: tuple[str, ...]) -> st.SearchStrategy[Recipe]:
    """Adaptive pooling; sizes that the windows do not divide are numbers in the symbolic layer too."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        sizes = draw(_lead()) | {"C": draw(_few)}
        fixed: dict[str, tuple[int, int]] = {}
        for axis in axes:
            if draw(_switch):
                sizes |= {f"M{axis}": draw(_few), f"W{axis}": draw(st.integers(1, 2))}
            else:
                fixed[axis] = (draw(_few), draw(st.integers(1, 4)))

        def build(s: Any) -> Built:
            counts, lengths = [], []
            for axis in axes:
                count, length = fixed.get(axis) or (
                    getattr(s, f"M{axis}"),
                    getattr(s, f"M{axis}") * getattr(s, f"W{axis}"),
                )
                counts.append(count)
                lengths.append(length)
            return kind(tuple(counts)), ((*_front(s), *lengths, s.C),)

        return Recipe(build, sizes)

    return drawn()


@st.composite
def _embedding(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {name: draw(st.integers(1, 4)) for name in ("T", "V", "E")}
    return Recipe(lambda s: (sc.Embedding(s.V, s.E), ((*_front(s), s.T),)), sizes, rows="V")


@st.composite
def _one_hot(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {name: draw(st.integers(1, 4)) for name in ("V", "E")}
    return Recipe(lambda s: (sc.OneHotEmbedding(s.V, s.E), ((*_front(s), s.V),)), sizes)


@st.composite
def _iir(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {"T": draw(st.integers(1, 4)), "C": draw(_few)}
    order = draw(_few)
    if draw(_switch):
        sizes["K"] = draw(st.integers(2, 3))
    return Recipe(lambda s: (sc.IIR(s.C, order, getattr(s, "K", 1)), ((*_front(s), s.T, s.C),)), sizes)


_algorithm = st.sampled_from(sorted(ALGORITHMS))


@st.composite
def _linear_recurrence(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {"T": draw(st.integers(1, 6)), "I": draw(_few), "H": draw(_few)}
    options = {"bias": draw(_switch), "algorithm": draw(_algorithm), "dense": draw(_switch)}
    return Recipe(lambda s: (sc.LinearRecurrence(s.I, s.H, **options), ((*_front(s), s.T, s.I),)), sizes)


@st.composite
def _sru(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {"T": draw(st.integers(1, 6)), "I": draw(_few), "H": draw(_few)}
    peepholes, projects = draw(_switch), draw(_switch)
    options = {"peepholes": peepholes, "project_input": projects}
    if not peepholes:
        options["algorithm"] = draw(_algorithm)

    def build(s: Any) -> Built:
        channels = s.I if projects else s.H
        return sc.SRU(channels, s.H, **options), ((*_front(s), s.T, channels),)

    return Recipe(build, sizes)


@st.composite
def _qrnn(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {"T": draw(st.integers(1, 6)), "I": draw(_few), "H": draw(_few), "K": draw(_few)}
    options = {"bias": draw(_switch), "algorithm": draw(_algorithm)}
    return Recipe(lambda s: (sc.QRNN(s.I, s.H, s.K, **options), ((*_front(s), s.T, s.I),)), sizes)


@st.composite
def _multiscale(draw: st.DrawFn) -> Recipe:
    sizes = draw(_lead()) | {"T": draw(st.integers(1, 5)), "I": draw(_few), "H": draw(_few)}
    names = ["D1", "D2", "D3"][: draw(_few)]
    sizes |= {name: draw(_few) for name in names}
    bias = draw(_switch)

    def build(s: Any) -> Built:
        periods = tuple(getattr(s, name) for name in names)
        return sc.MultiscaleRNN(s.I, s.H, periods, bias), ((*_front(s), s.T, s.I),)

    return Recipe(build, sizes)


_eps = st.sampled_from([1e-5, 1e-3, 0.25])


@st.composite
def _layer_norm(draw: st.DrawFn) -> Recipe:
    names = ["X", "Y", "Z"][: draw(_few)]
    single = len(names) == 1 and draw(_switch)
    options = {"eps": draw(_eps), "elementwise_affine": draw(_switch), "bias": draw(_switch)}
    sizes = draw(_lead()) | {name: draw(st.integers(1, 4)) for name in names}

    def build(s: Any) -> Built:
        shape = tuple(getattr(s, name) for name in names)
        return sc.LayerNorm(shape[0] if single else shape, **options), ((*_front(s), *shape),)

    return Recipe(build, sizes)


@st.composite
def _rms_norm(draw: st.DrawFn) -> Recipe:
    eps, affine = draw(_eps), draw(_switch)
    sizes = draw(_lead()) | {"H": draw(st.integers(1, 4))}
    return Recipe(lambda s: (sc.RMSNorm(s.H, eps, affine), ((*_front(s), s.H),)), sizes)


def _channel_norm(kind: type[Any], axes: tuple[str, ...], least: int) -> st.SearchStrategy[Recipe]:
    """Normalisation of each channel, over places or by running statistics."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        options = {"eps": draw(_eps), "affine": draw(_switch)}
        sizes = draw(_lead()) | {"C": draw(_few)} | {axis: draw(st.integers(least, 4)) for axis in axes}
        return Recipe(
            lambda s: (kind(s.C, **options), ((*_front(s), *(getattr(s, axis) for axis in axes), s.C),)), sizes
        )

    return drawn()


@st.composite
def _group_norm(draw: st.DrawFn) -> Recipe:
    """All axes but the channels are places: there is no batch."""
    options = {"eps": draw(_eps), "affine": draw(_switch)}
    names = ["X", "Y"][: draw(st.integers(0, 2))]
    sizes = {name: draw(_few) for name in (*names, "G", "C")}
    return Recipe(
        lambda s: (sc.GroupNorm(s.G, s.G * s.C, **options), ((*(getattr(s, name) for name in names), s.G * s.C),)),
        sizes,
    )


def _upsampling(kind: type[Any], axes: tuple[str, ...]) -> st.SearchStrategy[Recipe]:
    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        sizes = draw(_lead()) | {name: draw(_few) for name in ("K", "H", *axes)}
        to_size = kind is sc.UpsamplingNearest2d and draw(_switch)

        def build(s: Any) -> Built:
            lengths = tuple(getattr(s, axis) for axis in axes)
            layer = kind(size=tuple(s.K * each for each in lengths)) if to_size else kind(scale_factor=s.K)
            return layer, ((*_front(s), *lengths, s.H),)

        return Recipe(build, sizes)

    return drawn()


def _feed_forward(kind: type[Any]) -> st.SearchStrategy[Recipe]:
    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        options = {"activation": draw(st.sampled_from(["relu", "gelu", "silu"])), "bias": draw(_switch)}
        sizes = draw(_lead()) | {"D": draw(_few), "F": draw(st.integers(1, 4))}
        return Recipe(lambda s: (kind(s.D, s.F, **options), ((*_front(s), s.D),)), sizes)

    return drawn()


def _transformer(kind: type[Any], *, asks: bool) -> st.SearchStrategy[Recipe]:
    """Blocks of Transformers. Norms of two channels and more: of one number nothing is left but rounding."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        options = {
            "activation": draw(st.sampled_from(["relu", "gelu"])),
            "layer_norm_eps": draw(_eps),
            "norm_first": draw(_switch),
            "bias": draw(_switch),
        }
        sizes = draw(_lead()) | {
            "T": draw(_few),
            "D": draw(st.integers(1, 2)),
            "N": 2,
            "F": draw(_few),
            "W": draw(_few),
        }
        arguments, asking, _ = draw(_masked())
        if asks:
            sizes["S"] = draw(_few)

        def build(s: Any) -> Built:
            channels = s.N * s.D
            shapes = ((*_front(s), asking(s), channels), *(((*_front(s), s.S, channels),) if asks else ()))
            return kind(channels, s.N, s.F, **options, **arguments(s)), shapes

        return Recipe(build, sizes)

    return drawn()


SAMPLED: dict[str, Callable[[Any], Any]] = {
    "rnn": lambda s: sc.RNN(s.H, s.D),
    "attention": lambda s: sc.MultiheadAttention(s.H * s.N, s.N, is_causal=True),
    "convolution": lambda s: sc.Conv1d(s.H, s.D, 2, padding="causal"),
    "network": lambda s: sc.Sequential("body", sc.Input(dimension("T_self"), s.H), sc.Linear(s.H, s.D), sc.Softmax()),
}
"""What is run on every prefix; all of it is causal."""


@st.composite
def _every_prefix(draw: st.DrawFn) -> Recipe:
    body = draw(st.sampled_from(sorted(SAMPLED)))
    sizes = draw(_lead()) | {name: draw(_few) for name in ("T", "H", "D", "N")}

    def build(s: Any) -> Built:
        channels = s.H * s.N if body == "attention" else s.H
        return sc.EveryPrefix(SAMPLED[body](s)), ((*_front(s), s.T, channels),)

    return Recipe(build, sizes)


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
    "Hardtanh": _places(sc.Hardtanh, lambda: sc.Hardtanh(-2.0, 0.5)),
    "ReLU6": _places(sc.ReLU6),
    "Hardsigmoid": _places(sc.Hardsigmoid),
    "Hardswish": _places(sc.Hardswish),
    "Mish": _places(sc.Mish),
    "Softsign": _places(sc.Softsign),
    "LogSigmoid": _places(sc.LogSigmoid),
    "PReLU": _prelu(),
    "GLU": _halves(),
    "Softmin": _along(sc.Softmin),
    "Softmax": _along(sc.Softmax),
    "LogSoftmax": _along(sc.LogSoftmax),
    "Linear": _linear(),
    "Bilinear": _bilinear(),
    "DepthwiseConv1d": _with_channels(sc.DepthwiseConv1d, ("T",), separable=False),
    "DepthwiseConv2d": _with_channels(sc.DepthwiseConv2d, ("X", "Y"), separable=False),
    "SeparableConv1d": _with_channels(sc.SeparableConv1d, ("T",), separable=True),
    "SeparableConv2d": _with_channels(sc.SeparableConv2d, ("X", "Y"), separable=True),
    "EmbeddingBag": _embedding_bag(),
    "SinusoidalPositionalEncoding": _positional(lambda s: sc.SinusoidalPositionalEncoding(2 * s.D)),
    "LearnedPositionalEncoding": _positional(lambda s: sc.LearnedPositionalEncoding(s.T + s.R - 1, 2 * s.D)),
    "RotaryPositionalEncoding": _positional(lambda s: sc.RotaryPositionalEncoding(2 * s.D)),
    "ALiBi": _alibi(),
    "Conv1d": _convolution(sc.Conv1d, ("T",)),
    "Conv2d": _convolution(sc.Conv2d, ("X", "Y")),
    "Conv3d": _convolution(sc.Conv3d, ("X", "Y", "Z")),
    "ConvTranspose1d": _transposed(sc.ConvTranspose1d, ("T",)),
    "ConvTranspose2d": _transposed(sc.ConvTranspose2d, ("X", "Y")),
    "ConvTranspose3d": _transposed(sc.ConvTranspose3d, ("X", "Y", "Z")),
    "MaxPool1d": _pooling(sc.MaxPool1d, ("T",), dilates=True),
    "MaxPool2d": _pooling(sc.MaxPool2d, ("X", "Y"), dilates=True),
    "MaxPool3d": _pooling(sc.MaxPool3d, ("X", "Y", "Z"), dilates=True),
    "AvgPool1d": _pooling(sc.AvgPool1d, ("T",)),
    "AvgPool2d": _pooling(sc.AvgPool2d, ("X", "Y")),
    "AvgPool3d": _pooling(sc.AvgPool3d, ("X", "Y", "Z")),
    "AdaptiveAvgPool1d": _adaptive(sc.AdaptiveAvgPool1d, ("T",)),
    "AdaptiveAvgPool2d": _adaptive(sc.AdaptiveAvgPool2d, ("X", "Y")),
    "AdaptiveAvgPool3d": _adaptive(sc.AdaptiveAvgPool3d, ("X", "Y", "Z")),
    "AdaptiveMaxPool1d": _adaptive(sc.AdaptiveMaxPool1d, ("T",)),
    "AdaptiveMaxPool2d": _adaptive(sc.AdaptiveMaxPool2d, ("X", "Y")),
    "AdaptiveMaxPool3d": _adaptive(sc.AdaptiveMaxPool3d, ("X", "Y", "Z")),
    "Embedding": _embedding(),
    "OneHotEmbedding": _one_hot(),
    "IIR": _iir(),
    "LinearRecurrence": _linear_recurrence(),
    "SRU": _sru(),
    "QRNN": _qrnn(),
    "MultiscaleRNN": _multiscale(),
    "LayerNorm": _layer_norm(),
    "RMSNorm": _rms_norm(),
    "BatchNorm1d": st.one_of(_channel_norm(sc.BatchNorm1d, (), 1), _channel_norm(sc.BatchNorm1d, ("T",), 1)),
    "BatchNorm2d": _channel_norm(sc.BatchNorm2d, ("X", "Y"), 1),
    "BatchNorm3d": _channel_norm(sc.BatchNorm3d, ("X", "Y", "Z"), 1),
    "GroupNorm": _group_norm(),
    "InstanceNorm1d": _channel_norm(sc.InstanceNorm1d, ("T",), 2),
    "InstanceNorm2d": _channel_norm(sc.InstanceNorm2d, ("X", "Y"), 2),
    "InstanceNorm3d": _channel_norm(sc.InstanceNorm3d, ("X", "Y", "Z"), 2),
    "LocalResponseNorm": _response_norm(),
    "PixelShuffle": _pixel_shuffle(),
    "Dropout": _places(sc.Dropout, lambda: sc.Dropout(0.9)),
    "UpsamplingNearest1d": _upsampling(sc.UpsamplingNearest1d, ("T",)),
    "UpsamplingNearest2d": _upsampling(sc.UpsamplingNearest2d, ("X", "Y")),
    "FeedForward": _feed_forward(sc.FeedForward),
    "GatedFeedForward": _feed_forward(sc.GatedFeedForward),
    "TransformerEncoderLayer": _transformer(sc.TransformerEncoderLayer, asks=False),
    "TransformerDecoderLayer": _transformer(sc.TransformerDecoderLayer, asks=True),
    "RNN": _recurrent(sc.RNN),
    "LSTM": _recurrent(sc.LSTM),
    "GRU": _recurrent(sc.GRU),
    "RNNCell": _cell(sc.RNNCell, 1),
    "LSTMCell": _cell(sc.LSTMCell, 2),
    "GRUCell": _cell(sc.GRUCell, 1),
    "ScaledDotProductAttention": _scaled_dot_product(),
    "Attention": _attention(),
    "MultiheadAttention": _multihead(),
    "GroupedQueryAttention": _grouped(),
    "Flatten": _flatten(),
    "Add": _add(),
    "Concat": _concat(),
    "Repeat": _repeat(),
    "ArgMax": _along(sc.ArgMax),
    "EveryPrefix": _every_prefix(),
}
"""For every layer of the catalogue, how to draw it."""
