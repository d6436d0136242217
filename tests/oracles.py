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
    once: Mapping[str, str] = field(default_factory=dict)  # what of the work is done on weights alone, once for all

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


def _softmax_of_pairs(pairs: str, rows: str) -> dict[str, str]:
    """As of n numbers in each row, where the rows have unequally many: ``pairs`` in all."""
    return {
        "compare": f"({pairs}) - {rows}",
        "add": f"2*({pairs}) - {rows}",
        "exp": pairs,
        "div": pairs,
    }


def _norm(groups: str, n: str) -> dict[str, str]:
    """Of n numbers: n - 1 additions and a division for the mean, n differences, n squares, as much for the variance.

    Then one addition of epsilon, a root, and n divisions by it.
    """
    return {
        "add": f"({groups})*(({n} - 1) + {n} + ({n} - 1) + 1)",
        "mul": f"({groups})*{n}",
        "div": f"({groups})*(1 + 1 + {n})",
        "sqrt": groups,
    }


def _affine(places: str) -> dict[str, str]:
    """A product and a sum at every place."""
    return {"mul": places, "add": places}


def _largest(outputs: str, n: str) -> dict[str, str]:
    """n - 1 comparisons an output."""
    return {"compare": f"({outputs})*({n} - 1)"}


def _average(outputs: str, n: str) -> dict[str, str]:
    """n - 1 additions and one division an output."""
    return {"add": f"({outputs})*({n} - 1)", "div": outputs}


def _heads(asking: str, asked: str) -> dict[str, str]:
    """Multi-head attention of D channels with biases: four projections, scores, their softmax, weighted sums."""
    pairs = f"N*({asking})*({asked})"
    return _plus(
        {
            "mac": f"2*({asking})*D^2 + 2*({asked})*D^2 + 2*({asking})*({asked})*D",
            "add": f"2*({asking})*D + 2*({asked})*D",
            "div": pairs,
        },
        _softmax(f"N*({asking})", asked),
    )


def _plus(*works: Mapping[str, str]) -> dict[str, str]:
    kinds = dict.fromkeys(kind for work in works for kind in work)
    return {kind: " + ".join(work[kind] for work in works if kind in work) for kind in kinds}


I, H, K, L, P, S, D, G, N, E, M, F, V, C, X, Y = map(dimension, "IHKLPSDGNEMFVCXY")
_T = sc.Input(dimension("T"), I)
_XY = sc.Input(dimension("X"), dimension("Y"), I)

_VOLUME = sc.Input(dimension("X"), dimension("Y"), dimension("Z"), I)

_PLACES = "T*H"  # places of the tensor on which the catalogue shows what it does place by place

_PYTORCH = "PyTorch 2 documentation, torch.nn."
_ELMAN = "Elman, Finding structure in time, Cognitive Science 14, 1990; biases: " + _PYTORCH + "RNN"
_LSTM = "Hochreiter and Schmidhuber, Neural Computation 9, 1997; Gers et al., 2000; biases: " + _PYTORCH + "LSTM"
_LSTMP = "Sak, Senior and Beaufays, Interspeech 2014, without peepholes; biases: " + _PYTORCH + "LSTM"
_GRU = "Cho et al., EMNLP 2014; reset behind the product and biases: " + _PYTORCH + "GRU"
_CONV = "CS231n, Convolutional networks: (W - F + 2 P) / S + 1; dilation and groups: " + _PYTORCH + "Conv"
_AINSLIE = "Ainslie et al., GQA: training generalized multi-query Transformer models, EMNLP 2023"
_VASWANI = "Vaswani et al., Attention is all you need, NeurIPS 2017, section 3.2"

# The cells, T steps of H hidden units: what is done beside the products. Each bias is an addition for each gate's unit.
_LSTM_CELL = {"mul": "3*T*H", "sigmoid": "3*T*H", "tanh": "2*T*H"}
_GRU_CELL = {"mul": "3*T*H", "sigmoid": "2*T*H", "tanh": "T*H"}

# One step of them: the additions of two biases a gate and of the input's part to the state's; then those of the states.
_RNN_STEP = {"mac": "H*I + H^2", "add": "2*H + H", "tanh": "H"}
_LSTM_STEP = {"mac": "4*(I*H + H^2)", "add": "8*H + 4*H + H", "mul": "3*H", "sigmoid": "3*H", "tanh": "2*H"}
_GRU_STEP = {"mac": "3*(I*H + H^2)", "add": "6*H + 3*H + 2*H", "mul": "3*H", "sigmoid": "2*H", "tanh": "H"}

_SEPARABLE = "Chollet, Xception, CVPR 2017, section 1; Howard et al., MobileNets, 2017, equation 5, both parts"
_DEPTHWISE = "Howard et al., MobileNets, 2017, equation 4: K weights a channel; bias: "

_POOL = "Goodfellow et al., Deep Learning, 2016, section 9.3; LeCun et al., 1998; windows: " + _PYTORCH
_ADAPTIVE = "He et al., spatial pyramid pooling, ECCV 2014: windows of n/m numbers; " + _PYTORCH
_UPCONV = "Dumoulin and Visin, A guide to convolution arithmetic, 2016, chapter 4; " + _PYTORCH + "ConvTranspose"
_BATCH = "Ioffe and Szegedy, ICML 2015, algorithm 2, with running statistics: (x - mean) / sqrt(var + eps) g + b"
_LAYER_NORM = "Ba, Kiros and Hinton, Layer normalization, 2016, equations 3 and 4"
_INSTANCE = "Ulyanov, Vedaldi and Lempitsky, Instance normalization, 2016, equation 4"

# BatchNorm: what is done to the running statistics, once for all inputs.
_STATISTICS = {"add": "H", "sqrt": "H"}

_SCANNED = "Blelloch, Prefix sums and their applications, CMU-CS-90-190, 1990, section 1.4: first-order recurrences"
_SRU = "Lei et al., Simple recurrent units for highly parallelizable recurrence, EMNLP 2018, equations 1 to 4"
_CLOCKWORK = "Koutník et al., A clockwork RNN, ICML 2014, section 3: U is block-upper triangular"

_OUT_T = "(floor((T + 2*P - D*(K - 1) - 1)/S) + 1)"
_POOLED_1, _POOLED_X, _POOLED_Y, _POOLED_Z = "floor(T/K)", "floor(X/K_x)", "floor(Y/K_y)", "floor(Z/K_z)"
_POOLED_2, _POOLED_3 = f"C*{_POOLED_X}*{_POOLED_Y}", f"C*{_POOLED_X}*{_POOLED_Y}*{_POOLED_Z}"
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
    "PReLU": (
        Row(
            sc.PReLU(),
            "He et al., ICCV 2015, equation 1: one slope for all, as max(x, 0) + a min(x, 0)",
            weights="1",
            work={"compare": "2*H", "mul": "H", "add": "H"},
        ),
        Row(
            sc.PReLU(H),
            "He et al., ICCV 2015, equation 1: a slope a channel",
            weights="H",
            work={"compare": "2*T*H", "mul": "T*H", "add": "T*H"},
            inputs=(sc.Input(dimension("T"), H),),
        ),
    ),
    "Hardtanh": (
        Row(sc.Hardtanh(), "Collobert, thesis, Paris VI, 2004: two comparisons", work={"compare": f"2*{_PLACES}"}),
        Row(sc.Hardtanh(-2.0, 0.5), _PYTORCH + "Hardtanh", work={"compare": f"2*{_PLACES}"}),
    ),
    "ReLU6": (
        Row(sc.ReLU6(), "Krizhevsky, 2010: min(max(x, 0), 6)", work={"compare": f"2*{_PLACES}"}),
    ),
    "Hardsigmoid": (
        Row(
            sc.Hardsigmoid(),
            "Howard et al., MobileNetV3, ICCV 2019, section 5.2: ReLU6(x + 3) / 6",
            work={"add": _PLACES, "compare": f"2*{_PLACES}", "div": _PLACES},
        ),
    ),
    "Hardswish": (
        Row(
            sc.Hardswish(),
            "Howard et al., MobileNetV3, ICCV 2019, section 5.2: x ReLU6(x + 3) / 6",
            work={"add": _PLACES, "compare": f"2*{_PLACES}", "div": _PLACES, "mul": _PLACES},
        ),
    ),
    "Mish": (
        Row(
            sc.Mish(),
            "Misra, BMVC 2020: x tanh(softplus(x)), softplus as above",
            work={
                "compare": f"2*{_PLACES}", "mul": f"2*{_PLACES}", "add": f"2*{_PLACES}", "exp": _PLACES,
                "log": _PLACES, "tanh": _PLACES,
            },
        ),
    ),
    "Softsign": (
        Row(
            sc.Softsign(),
            "Bergstra et al., 2009: x / (1 + |x|)",
            work={"compare": _PLACES, "add": _PLACES, "div": _PLACES},
        ),
    ),
    "LogSigmoid": (
        Row(
            sc.LogSigmoid(),
            "minus the softplus of -x, as min(x, 0) - log(1 + exp(-|x|)): Maechler, Rmpfr vignette log1mexp, 2012",
            work={"compare": f"2*{_PLACES}", "mul": _PLACES, "add": f"2*{_PLACES}", "exp": _PLACES, "log": _PLACES},
        ),
    ),
    "GLU": (
        Row(
            sc.GLU(),
            "Dauphin et al., ICML 2017, equation 1: half the channels gate the other half",
            work={"sigmoid": "T*H/2", "mul": "T*H/2"},
        ),
        Row(sc.GLU(-2), _PYTORCH + "GLU, along the other axis", work={"sigmoid": "T*H/2", "mul": "T*H/2"}),
    ),
    "Softmin": (
        Row(
            sc.Softmin(),
            _PYTORCH + "Softmin: softmax(-x), one change of sign more a number",
            work=_plus(_softmax("T", "H"), {"mul": "T*H"}),
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
    "Bilinear": (
        Row(
            sc.Bilinear(),
            "Socher et al., Neural tensor networks, NIPS 2013, equation 1: x^T A z for H matrices, one side first",
            weights="H*I*J",
            biases="H",
            work={"mac": "H*I*J + H*J", "add": "H"},
            dots="H*J + H",
        ),
        Row(
            sc.Bilinear(bias=False),
            _PYTORCH + "Bilinear",
            weights="H*I*J",
            work={"mac": "T*(H*I*J + H*J)"},
            dots="T*(H*J + H)",
            inputs=(_T, sc.Input(dimension("T"), dimension("J"))),
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
    "Conv3d": (
        Row(
            sc.Conv3d(),
            _CONV + "3d",
            weights="K_x*K_y*K_z*I*H",
            biases="H",
            work={
                "mac": "(X - K_x + 1)*(Y - K_y + 1)*(Z - K_z + 1)*K_x*K_y*K_z*I*H",
                "add": "(X - K_x + 1)*(Y - K_y + 1)*(Z - K_z + 1)*H",
            },
            dots="(X - K_x + 1)*(Y - K_y + 1)*(Z - K_z + 1)*H",
        ),
        Row(
            sc.Conv3d(I, H, 3, padding=1, groups=G, bias=False),
            "Tran et al., C3D, ICCV 2015: padded 3 x 3 x 3 kernels keep the volume; groups: " + _PYTORCH + "Conv3d",
            weights="27*I*H/G",
            work={"mac": "X*Y*Z*27*I*H/G"},
            dots="X*Y*Z*H",
            inputs=(_VOLUME,),
        ),
    ),
    # --- depthwise and separable convolutions ---
    "DepthwiseConv1d": (
        Row(
            sc.DepthwiseConv1d(),
            _DEPTHWISE + _PYTORCH + "Conv1d with as many groups as channels",
            weights="K*I",
            biases="I",
            work={"mac": "(T - K + 1)*K*I", "add": "(T - K + 1)*I"},
            dots="(T - K + 1)*I",
        ),
        Row(
            sc.DepthwiseConv1d(padding="same", bias=False),
            _DEPTHWISE + "none; 'same' gives as many steps as it takes",
            weights="K*I",
            work={"mac": "T*K*I"},
            dots="T*I",
        ),
    ),
    "DepthwiseConv2d": (
        Row(
            sc.DepthwiseConv2d(),
            _DEPTHWISE + _PYTORCH + "Conv2d with as many groups as channels",
            weights="K_x*K_y*I",
            biases="I",
            work={
                "mac": "(X - K_x + 1)*(Y - K_y + 1)*K_x*K_y*I",
                "add": "(X - K_x + 1)*(Y - K_y + 1)*I",
            },
            dots="(X - K_x + 1)*(Y - K_y + 1)*I",
        ),
    ),
    "SeparableConv1d": (
        Row(
            sc.SeparableConv1d(),
            _SEPARABLE + "; one bias, behind both: keras.layers.SeparableConv1D",
            weights="K*I + I*H",
            biases="H",
            work={"mac": "(T - K + 1)*(K*I + I*H)", "add": "(T - K + 1)*H"},
            dots="(T - K + 1)*(I + H)",
        ),
        Row(
            sc.SeparableConv1d(padding="causal", dilation=D, bias=False),
            _SEPARABLE + "; causal and dilated: Kaiser, Gomez and Chollet, SliceNet, ICLR 2018",
            weights="K*I + I*H",
            work={"mac": "T*(K*I + I*H)"},
            dots="T*(I + H)",
        ),
    ),
    "SeparableConv2d": (
        Row(
            sc.SeparableConv2d(),
            _SEPARABLE + "; one bias, behind both: keras.layers.SeparableConv2D",
            weights="K_x*K_y*I + I*H",
            biases="H",
            work={
                "mac": "(X - K_x + 1)*(Y - K_y + 1)*(K_x*K_y*I + I*H)",
                "add": "(X - K_x + 1)*(Y - K_y + 1)*H",
            },
            dots="(X - K_x + 1)*(Y - K_y + 1)*(I + H)",
        ),
        Row(
            sc.SeparableConv2d(I, H, K, padding="same", bias=False),
            _SEPARABLE + ": D_K D_K M D_F D_F + M N D_F D_F",
            weights="K^2*I + I*H",
            work={"mac": "K*K*I*X*Y + I*H*X*Y"},
            dots="X*Y*(I + H)",
        ),
    ),
    # --- transposed convolutions: products of the steps that come in, one addition for each of their sums ---
    "ConvTranspose1d": (
        Row(
            sc.ConvTranspose1d(),
            _UPCONV + "1d",
            weights="K*I*H",
            biases="H",
            work={"mac": "T*K*I*H", "add": "T*K*H + (T + K - 1)*H"},
            dots="T*K*H",
        ),
        Row(
            sc.ConvTranspose1d(I, H, K, S, P, groups=G, dilation=D),
            _UPCONV + "1d: (T - 1) S - 2 P + D (K - 1) + 1 steps come out, and have a bias each",
            weights="K*I*H/G",
            biases="H",
            work={"mac": "T*K*I*H/G", "add": "T*K*H + ((T - 1)*S - 2*P + D*(K - 1) + 1)*H"},
            dots="T*K*H",
        ),
    ),
    "ConvTranspose2d": (
        Row(
            sc.ConvTranspose2d(),
            _UPCONV + "2d",
            weights="K_x*K_y*I*H",
            biases="H",
            work={
                "mac": "X*Y*K_x*K_y*I*H",
                "add": "X*Y*K_x*K_y*H + (X + K_x - 1)*(Y + K_y - 1)*H",
            },
            dots="X*Y*K_x*K_y*H",
        ),
        Row(
            sc.ConvTranspose2d(I, H, 2, 2, bias=False),
            "Ronneberger et al., U-Net, 2015, section 2: up-convolutions of 2 x 2",
            weights="4*I*H",
            work={"mac": "4*X*Y*I*H", "add": "4*X*Y*H"},
            dots="4*X*Y*H",
        ),
    ),
    "ConvTranspose3d": (
        Row(
            sc.ConvTranspose3d(),
            _UPCONV + "3d",
            weights="K_x*K_y*K_z*I*H",
            biases="H",
            work={
                "mac": "X*Y*Z*K_x*K_y*K_z*I*H",
                "add": "X*Y*Z*K_x*K_y*K_z*H + (X + K_x - 1)*(Y + K_y - 1)*(Z + K_z - 1)*H",
            },
            dots="X*Y*Z*K_x*K_y*K_z*H",
        ),
    ),
    # --- pooling: n - 1 operations for the n numbers of a window, and a division for a mean ---
    "MaxPool1d": (
        Row(sc.MaxPool1d(), _POOL + "MaxPool1d", work=_largest(f"C*{_POOLED_1}", "K")),
        Row(sc.MaxPool1d(K, S, P, D), _POOL + "MaxPool1d", work=_largest(f"C*{_OUT_T}", "K")),
    ),
    "MaxPool2d": (
        Row(sc.MaxPool2d(), _POOL + "MaxPool2d", work=_largest(_POOLED_2, "K_x*K_y")),
        Row(
            sc.MaxPool2d(3, 2),
            "Krizhevsky et al., 2012, section 3.4: overlapping, z = 3 and s = 2, here on odd sizes",
            work=_largest("C*X*Y", "9"),
            inputs=(sc.Input(2 * X + 1, 2 * Y + 1, C),),
        ),
    ),
    "MaxPool3d": (Row(sc.MaxPool3d(), _POOL + "MaxPool3d", work=_largest(_POOLED_3, "K_x*K_y*K_z")),),
    "AvgPool1d": (
        Row(sc.AvgPool1d(), _POOL + "AvgPool1d", work=_average(f"C*{_POOLED_1}", "K")),
        Row(
            sc.AvgPool1d(K, 1, P),
            _POOL + "AvgPool1d; zeros of the padding are counted in",
            work=_average("C*(T + 2*P - K + 1)", "K"),
        ),
    ),
    "AvgPool2d": (Row(sc.AvgPool2d(), _POOL + "AvgPool2d", work=_average(_POOLED_2, "K_x*K_y")),),
    "AvgPool3d": (Row(sc.AvgPool3d(), _POOL + "AvgPool3d", work=_average(_POOLED_3, "K_x*K_y*K_z")),),
    "AdaptiveAvgPool1d": (
        Row(sc.AdaptiveAvgPool1d(), _ADAPTIVE + "AdaptiveAvgPool1d", work=_average("C", "T")),
        Row(
            sc.AdaptiveAvgPool1d(3),
            _ADAPTIVE + "AdaptiveAvgPool1d: 3 windows of 5 steps are 0 and 1, 1 to 3, 3 and 4",
            work={"add": "C*(1 + 2 + 1)", "div": "3*C"},
            inputs=(sc.Input(5, C),),
        ),
    ),
    "AdaptiveAvgPool2d": (
        Row(
            sc.AdaptiveAvgPool2d(),
            "Lin, Chen and Yan, Network in network, ICLR 2014, section 3.2: global average pooling",
            work=_average("C", "X*Y"),
        ),
        Row(sc.AdaptiveAvgPool2d(M), _ADAPTIVE + "AdaptiveAvgPool2d", work=_average("C*M^2", "X*Y/M^2")),
        Row(
            sc.AdaptiveAvgPool2d((2, 1)),
            _ADAPTIVE + "AdaptiveAvgPool2d: two windows of 2 x Y out of 3 x Y, which share a row",
            work=_average("2*C", "2*Y"),
            inputs=(sc.Input(3, Y, C),),
        ),
    ),
    "AdaptiveAvgPool3d": (
        Row(sc.AdaptiveAvgPool3d(), _ADAPTIVE + "AdaptiveAvgPool3d", work=_average("C", "X*Y*Z")),
    ),
    "AdaptiveMaxPool1d": (
        Row(sc.AdaptiveMaxPool1d(), _ADAPTIVE + "AdaptiveMaxPool1d", work=_largest("C", "T")),
        Row(sc.AdaptiveMaxPool1d(M), _ADAPTIVE + "AdaptiveMaxPool1d", work=_largest("C*M", "T/M")),
    ),
    "AdaptiveMaxPool2d": (
        Row(sc.AdaptiveMaxPool2d(), _ADAPTIVE + "AdaptiveMaxPool2d", work=_largest("C", "X*Y")),
        Row(
            sc.AdaptiveMaxPool2d(2),
            _ADAPTIVE + "AdaptiveMaxPool2d: four windows of 2 x 2 out of 3 x 3, which share rows and columns",
            work=_largest("4*C", "4"),
            inputs=(sc.Input(3, 3, C),),
        ),
    ),
    "AdaptiveMaxPool3d": (
        Row(sc.AdaptiveMaxPool3d(), _ADAPTIVE + "AdaptiveMaxPool3d", work=_largest("C", "X*Y*Z")),
    ),
    # --- embeddings and filters ---
    "Embedding": (Row(sc.Embedding(), _PYTORCH + "Embedding: a table that is looked up", weights="V*E"),),
    "EmbeddingBag": (
        Row(
            sc.EmbeddingBag(),
            "Joulin et al., fastText, EACL 2017, section 2.1: rows are averaged; " + _PYTORCH + "EmbeddingBag",
            weights="V*E",
            work=_average("E", "T"),
        ),
        Row(
            sc.EmbeddingBag(mode="sum"), _PYTORCH + "EmbeddingBag, sum", weights="V*E", work={"add": "E*(T - 1)"},
        ),
        Row(sc.EmbeddingBag(mode="max"), _PYTORCH + "EmbeddingBag, max", weights="V*E", work=_largest("E", "T")),
    ),
    "OneHotEmbedding": (
        Row(
            sc.OneHotEmbedding(),
            "Bengio et al., A neural probabilistic language model, JMLR 3, 2003: C times a vector that picks a row",
            weights="V*E",
            work={"mac": "V*E"},
            dots="E",
        ),
    ),
    "IIR": (
        Row(
            sc.IIR(),
            "Oppenheim and Schafer, Discrete-time signal processing, section 6.3: y_t = b x_t + a y_(t-1)",
            weights="2",
            work={"mac": "2*T", "add": "T"},
            dots="2*T",
        ),
        Row(
            sc.IIR(C),
            "Oppenheim and Schafer, section 6.3, with matrices for numbers",
            weights="2*C^2",
            work={"mac": "2*T*C^2", "add": "T*C"},
            dots="2*T*C",
        ),
        Row(
            sc.IIR(1, 4, K),
            "Oppenheim and Schafer, section 6.3, direct form: K products with inputs, 4 with outputs",
            weights="K + 4",
            work={"mac": "T*(K + 4)", "add": "4*T"},
            dots="T + 4*T",
        ),
    ),
    "LinearRecurrence": (
        Row(
            sc.LinearRecurrence(),
            _SCANNED + ": T - 1 steps of a product and a sum a channel, one after another",
            weights="2*H*I",
            biases="2*H",
            work={"mac": "2*T*H*I", "add": "2*T*H + (T - 1)*H", "mul": "(T - 1)*H", "sigmoid": "T*H"},
            dots="2*T*H",
        ),
        Row(
            sc.LinearRecurrence(bias=False, algorithm="kogge-stone"),
            _SCANNED + "; Hillis and Steele, 1986: n log2(n) - n + 1 applications for n = 2^k",
            weights="2*H*I",
            work={
                "mac": "2*T*H*I",
                "sigmoid": "T*H",
                "add": "H*(T*ceil(log2(T)) - 2^ceil(log2(T)) + 1)",
                "mul": "2*H*(T*ceil(log2(T)) - 2^ceil(log2(T)) + 1)",
            },
            dots="2*T*H",
        ),
        Row(
            sc.LinearRecurrence(dense=True, algorithm="blelloch"),
            _SCANNED + ", with N^3 for matrices; 2 (n - 1) applications for the n = 2^k to which it is padded",
            weights="(H^2 + H)*I",
            biases="H^2 + H",
            work={
                "mac": "T*(H^2 + H)*I + (H^3 + H^2)*2*(2^ceil(log2(T)) - 1)",
                "add": "T*(H^2 + H) + H*2*(2^ceil(log2(T)) - 1)",
            },
            dots="T*(H^2 + H) + (H^2 + H)*2*(2^ceil(log2(T)) - 1)",
        ),
    ),
    "SRU": (
        Row(
            sc.SRU(),
            _SRU + ": 4 d^2 + 4 d where the input has another size",
            weights="4*H*I + 2*H",
            biases="2*H",
            work={"mac": "4*T*H*I", "mul": "4*T*H + 2*T*H", "add": "2*T*H + 4*T*H + 2*T*H", "sigmoid": "2*T*H"},
            dots="4*T*H",
        ),
        Row(
            sc.SRU(H, H, project_input=False),
            _SRU + ": 3 d^2 + 4 d",
            weights="3*H^2 + 2*H",
            biases="2*H",
            work={"mac": "3*T*H^2", "mul": "4*T*H + 2*T*H", "add": "2*T*H + 4*T*H + 2*T*H", "sigmoid": "2*T*H"},
            dots="3*T*H",
            inputs=(sc.Input(dimension("T"), H),),
        ),
        Row(
            sc.SRU(H, H, peepholes=False, project_input=False),
            _SRU + ", first version: 3 d^2 + 2 d",
            weights="3*H^2",
            biases="2*H",
            work={
                "mac": "3*T*H^2", "mul": "T*H + (T - 1)*H + 2*T*H", "add": "2*T*H + T*H + (T - 1)*H + 2*T*H",
                "sigmoid": "2*T*H",
            },
            dots="3*T*H",
            inputs=(sc.Input(dimension("T"), H),),
        ),
    ),
    "QRNN": (
        Row(
            sc.QRNN(),
            "Bradbury et al., Quasi-recurrent neural networks, ICLR 2017, equations 1 to 4: 3 k I H (+ 3 H)",
            weights="3*K*I*H",
            biases="3*H",
            work={
                "mac": "3*T*K*I*H", "mul": "T*H + (T - 1)*H + T*H", "add": "3*T*H + T*H + (T - 1)*H",
                "sigmoid": "2*T*H", "tanh": "T*H",
            },
            dots="3*T*H",
        ),
    ),
    "MultiscaleRNN": (
        Row(
            sc.MultiscaleRNN(),
            _CLOCKWORK + ": 3 groups, 3 + 2 + 1 blocks",
            weights="3*H*I + 6*H^2",
            biases="3*H",
            work={"mac": "T*(3*H*I + 6*H^2)", "add": "3*T*H + 6*T*H", "tanh": "3*T*H"},
            dots="3*T*H + 6*T*H",
        ),
        Row(
            sc.MultiscaleRNN(periods=(D,), bias=False),
            _CLOCKWORK + "; one group is a dilated recurrence",
            weights="H*I + H^2",
            work={"mac": "T*(H*I + H^2)", "add": "T*H", "tanh": "T*H"},
            dots="2*T*H",
        ),
    ),
    # --- normalisation ---
    "LayerNorm": (
        Row(sc.LayerNorm(), _LAYER_NORM, weights="H", biases="H", work=_plus(_norm("1", "H"), _affine("H"))),
        Row(
            sc.LayerNorm((X, Y, H), bias=False),
            _LAYER_NORM + ", over three axes; bias: " + _PYTORCH + "LayerNorm",
            weights="X*Y*H",
            work=_plus(_norm("1", "X*Y*H"), {"mul": "X*Y*H"}),
            inputs=(sc.Input(X, Y, H),),
        ),
        Row(sc.LayerNorm(elementwise_affine=False), _LAYER_NORM + ", without gain and bias", work=_norm("1", "H")),
    ),
    "RMSNorm": (
        Row(
            sc.RMSNorm(),
            "Zhang and Sennrich, NeurIPS 2019, equation 4: squares, their mean, epsilon, a root, quotients, gains",
            weights="H",
            work={"mul": "H + H", "add": "(H - 1) + 1", "div": "1 + H", "sqrt": "1"},
        ),
        Row(
            sc.RMSNorm(elementwise_affine=False),
            "Zhang and Sennrich, NeurIPS 2019, equation 4, without gains",
            work={"mul": "H", "add": "H", "div": "H + 1", "sqrt": "1"},
        ),
    ),
    "BatchNorm1d": (
        Row(
            sc.BatchNorm1d(),
            _BATCH,
            weights="H",
            biases="H",
            work={"add": "H + H + H", "sqrt": "H", "div": "H", "mul": "H"},
            once=_STATISTICS,
        ),
        Row(
            sc.BatchNorm1d(affine=False),
            _BATCH + "; affine: " + _PYTORCH + "BatchNorm1d",
            work={"add": "T*H + H", "sqrt": "H", "div": "T*H"},
            inputs=(sc.Input(dimension("T"), H),),
            once=_STATISTICS,
        ),
    ),
    "BatchNorm2d": (
        Row(
            sc.BatchNorm2d(),
            _BATCH,
            weights="H",
            biases="H",
            work=_plus({"add": "X*Y*H + H", "sqrt": "H", "div": "X*Y*H"}, _affine("X*Y*H")),
            once=_STATISTICS,
        ),
    ),
    "BatchNorm3d": (
        Row(
            sc.BatchNorm3d(),
            _BATCH,
            weights="H",
            biases="H",
            work=_plus({"add": "X*Y*Z*H + H", "sqrt": "H", "div": "X*Y*Z*H"}, _affine("X*Y*Z*H")),
            once=_STATISTICS,
        ),
    ),
    "GroupNorm": (
        Row(
            sc.GroupNorm(),
            "Wu and He, Group normalization, ECCV 2018, section 3.2: G sets of H/G channels",
            weights="H",
            biases="H",
            work=_plus(_norm("G", "H/G"), _affine("H")),
        ),
        Row(
            sc.GroupNorm(affine=False),
            "Wu and He, Group normalization, ECCV 2018, section 3.2: the sets have all places of an image",
            work=_norm("B*G", "X*Y*H/G"),
            inputs=(sc.Input(dimension("B"), X, Y, H),),
        ),
    ),
    "InstanceNorm1d": (
        Row(sc.InstanceNorm1d(), _INSTANCE + ", over time", work=_norm("H", "T")),
        Row(
            sc.InstanceNorm1d(affine=True),
            _INSTANCE + "; affine: " + _PYTORCH + "InstanceNorm1d",
            weights="H",
            biases="H",
            work=_plus(_norm("H", "T"), _affine("T*H")),
        ),
    ),
    "InstanceNorm2d": (
        Row(sc.InstanceNorm2d(), _INSTANCE, work=_norm("H", "X*Y")),
        Row(
            sc.InstanceNorm2d(affine=True),
            _INSTANCE + "; affine: " + _PYTORCH + "InstanceNorm2d",
            weights="H",
            biases="H",
            work=_plus(_norm("H", "X*Y"), _affine("X*Y*H")),
        ),
    ),
    "InstanceNorm3d": (
        Row(sc.InstanceNorm3d(), _INSTANCE + ", over volumes", work=_norm("H", "X*Y*Z")),
        Row(
            sc.InstanceNorm3d(affine=True),
            _INSTANCE + "; affine: " + _PYTORCH + "InstanceNorm3d",
            weights="H",
            biases="H",
            work=_plus(_norm("H", "X*Y*Z"), _affine("X*Y*Z*H")),
        ),
    ),
    "LocalResponseNorm": (
        Row(
            sc.LocalResponseNorm(),
            "Krizhevsky et al., 2012, section 3.3: squares, K - 1 sums and a division for the mean, alpha, k;"
            " a power is a logarithm, a product and an exponential; the quotient",
            work={"mul": "H + H + H", "add": "(K - 1)*H + H", "div": "H + H", "log": "H", "exp": "H"},
        ),
    ),
    "Dropout": (Row(sc.Dropout(), "Srivastava et al., JMLR 15, 2014: nothing is dropped at test time"),),
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
            sc.RNN(dilation=D),
            _ELMAN + "; Chang et al., Dilated recurrent neural networks, NeurIPS 2017, equation 2: as many products",
            weights="H*(I + H)",
            biases="2*H",
            work={"mac": "T*(H*I + H^2)", "add": "T*H + 2*T*H", "tanh": "T*H"},
            dots="2*T*H",
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
    "RNNCell": (
        Row(sc.RNNCell(), _ELMAN + "Cell", weights="H*(I + H)", biases="2*H", work=_RNN_STEP, dots="2*H"),
        Row(
            sc.RNNCell(nonlinearity="relu", bias=False),
            _ELMAN + "Cell",
            weights="H*(I + H)",
            work={"mac": "H*I + H^2", "add": "H", "compare": "H"},
            dots="2*H",
        ),
        Row(
            sc.RNNCell(biases=1),
            _ELMAN + "Cell, and one bias as in the paper",
            weights="H*(I + H)",
            biases="H",
            work={"mac": "H*I + H^2", "add": "2*H", "tanh": "H"},
            dots="2*H",
        ),
    ),
    "LSTMCell": (
        Row(sc.LSTMCell(), _LSTM + "Cell", weights="4*(I*H + H^2)", biases="8*H", work=_LSTM_STEP, dots="8*H"),
    ),
    "GRUCell": (
        Row(sc.GRUCell(), _GRU + "Cell", weights="3*(I*H + H^2)", biases="6*H", work=_GRU_STEP, dots="6*H"),
    ),
    # --- positions: tables of sines are computed once, before any input is there ---
    "SinusoidalPositionalEncoding": (
        Row(
            sc.SinusoidalPositionalEncoding(),
            _VASWANI.replace("3.2", "3.5") + ": encodings are added to the embeddings",
            work={"add": "T*D"},
        ),
    ),
    "LearnedPositionalEncoding": (
        Row(
            sc.LearnedPositionalEncoding(),
            "Gehring et al., ICML 2017, section 3.1: learned positions are added to the embeddings",
            weights="N_positions*D",
            work={"add": "T*D"},
        ),
        Row(
            sc.LearnedPositionalEncoding(512, 768),
            "Devlin et al., BERT, 2019: 512 positions of 768 channels",
            weights="393216",
            work={"add": "768*T"},
            inputs=(sc.Input(dimension("T"), 768),),
        ),
    ),
    "RotaryPositionalEncoding": (
        Row(
            sc.RotaryPositionalEncoding(),
            "Su et al., RoFormer, 2021, equation 34: two products and a sum for each number",
            work={"mul": "2*T*D", "add": "T*D"},
        ),
    ),
    "ALiBi": (
        Row(
            sc.ALiBi(),
            "Press, Smith and Lewis, ICLR 2022, section 3: a bias for each score of each head",
            work={"add": "N*T_self*T_cross"},
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
            sc.MultiheadAttention(bias=False, is_causal=True),
            _VASWANI + ".3: step t asks t steps, T (T + 1) / 2 pairs",
            weights="4*E^2",
            work=_plus(
                {"mac": "4*T*E^2 + T*(T + 1)*E", "div": "N*T*(T + 1)/2"}, _softmax_of_pairs("N*T*(T + 1)/2", "N*T")
            ),
            dots="4*T*E + N*T*(T + 1)/2 + T*E",
            inputs=(sc.Input(dimension("T"), E),),
        ),
        Row(
            sc.MultiheadAttention(bias=False, is_causal=True, window=dimension("w")),
            "Child et al., Generating long sequences with sparse Transformers, 2019: each step asks the w last ones, "
            "the first w - 1 of them fewer",
            weights="4*E^2",
            work=_plus(
                {"mac": "4*T*E^2 + 2*(w*T - w*(w - 1)/2)*E", "div": "N*(w*T - w*(w - 1)/2)"},
                _softmax_of_pairs("N*(w*T - w*(w - 1)/2)", "N*T"),
            ),
            dots="4*T*E + N*(w*T - w*(w - 1)/2) + T*E",
            inputs=(sc.Input(dimension("T"), E),),
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
    "GroupedQueryAttention": (
        Row(
            sc.GroupedQueryAttention(),
            _AINSLIE + ", section 2.2: N heads of E/N channels, G of them for keys and values",
            weights="2*E^2 + 2*E^2*G/N",
            work=_plus(
                {
                    "mac": "2*T_self*E^2 + 2*T_cross*E^2*G/N + 2*T_self*T_cross*E",
                    "div": "N*T_self*T_cross",
                },
                _softmax("N*T_self", "T_cross"),
            ),
            dots="2*T_self*E + 2*T_cross*E*G/N + N*T_self*T_cross + T_self*E",
        ),
        Row(
            sc.GroupedQueryAttention(num_key_value_heads=1, head_dim=D, bias=True, is_causal=True),
            "Shazeer, Fast Transformer decoding: one write-head is all you need, 2019: one head for keys and values",
            weights="2*E*N*D + 2*E*D",
            biases="N*D + 2*D + E",
            work=_plus(
                {
                    "mac": "2*T*E*N*D + 2*T*E*D + T*(T + 1)*N*D",
                    "add": "T*(N*D + 2*D + E)",
                    "div": "N*T*(T + 1)/2",
                },
                _softmax_of_pairs("N*T*(T + 1)/2", "N*T"),
            ),
            dots="T*(N*D + 2*D + E) + N*T*(T + 1)/2 + T*N*D",
            inputs=(sc.Input(dimension("T"), E),),
        ),
    ),
    # --- blocks of Transformers ---
    "FeedForward": (
        Row(
            sc.FeedForward(),
            _VASWANI.replace("3.2", "3.3") + ", equation 2",
            weights="2*D*F",
            biases="D + F",
            work={"mac": "2*D*F", "add": "D + F", "compare": "F"},
            dots="D + F",
        ),
        Row(
            sc.FeedForward(activation="silu", bias=False),
            _VASWANI.replace("3.2", "3.3") + "; Swish: Shazeer, GLU variants improve Transformer, 2020, section 1",
            weights="2*D*F",
            work={"mac": "2*D*F", "sigmoid": "F", "mul": "F"},
            dots="D + F",
        ),
    ),
    "GatedFeedForward": (
        Row(
            sc.GatedFeedForward(),
            "Shazeer, GLU variants improve Transformer, 2020, equation 6: SwiGLU, without biases",
            weights="3*D*F",
            work={"mac": "3*D*F", "sigmoid": "F", "mul": "F + F"},
            dots="2*F + D",
        ),
        Row(
            sc.GatedFeedForward(activation="relu", bias=True),
            "Shazeer, GLU variants improve Transformer, 2020, equation 6: ReGLU; biases as equation 5",
            weights="3*D*F",
            biases="2*F + D",
            work={"mac": "3*D*F", "compare": "F", "mul": "F", "add": "2*F + D"},
            dots="2*F + D",
        ),
    ),
    "TransformerEncoderLayer": (
        Row(
            sc.TransformerEncoderLayer(),
            _VASWANI.replace("3.2", "3.1") + ": attention, feed-forward; two sums, two norms with gain and bias",
            weights="4*D^2 + 2*D*F + 2*D",
            biases="4*D + D + F + 2*D",
            work=_plus(
                _heads("T", "T"),
                {"mac": "2*T*D*F", "add": "T*(D + F)", "compare": "T*F"},
                {"add": "2*T*D"},
                _norm("2*T", "D"),
                _affine("2*T*D"),
            ),
            dots="4*T*D + N*T^2 + T*D + T*(D + F)",
        ),
        Row(
            sc.TransformerEncoderLayer(activation="gelu", norm_first=True),
            "Xiong et al., On layer normalization in the Transformer, ICML 2020: the same work with the norms first",
            weights="4*D^2 + 2*D*F + 2*D",
            biases="4*D + D + F + 2*D",
            work=_plus(
                _heads("T", "T"),
                {"mac": "2*T*D*F", "add": "T*(D + F) + T*F", "mul": "3*T*F", "erf": "T*F"},
                {"add": "2*T*D"},
                _norm("2*T", "D"),
                _affine("2*T*D"),
            ),
            dots="4*T*D + N*T^2 + T*D + T*(D + F)",
        ),
    ),
    "TransformerDecoderLayer": (
        Row(
            sc.TransformerDecoderLayer(),
            _VASWANI.replace("3.2", "3.1") + ": attention twice, feed-forward; three sums, three norms",
            weights="8*D^2 + 2*D*F + 3*D",
            biases="8*D + D + F + 3*D",
            work=_plus(
                _heads("T_self", "T_self"),
                _heads("T_self", "T_cross"),
                {"mac": "2*T_self*D*F", "add": "T_self*(D + F)", "compare": "T_self*F"},
                {"add": "3*T_self*D"},
                _norm("3*T_self", "D"),
                _affine("3*T_self*D"),
            ),
            dots=(
                "4*T_self*D + N*T_self^2 + T_self*D + 2*T_self*D + 2*T_cross*D + N*T_self*T_cross + T_self*D"
                " + T_self*(D + F)"
            ),
        ),
    ),
    # --- shapes and joints ---
    "UpsamplingNearest1d": (Row(sc.UpsamplingNearest1d(), _PYTORCH + "Upsample: copies"),),
    "UpsamplingNearest2d": (Row(sc.UpsamplingNearest2d(), _PYTORCH + "UpsamplingNearest2d: copies"),),
    "PixelShuffle": (Row(sc.PixelShuffle(), "Shi et al., CVPR 2016, equation 4: another order of the same numbers"),),
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
    "ArgMax": (Row(sc.ArgMax(), "Knuth, TAOCP 1, section 1.2.10, algorithm M", work={"compare": "T*(H - 1)"}),),
    "EveryPrefix": (
        Row(
            sc.EveryPrefix.example(),
            "1 + 2 + ... + T = T (T + 1) / 2 steps",
            weights="H^2",
            biases="H",
            work={"mac": "T*(T + 1)/2*H^2", "add": "T*(T + 1)/2*H"},
            dots="T*(T + 1)/2*H",
        ),
        Row(
            sc.EveryPrefix(sc.MultiheadAttention(E, 1, bias=False)),
            "1^2 + 2^2 + ... + T^2 = T (T + 1) (2 T + 1) / 6 pairs of steps",
            weights="4*E^2",
            work=_plus(
                {"mac": "4*E^2*T*(T + 1)/2 + 2*E*T*(T + 1)*(2*T + 1)/6", "div": "T*(T + 1)*(2*T + 1)/6"},
                _softmax_of_pairs("T*(T + 1)*(2*T + 1)/6", "T*(T + 1)/2"),
            ),
            dots="4*E*T*(T + 1)/2 + T*(T + 1)*(2*T + 1)/6 + E*T*(T + 1)/2",
            inputs=(sc.Input(dimension("T"), E),),
        ),
    ),
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
    Figure(sc.LSTMCell(10, 20), ((10,), (20,), (20,)), "parameters", 2_560, "torch.nn.LSTMCell(10, 20)"),
    Figure(
        sc.DepthwiseConv2d(512, 3, padding=1), ((14, 14, 512),), "macs", 903_168,
        "Howard et al., MobileNets, 2017, table 1: 3 x 3 x 512 dw on 14 x 14 x 512",
    ),
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
    Figure(sc.Embedding(30_522, 768), ((5,),), "parameters", 23_440_896, "Devlin et al., BERT base: WordPiece, 30,522"),
    Figure(sc.TransformerEncoderLayer(768, 12, 3_072), ((5, 768),), "parameters", 7_087_872, "Devlin et al., BERT"),
    Figure(
        sc.TransformerEncoderLayer(512, 8, 2_048), ((5, 512),), "parameters", 3_152_384,
        "torch.nn.TransformerEncoderLayer(512, 8)",
    ),
    Figure(
        sc.TransformerDecoderLayer(512, 8, 2_048), ((5, 512), (7, 512)), "parameters", 4_204_032,
        "torch.nn.TransformerDecoderLayer(512, 8)",
    ),
    Figure(sc.BatchNorm2d(64), ((112, 112, 64),), "parameters", 128, "He et al., ResNet: 64 gains, 64 biases"),
    Figure(sc.MaxPool2d(3, 2), ((55, 55, 96),), "activations", 69_984, "CS231n on AlexNet: 27x27x96 = 69,984"),
    Figure(sc.MaxPool2d(2), ((4, 4, 1),), "flops", 12, "4 windows of 3 comparisons"),
    Figure(sc.AdaptiveAvgPool2d(1), ((7, 7, 512),), "flops", 25_088, "49 numbers a channel: 48 additions, 1 division"),
    Figure(sc.Conv3d(3, 64, 3, padding=1), ((16, 112, 112, 3),), "parameters", 5_248, "Tran et al., C3D: conv1a"),
    Figure(sc.ConvTranspose2d(1024, 512, 2, 2), ((28, 28, 1024),), "parameters", 2_097_664, "U-Net, first of four"),
)  # fmt: skip
