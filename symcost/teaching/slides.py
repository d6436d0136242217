"""The slides of the lecture by groups: their systems at their sizes, and which tables and derivations answer them.

What a slide prints is ``published``: it is held against what is derived, and a note says where the two differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from symcost.analysis.estimate import TRAINING, estimate
from symcost.architectures import architecture
from symcost.architectures.lecture import convolutional_autoencoder
from symcost.dimensions import dimension
from symcost.formula import read
from symcost.importers import files
from symcost.layer import CATALOGUE
from symcost.network import Network
from symcost.render import summary
from symcost.render.comparison import Entry, table
from symcost.render.counters import counted
from symcost.render.estimate import estimate_table, run_table
from symcost.render.explanation import Explanation, explain
from symcost.render.sheet import Prose
from symcost.render.table import Table
from symcost.render.training import training_table
from symcost.sequential import alone
from symcost.teaching.tables import against_table, conventions_table, on_its_side, tensors_table

Answer: TypeAlias = Table | Explanation

COLUMNS = ("multiplications", "additions", "macs", "parameter count", "sequential depth", "parallel width")
_PRINTED = "printed on the slide"


@dataclass(frozen=True)
class System:
    """A named network or layer at sizes, what it is called on the slide, and what is printed there of it, by column."""

    name: str
    label: str = ""
    printed: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        """The network, built."""
        if self.name == _KERNELS:
            built = convolutional_autoencoder("CNN autoencoder, K by K", dimension("K"))
        elif self.name in CATALOGUE:
            built = alone(CATALOGUE[self.name].example())
        else:
            built = architecture(self.name)
        return built.at(**self.sizes) if self.sizes else built

    @property
    def entry(self) -> Entry:
        """The network in a table."""
        return Entry(self.network, self.label, {column: read(figure) for column, figure in self.printed.items()})


_KERNELS = "cnn-autoencoder of any kernel"  # the only one that is not in the table of networks
_MNIST = System("mnist", "MNIST classifier, 300 hidden", {"parameters": "238510"}, {"N_hidden": 300})
_DNN = System("dnn-autoencoder", "", {"macs": "530400", "parameters": "531884"})
_CNN = System("cnn-autoencoder", "CNN autoencoder, K = 3", {"macs": "17992800"})


@dataclass(frozen=True)
class Group:
    """A group of slides: what it is about, in sentences, and its answers, each made when it is asked for."""

    title: str
    said: tuple[Prose, ...]
    answers: tuple[Callable[[], Sequence[Answer]], ...]


def _systems(
    title: str, *systems: System, columns: Sequence[str] = COLUMNS, side: bool = False, legend: bool = True
) -> list[Table]:
    """A table of systems, on its side where formulas are long; without a legend where labels say what sizes are."""
    made = table([each.entry for each in systems], columns, "macs", title=title, stub="System", source=_PRINTED)
    made = made if legend else replace(made, remarks=())
    return [on_its_side(made) if side else made]


def _explained(*names: str) -> list[Explanation]:
    return [explain(architecture(name)) for name in names]


def _trained(*systems: System) -> list[Table]:
    return [training_table(each.network, "macs", dimension("B")) for each in systems]


def _estimated(system: System, device: str, passes: int, times: int) -> list[Table]:
    found = estimate(system.network, device, passes=passes, times=times)
    return [estimate_table(found), run_table(found)]


GROUPS = (
    Group(
        "Counting",
        (
            "A convention says what an operation costs. A scalar multiplication or addition is about one FLOP; "
            "divisions and exponentials cost more, by how they are made. A multiply-accumulate (MAC) is one of each.",
            "A matrix product is nothing but MACs. A dot product has one addition fewer than multiplications. A bias "
            "makes up for it.",
            "A tensor holds as many numbers as the product of its sizes. A layer knows its cost for the sizes it is "
            "given; a network asks its layers and adds up.",
            "Counters of other tools disagree with one another. The notes say by what, and why.",
        ),
        (
            lambda: [conventions_table(_MNIST.network), tensors_table()],
            partial(
                _systems, "Products, layers and a classifier",
                System(
                    "matrix-vector", "M by N matrix times vector",
                    {"multiplications": "M*N", "additions": "M*(N-1)", "macs": "M*N"},
                ),
                System(
                    "matrix-vector", "2 by 2 matrix times vector",
                    {"multiplications": "4", "additions": "2", "macs": "4"}, {"M": 2, "N": 2},
                ),
                System(
                    "affine", "Affine layer, W (I, H), on x (B, I)",
                    {"multiplications": "B*I*H", "additions": "B*I*H", "macs": "B*I*H"},
                ),
                System("mnist", "", {"parameters": "784*N_hidden + N_hidden + 10*N_hidden + 10"}),
                _MNIST,
                legend=False,
            ),
            lambda: [summary.layers_table(_MNIST.network), counted(_MNIST.network)],
            partial(_explained, "affine", "mnist"),
        ),
    ),
    Group(
        "Convolution and filtering",
        (
            "A convolution is a filter with a finite response: the same weights at every step. With one step of "
            "kernel width it is a fully connected layer, once a step. In general it is fully connected over channels "
            "and kernel, so that its MACs are the weights times the steps.",
            "A filter with feedback needs its own last output. Its work is as small, but its steps wait for one "
            "another. Pooling multiplies nothing: it compares.",
        ),
        (
            partial(
                _systems, "Filters and convolutions",
                System("minimal-convolution", "Minimal convolution net, W (2, 1)", {"macs": "2*T", "parameters": "2"}),
                System("fir", "FIR filter, W (4, 1)", {"macs": "4*T", "parameters": "4"}),
                System("width-one-convolution", "Convolution, W (3, 3)", {"macs": "9*T", "parameters": "9"}),
                System("convolution", "Convolution, W (3, 3, 2)", {"macs": "18*T", "parameters": "18"}),
                System("iir", "First-order IIR filter", {"macs": "2*T", "depth": "T", "parameters": "2"}),
            ),
            partial(
                _systems, "Pooling in windows of 2 by 2, stride 2",
                System("max-pooling", "", {"macs": "0", "compare": "3*X*Y*C", "parameters": "0"}),
                System(
                    "max-pooling", "Max pooling of 4 by 4 numbers", {"macs": "0", "compare": "12"},
                    {"X": 2, "Y": 2, "C": 1},
                ),
                System("average-pooling"),
                columns=("macs", "compare", "add", "div", "activations", "parameters", "depth"),
            ),
            partial(_explained, "convolution", "iir"),
        ),
    ),
    Group(
        "Recurrent networks",
        (
            "A recurrent network is a cell, repeated over time with the same weights. What a cell makes of its input "
            "can be had for all steps at once; what it makes of its state cannot.",
            "An LSTM has four such pairs of products a step, a GRU three.",
        ),
        (
            partial(
                _systems, "Recurrent networks",
                System("rnn-cell", "", {"macs": "I*H + H**2", "parameters": "I*H + H**2 + 2*H"}),
                System("rnn", "Elman network", {"macs": "T*(I*H + H**2)", "parameters": "I*H + H**2 + 2*H"}),
                System("lstm", "", {"macs": "4*T*(I*H + H**2)", "parameters": "4*(I*H + H**2) + 8*H"}),
                System("gru", "", {"macs": "3*T*(I*H + H**2)", "parameters": "3*(I*H + H**2) + 6*H"}),
                System("stacked-rnn"),
                System("bidirectional-rnn"),
            ),
            partial(_explained, "rnn", "lstm"),
        ),
    ),
    Group(
        "Autoencoders",
        (
            "In a fully connected autoencoder every weight is used once an example: parameters and MACs match. A "
            "convolutional one uses each weight at every place of an image. It may have fewer parameters, and cost "
            "many times as much.",
        ),
        (
            partial(
                _systems, "Autoencoders of images of 28 by 28",
                _DNN,
                System(_KERNELS, "CNN autoencoder, K by K", {"macs": "1999200*K**2", "parameters": "40200*K**2 + 401"}),
                _CNN,
            ),
            lambda: [against_table(_CNN.network, _DNN.network)],
            partial(_explained, "cnn-autoencoder"),
        ),
    ),
    Group(
        "Language models",
        (
            "In training the whole sequence is known, and the targets are the inputs, one step on. All steps' inputs "
            "are there at once: one pass does.",
            "In sampling each word that comes out goes in next. With its state kept, the model does the work of one "
            "pass, but every step waits for all layers of the one before. Without caches it runs anew over all words "
            "so far.",
        ),
        (
            partial(_systems, "Embeddings", System("embedding"), System("one-hot-embedding")),
            partial(
                _systems, "A language model in training and in sampling",
                System("language-model", "Training"),
                System("language-model-sampling", "Sampling, cached"),
                System("language-model-sampling-uncached", "Sampling, uncached"),
                columns=("macs", "parameter count", "sequential depth", "parallel width"), side=True,
            ),
            partial(_explained, "language-model-sampling"),
        ),
    ),
    Group(
        "Attention",
        (
            "Attention takes a dot product for each pair of a step that asks and a step that is asked, and once more "
            "as many products for the weighted sum. That has no parameters. Only projections have.",
        ),
        (
            partial(
                _systems, "Attention",
                System(
                    "ScaledDotProductAttention", "Products alone",
                    {"macs": "T_self*T_cross*D", "parameters": "0"},
                ),
                System("attention", "With projections", {"parameters": "2*I*H"}),
                columns=("macs", "additions", "parameter count", "sequential depth"), side=True,
            ),
            partial(_explained, "attention"),
        ),
    ),
    Group(
        "Encoder and decoder",
        (
            "Two sequences of two lengths: the encoder reads one, the decoder writes the other and asks the encoder's "
            "states by attention. In training both run at once; as it samples, the decoder goes step by step.",
        ),
        (
            partial(
                _systems, "Encoders and decoders with attention",
                System("encoder-decoder"),
                System("speech-synthesis"),
                columns=("macs", "parameter count", "sequential depth", "parallel width"), side=True,
            ),
            partial(
                _systems, "Machine translation",
                System("translation", "Translation, training"),
                System("translation-sampling", "Translation, sampling"),
                columns=("macs", "parameter count", "sequential depth", "parallel width"), side=True,
            ),
            partial(_explained, "encoder-decoder"),
        ),
    ),
    Group(
        "Forward and backward",
        (
            "The backward pass of a product is two products of its size: one for the weights, one for what came in. "
            "The gradient of the network's own input is not needed, so that the first layer does only one of them.",
            "Either pass through a recurrence is sequential: forward from left to right, backward from right to left.",
        ),
        (partial(_trained, System("rnn"), System("mnist", sizes={"N_hidden": 300})),),
    ),
    Group(
        "Empirical cost",
        (
            "Time and energy follow from the work, the bytes that move and the figures of a device. The table is the "
            "estimate of ten passes over the 60,000 digits of MNIST in training, one digit after another. A "
            "measurement stands beside it by symcost measure.",
        ),
        (partial(_estimated, _MNIST, "a100", TRAINING, 60_000 * 10),),
    ),
    Group(
        "Complexity and parameter count",
        (
            "Families of models side by side. Where a row of the slide is not what is derived, a note says by what.",
        ),
        (lambda: [files.table("lecture")],),
    ),
)  # fmt: skip
"""The groups of slides, in the order of the lecture."""
