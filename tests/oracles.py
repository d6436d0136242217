"""Textbook costs of every layer of the catalogue, written by hand from the literature.

Nothing here comes from the library's derivations: a row is a layer, what it is applied to, formulas as text, and who
says so. ``work`` goes by kind of operation, ``dots`` are the dot products of which the multiply-accumulates are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr

import symcost as sc
from symcost import dimension, read
from symcost.layer import CATALOGUE, Layer
from symcost.tensor import Tensor


def catalogue() -> dict[str, type[Layer]]:
    """The layers that the library ships; those that tests define are none of them."""
    return {name: kind for name, kind in CATALOGUE.items() if kind.__module__.startswith("symcost.layers")}


@dataclass(frozen=True)
class Row:
    """What a textbook says about a layer on given inputs (none: those of the catalogue)."""

    layer: Layer
    source: str
    weights: str = "0"
    biases: str = "0"
    work: Mapping[str, str] = field(default_factory=dict)
    dots: str = "0"
    inputs: tuple[Tensor, ...] = ()

    @property
    def macs(self) -> Expr:
        return read(self.work.get("mac", "0"))

    def tensors(self) -> tuple[Tensor, ...]:
        return self.inputs or self.layer.example_inputs()

    def __repr__(self) -> str:
        return repr(self.layer)


def _softmax(rows: str, n: str) -> dict[str, str]:
    """Of n numbers: n - 1 comparisons, n subtractions, n exponentials, n - 1 additions, n divisions: 5 n - 2."""
    return {
        "compare": f"({rows})*({n} - 1)",
        "add": f"({rows})*({n} + {n} - 1)",
        "exp": f"({rows})*{n}",
        "div": f"({rows})*{n}",
    }


def _plus(*works: Mapping[str, str]) -> dict[str, str]:
    kinds = dict.fromkeys(kind for work in works for kind in work)
    return {kind: " + ".join(work[kind] for work in works if kind in work) for kind in kinds}


I, H, K, L, P, S, D, G, N, E, M, F, V = map(dimension, "IHKLPSDGNEMFV")
_T = sc.Input(dimension("T"), I)
_XY = sc.Input(dimension("X"), dimension("Y"), I)

_PLACES = "T*H"  # places of the tensor on which the catalogue shows what it does place by place

_PYTORCH = "PyTorch 2 documentation, torch.nn."
_ELMAN = "Elman, Finding structure in time, Cognitive Science 14, 1990; biases: " + _PYTORCH + "RNN"
_LSTM = "Hochreiter and Schmidhuber, Neural Computation 9, 1997; Gers et al., 2000; biases: " + _PYTORCH + "LSTM"
_LSTMP = "Sak, Senior and Beaufays, Interspeech 2014, without peepholes; biases: " + _PYTORCH + "LSTM"
_GRU = "Cho et al., EMNLP 2014; reset behind the product and biases: " + _PYTORCH + "GRU"
_CONV = "CS231n, Convolutional networks: (W - F + 2 P) / S + 1; dilation and groups: " + _PYTORCH + "Conv"
_VASWANI = "Vaswani et al., Attention is all you need, NeurIPS 2017, section 3.2"

# The cells, T steps of H hidden units: what is done beside the products. Each bias is an addition for each gate's unit.
_LSTM_CELL = {"mul": "3*T*H", "sigmoid": "3*T*H", "tanh": "2*T*H"}
_GRU_CELL = {"mul": "3*T*H", "sigmoid": "2*T*H", "tanh": "T*H"}

_OUT_1 = "(floor((T + 2*P - D*(K - 1) - 1)/S) + 1)"
_OUT_X, _OUT_Y = "(floor((X + 2*P - K_x)/S) + 1)", "(floor((Y + 2*P - K_y)/S) + 1)"

ORACLES: dict[str, tuple[Row, ...]] = {
    # --- activations: their defining formulas, operation by operation ---
    "Identity": (Row(sc.Identity(), "y = x"),),
    "ReLU": (Row(sc.ReLU(), "Nair and Hinton, ICML 2010: max(x, 0)", work={"compare": _PLACES}),),
    "LeakyReLU": (
        Row(
            sc.LeakyReLU(),
            "Maas et al., ICML workshop 2013; as max(x, 0) + a min(x, 0): " + _PYTORCH + "LeakyReLU",
            work={"compare": f"2*{_PLACES}", "mul": _PLACES, "add": _PLACES},
        ),
    ),
    "ELU": (
        Row(
            sc.ELU(),
            "Clevert et al., ICLR 2016; as max(x, 0) + a (exp(min(x, 0)) - 1)",
            work={"compare": f"2*{_PLACES}", "exp": _PLACES, "mul": _PLACES, "add": f"2*{_PLACES}"},
        ),
    ),
    "GELU": (
        Row(
            sc.GELU(),
            "Hendrycks and Gimpel, 2016: x/2 (1 + erf(x / sqrt 2)); halving, scaling and the product are 3",
            work={"mul": f"3*{_PLACES}", "add": _PLACES, "erf": _PLACES},
        ),
        Row(
            sc.GELU("tanh"),
            "Hendrycks and Gimpel, 2016: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))); x^3 is two products",
            work={"mul": f"6*{_PLACES}", "add": f"2*{_PLACES}", "tanh": _PLACES},
        ),
    ),
    "SiLU": (
        Row(
            sc.SiLU(),
            "Elfwing et al., Neural Networks 107, 2018: x sigmoid(x)",
            work={"mul": _PLACES, "sigmoid": _PLACES},
        ),
    ),
    "Sigmoid": (Row(sc.Sigmoid(), _PYTORCH + "Sigmoid", work={"sigmoid": _PLACES}),),
    "Tanh": (Row(sc.Tanh(), _PYTORCH + "Tanh", work={"tanh": _PLACES}),),
    "Softplus": (
        Row(
            sc.Softplus(),
            "Dugas et al., NIPS 2000; as max(x, 0) + log(1 + exp(-|x|)): Maechler, Rmpfr vignette log1mexp, 2012",
            work={"compare": f"2*{_PLACES}", "mul": _PLACES, "add": f"2*{_PLACES}", "exp": _PLACES, "log": _PLACES},
        ),
    ),
    "Softmax": (
        Row(
            sc.Softmax(),
            "Goodfellow et al., Deep Learning, 2016, section 4.1; 5 n - 2 operations for n numbers",
            work=_softmax("T", "H"),
        ),
        Row(
            sc.Softmax(0),
            "Goodfellow et al., Deep Learning, 2016, section 4.1, along the other axis",
            work=_softmax("H", "T"),
        ),
    ),
    "LogSoftmax": (
        Row(
            sc.LogSoftmax(),
            "Blanchard, Higham and Higham, IMA J. Numer. Anal. 41, 2021, algorithm with a shift: x - max - log sum",
            work={"compare": "T*(H - 1)", "exp": "T*H", "log": "T", "add": "T*H + T*(H - 1) + T*H"},
        ),
    ),
    # --- fully connected ---
    "Linear": (
        Row(
            sc.Linear(),
            _PYTORCH + "Linear; Goodfellow et al., Deep Learning, 2016, section 6",
            weights="H*I",
            biases="H",
            work={"mac": "H*I", "add": "H"},
            dots="H",
        ),
        Row(
            sc.Linear(bias=False),
            _PYTORCH + "Linear",
            weights="H*I",
            work={"mac": "T*H*I"},
            dots="T*H",
            inputs=(_T,),
        ),
    ),
    # --- convolutions ---
    "Conv1d": (
        Row(
            sc.Conv1d(),
            _CONV + "1d",
            weights="K*I*H",
            biases="H",
            work={"mac": "(T - K + 1)*K*I*H", "add": "(T - K + 1)*H"},
            dots="(T - K + 1)*H",
        ),
        Row(
            sc.Conv1d(stride=S, padding=P, dilation=D, groups=G, bias=False),
            _CONV + "1d",
            weights="K*I*H/G",
            work={"mac": f"{_OUT_1}*K*I*H/G"},
            dots=f"{_OUT_1}*H",
        ),
        Row(
            sc.Conv1d(padding="same"),
            _CONV + "1d; 'same' gives as many steps as it takes",
            weights="K*I*H",
            biases="H",
            work={"mac": "T*K*I*H", "add": "T*H"},
            dots="T*H",
        ),
        Row(
            sc.Conv1d(padding="causal", dilation=D),
            "van den Oord et al., WaveNet, 2016, figure 3: causal, dilated, as many steps as it takes",
            weights="K*I*H",
            biases="H",
            work={"mac": "T*K*I*H", "add": "T*H"},
            dots="T*H",
        ),
    ),
    "Conv2d": (
        Row(
            sc.Conv2d(),
            _CONV + "2d",
            weights="K_x*K_y*I*H",
            biases="H",
            work={
                "mac": "(X - K_x + 1)*(Y - K_y + 1)*K_x*K_y*I*H",
                "add": "(X - K_x + 1)*(Y - K_y + 1)*H",
            },
            dots="(X - K_x + 1)*(Y - K_y + 1)*H",
        ),
        Row(
            sc.Conv2d(stride=S, padding=P),
            _CONV + "2d",
            weights="K_x*K_y*I*H",
            biases="H",
            work={"mac": f"{_OUT_X}*{_OUT_Y}*K_x*K_y*I*H", "add": f"{_OUT_X}*{_OUT_Y}*H"},
            dots=f"{_OUT_X}*{_OUT_Y}*H",
        ),
        Row(
            sc.Conv2d(I, I, K, padding="same", groups=I, bias=False),
            "Howard et al., MobileNets, 2017, equation 4: a depthwise convolution costs D_K D_K M D_F D_F",
            weights="K^2*I",
            work={"mac": "K*K*I*X*Y"},
            dots="I*X*Y",
        ),
        Row(
            sc.Conv2d(I, H, 1, bias=False),
            "Howard et al., MobileNets, 2017, equation 5: the pointwise part costs M N D_F D_F",
            weights="I*H",
            work={"mac": "I*H*X*Y"},
            dots="H*X*Y",
        ),
    ),
    # --- recurrent ---
    "RNN": (
        Row(
            sc.RNN(),
            _ELMAN,
            weights="H*(I + H)",
            biases="2*H",
            work={"mac": "T*(H*I + H^2)", "add": "T*H + 2*T*H", "tanh": "T*H"},
            dots="2*T*H",
        ),
        Row(
            sc.RNN(biases=1),
            _ELMAN + ", and one bias as in the paper",
            weights="H*(I + H)",
            biases="H",
            work={"mac": "T*(H*I + H^2)", "add": "T*H + T*H", "tanh": "T*H"},
            dots="2*T*H",
        ),
        Row(
            sc.RNN(nonlinearity="relu", bias=False, bidirectional=True),
            _ELMAN + "; Schuster and Paliwal, 1997: two directions",
            weights="2*H*(I + H)",
            work={"mac": "2*T*(H*I + H^2)", "add": "2*T*H", "compare": "2*T*H"},
            dots="4*T*H",
        ),
        Row(
            sc.RNN(num_layers=L),
            _ELMAN + "; L - 1 layers have H inputs",
            weights="H*(I + H) + (L - 1)*2*H^2",
            biases="2*L*H",
            work={"mac": "T*(H*I + H^2) + (L - 1)*T*2*H^2", "add": "3*L*T*H", "tanh": "L*T*H"},
            dots="2*L*T*H",
        ),
    ),
    "LSTM": (
        Row(
            sc.LSTM(),
            _LSTM,
            weights="4*(I*H + H^2)",
            biases="8*H",
            work=_plus({"mac": "4*T*(I*H + H^2)", "add": "4*T*H + 8*T*H + T*H"}, _LSTM_CELL),
            dots="8*T*H",
        ),
        Row(
            sc.LSTM(bias=False),
            _LSTM,
            weights="4*(I*H + H^2)",
            work=_plus({"mac": "4*T*(I*H + H^2)", "add": "4*T*H + T*H"}, _LSTM_CELL),
            dots="8*T*H",
        ),
        Row(
            sc.LSTM(biases=1),
            _LSTM + "; one bias a gate, as Keras has it",
            weights="4*(I*H + H^2)",
            biases="4*H",
            work=_plus({"mac": "4*T*(I*H + H^2)", "add": "4*T*H + 4*T*H + T*H"}, _LSTM_CELL),
            dots="8*T*H",
        ),
        Row(
            sc.LSTM(proj_size=P),
            _LSTMP,
            weights="4*H*(I + P) + P*H",
            biases="8*H",
            work=_plus({"mac": "T*(4*H*(I + P) + P*H)", "add": "4*T*H + 8*T*H + T*H"}, _LSTM_CELL),
            dots="T*(8*H + P)",
        ),
        Row(
            sc.LSTM(num_layers=L, bidirectional=True),
            _LSTM + "; Graves, 2013: upper layers see both directions, 2 H",
            weights="2*(4*(I*H + H^2)) + (L - 1)*2*(4*(2*H*H + H^2))",
            biases="2*L*8*H",
            work=_plus(
                {
                    "mac": "T*(2*(4*(I*H + H^2)) + (L - 1)*2*(4*(2*H*H + H^2)))",
                    "add": "2*L*(4*T*H + 8*T*H + T*H)",
                },
                {kind: f"2*L*{count}" for kind, count in _LSTM_CELL.items()},
            ),
            dots="2*L*8*T*H",
        ),
    ),
    "GRU": (
        Row(
            sc.GRU(),
            _GRU,
            weights="3*(I*H + H^2)",
            biases="6*H",
            work=_plus({"mac": "3*T*(I*H + H^2)", "add": "3*T*H + 6*T*H + 2*T*H"}, _GRU_CELL),
            dots="6*T*H",
        ),
        Row(
            sc.GRU(biases=1),
            _GRU + "; one bias a gate, as in the paper",
            weights="3*(I*H + H^2)",
            biases="3*H",
            work=_plus({"mac": "3*T*(I*H + H^2)", "add": "3*T*H + 3*T*H + 2*T*H"}, _GRU_CELL),
            dots="6*T*H",
        ),
        Row(
            sc.GRU(num_layers=L, bias=False),
            _GRU + "; L - 1 layers have H inputs",
            weights="3*(I*H + H^2) + (L - 1)*6*H^2",
            work=_plus(
                {"mac": "T*(3*(I*H + H^2) + (L - 1)*6*H^2)", "add": "L*(3*T*H + 2*T*H)"},
                {kind: f"L*{count}" for kind, count in _GRU_CELL.items()},
            ),
            dots="L*6*T*H",
        ),
    ),
    # --- attention ---
    "ScaledDotProductAttention": (
        Row(
            sc.ScaledDotProductAttention(),
            _VASWANI + ".1",
            work=_plus(
                {"mac": "T_self*T_cross*D + T_self*T_cross*H", "div": "T_self*T_cross"}, _softmax("T_self", "T_cross")
            ),
            dots="T_self*T_cross + T_self*H",
        ),
    ),
    "Attention": (
        Row(
            sc.Attention(),
            _VASWANI,
            weights="4*H*I",
            work=_plus(
                {
                    "mac": "T_self*I*H + 2*T_cross*I*H + 2*T_self*T_cross*H + T_self*H*I",
                    "div": "T_self*T_cross",
                },
                _softmax("T_self", "T_cross"),
            ),
            dots="T_self*H + 2*T_cross*H + T_self*T_cross + T_self*H + T_self*I",
        ),
        Row(
            sc.Attention(memory_size=M, num_heads=N, bias=True),
            _VASWANI + ".2; keys and values have M channels",
            weights="I*H + 2*M*H + H*I",
            biases="3*H + I",
            work=_plus(
                {
                    "mac": "T_self*I*H + 2*T_cross*M*H + 2*T_self*T_cross*H + T_self*H*I",
                    "add": "T_self*H + 2*T_cross*H + T_self*I",
                    "div": "N*T_self*T_cross",
                },
                _softmax("N*T_self", "T_cross"),
            ),
            dots="T_self*H + 2*T_cross*H + N*T_self*T_cross + T_self*H + T_self*I",
        ),
        Row(
            sc.Attention(H, H, projections="q"),
            "Luong, Pham and Manning, EMNLP 2015, section 3.1, 'general': one matrix for the queries; and scaled",
            weights="H^2",
            work=_plus(
                {"mac": "T_self*H^2 + 2*T_self*T_cross*H", "div": "T_self*T_cross"}, _softmax("T_self", "T_cross")
            ),
            dots="T_self*H + T_self*T_cross + T_self*H",
            inputs=(sc.Input(dimension("T_self"), H), sc.Input(dimension("T_cross"), H)),
        ),
    ),
    "MultiheadAttention": (
        Row(
            sc.MultiheadAttention(),
            _VASWANI + ".2; biases: " + _PYTORCH + "MultiheadAttention",
            weights="4*E^2",
            biases="4*E",
            work=_plus(
                {
                    "mac": "2*T_self*E^2 + 2*T_cross*E^2 + 2*T_self*T_cross*E",
                    "add": "2*T_self*E + 2*T_cross*E",
                    "div": "N*T_self*T_cross",
                },
                _softmax("N*T_self", "T_cross"),
            ),
            dots="2*T_self*E + 2*T_cross*E + N*T_self*T_cross + T_self*E",
        ),
        Row(
            sc.MultiheadAttention(bias=False, kdim=K, vdim=V),
            _VASWANI + ".2; kdim and vdim: " + _PYTORCH + "MultiheadAttention",
            weights="2*E^2 + K*E + V*E",
            work=_plus(
                {
                    "mac": "2*T_self*E^2 + T_cross*E*(K + V) + 2*T_self*T_cross*E",
                    "div": "N*T_self*T_cross",
                },
                _softmax("N*T_self", "T_cross"),
            ),
            dots="2*T_self*E + 2*T_cross*E + N*T_self*T_cross + T_self*E",
            inputs=(
                sc.Input(dimension("T_self"), E),
                sc.Input(dimension("T_cross"), K),
                sc.Input(dimension("T_cross"), V),
            ),
        ),
        Row(
            sc.MultiheadAttention(bias=False),
            _VASWANI + ", table 1: self-attention, here with its projections",
            weights="4*E^2",
            work=_plus({"mac": "4*T*E^2 + 2*T^2*E", "div": "N*T^2"}, _softmax("N*T", "T")),
            dots="4*T*E + N*T^2 + T*E",
            inputs=(sc.Input(dimension("T"), E),),
        ),
    ),
    # --- shapes and joints ---
    "Flatten": (Row(sc.Flatten(), _PYTORCH + "Flatten: another view of the same numbers"),),
    "Add": (
        Row(sc.Add(), "He et al., CVPR 2016, section 3.2: shortcuts are added elementwise", work={"add": _PLACES}),
        Row(
            sc.Add(),
            "n terms are n - 1 additions",
            work={"add": "3*T*I"},
            inputs=(_T, _T, _T, _T),
        ),
    ),
    "Concat": (Row(sc.Concat(), "Huang et al., CVPR 2017: concatenation computes nothing"),),
    "Repeat": (
        Row(
            sc.Repeat.example(),
            "L times a fully connected layer, " + _PYTORCH + "Linear",
            weights="L*H^2",
            biases="L*H",
            work={"mac": "L*T*H^2", "add": "L*T*H"},
            dots="L*T*H",
        ),
        Row(
            sc.Repeat(sc.Linear(H, H), L, shared=True),
            "Lan et al., ALBERT, ICLR 2020: shared layers have the parameters of one and the work of L",
            weights="H^2",
            biases="H",
            work={"mac": "L*T*H^2", "add": "L*T*H"},
            dots="L*T*H",
        ),
    ),
}  # fmt: skip
"""For every layer of the catalogue at least the row of its example; then rows of its variants."""


@dataclass(frozen=True)
class Figure:
    """A number that is printed somewhere."""

    layer: Layer
    shapes: tuple[tuple[int, ...], ...]
    quantity: str
    value: int
    source: str

    def __repr__(self) -> str:
        return f"{self.layer} {self.quantity}"


FIGURES = (
    Figure(sc.Linear(784, 300), ((784,),), "parameters", 235_500, "Géron, Hands-On Machine Learning, ch. 10"),
    Figure(sc.LSTM(10, 20), ((7, 10),), "parameters", 2_560, "torch.nn.LSTM(10, 20)"),
    Figure(sc.LSTM(10, 20, 2), ((7, 10),), "parameters", 5_920, "torch.nn.LSTM(10, 20, 2)"),
    Figure(sc.LSTM(10, 20, biases=1), ((7, 10),), "parameters", 2_480, "keras.layers.LSTM(20) on 10 channels"),
    Figure(sc.LSTM(10, 20, proj_size=5), ((7, 10),), "parameters", 1_460, "torch.nn.LSTM(10, 20, proj_size=5)"),
    Figure(sc.GRU(10, 20), ((7, 10),), "parameters", 1_920, "torch.nn.GRU(10, 20)"),
    Figure(sc.GRU(16, 32, bidirectional=True), ((7, 16),), "parameters", 9_600, "torch.nn.GRU, both directions"),
    Figure(sc.RNN(10, 20), ((7, 10),), "parameters", 640, "torch.nn.RNN(10, 20): H(I + H) + 2 H"),
    Figure(sc.Conv2d(3, 10, 5, padding=2), ((32, 32, 3),), "parameters", 760, "CS231n: 32x32x3, 10 filters of 5x5"),
    Figure(sc.Conv2d(3, 96, 11, 4), ((227, 227, 3),), "parameters", 34_944, "CS231n on AlexNet: 96 * 363 + 96"),
    Figure(sc.Conv2d(3, 96, 11, 4), ((227, 227, 3),), "macs", 105_415_200, "Krizhevsky et al., 2012: 55x55x96 of 363"),
    Figure(sc.Conv2d(3, 64, 3, padding=1, bias=False), ((224, 224, 3),), "parameters", 1_728, "CS231n, VGG: conv3-64"),
    Figure(sc.Conv2d(3, 64, 3, padding=1), ((224, 224, 3),), "activations", 3_211_264, "CS231n, VGG: 224*224*64=3.2M"),
    Figure(
        sc.Conv2d(128, 128, 5, padding="same", bias=False), ((256, 256, 128),), "flops", 53_687_091_200,
        "Zhang et al., Dive into Deep Learning: 256 x 256, 5 x 5, 128 to 128 channels, 2 a multiply-accumulate",
    ),
    Figure(sc.MultiheadAttention(512, 8), ((9, 512),), "parameters", 1_050_624, "Vaswani et al., base: 4 d (d + 1)"),
    Figure(sc.Softmax(), ((10,),), "flops", 48, "5 n - 2"),
)  # fmt: skip
