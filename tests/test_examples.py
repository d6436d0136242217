"""The examples run, are short, and print what the lecture says: its figures stand here, worked out by hand."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

import symcost as sc
from symcost.folders import folder
from symcost.layer import CATALOGUE

EXAMPLES = folder("examples")
SCRIPTS = sorted(EXAMPLES.glob("*.py"))

# What each script must print, line by line; numbers between words are those of the slides.
SAID = {
    "counting.py": [
        # 2 x 2 matrix times 2 x 1 vector: 4, 2, 4
        "2 x 2 matrix times vector: multiplications 4 additions 2 multiply-accumulates 4 parameters 4",
        # M N, M (N - 1), M N
        "M x N matrix times vector: multiplications M*N additions M*N - M multiply-accumulates M*N",
        # B I H of each; B H (I - 1) + B H additions
        "affine layer: multiplications B*H*I additions B*H*I multiply-accumulates B*H*I",
        "MNIST classifier, 300 hidden: multiplications 238200 additions 238200 multiply-accumulates 238200"
        " parameters 238510",
        # 784 N_h + N_h + 10 N_h + 10
        "parameters 795*N_hidden + 10",
        "scalar: 1 vector: D matrix: N M convolution kernel: K C_in C_out colour images: B H C W",
    ],
    "filtering.py": [
        "Minimal convolution 2 T 2 T 1",
        "FIR filter 4 T 4 T 1",
        "IIR filter 2 T 2 T T",
        "Convolution of width 1 9 T 9 T 1",
        "Convolution layer 18 T 18 T 1",
        "FIR on 6 steps, counted: 24 multiply-accumulates",
    ],
    "convolution.py": [
        "Convolution layer 18 T 18 1",
        "CNN (1D) T H I K H I K + H 1",
        "CNN (2D) T H I K_x K_y H I K_x K_y + H 1",
        "Depthwise convolution T I K I K + I 1",
        # 1/H + 1/K = 1/256 + 1/9
        "separable : plain at K = 9, H = 256: 0.115",
        # 3 comparisons an output
        "MaxPool2d(kernel_size=2) [[100.0, 184.0], [12.0, 45.0]] Work(compare=12)",
        "AvgPool2d(kernel_size=2) [[36.5, 80.0], [12.0, 15.0]] Work(add=12, div=4)",
    ],
    "recurrent.py": [
        "RNN T (H I + H^2) H I + H^2 T T H",
        "LSTM 4 T (H I + H^2) 4 (H I + H^2) T T 2 H",
        "GRU 3 T (H I + H^2) 3 (H I + H^2) T T H",
        "RNN T (H I + H^2) H I + H^2 + 2 H T T H",
        "LSTM 4 T (H I + H^2) 4 (H I + H^2 + 2 H) T T 2 H",
        "GRU 3 T (H I + H^2) 3 (H I + H^2 + 2 H) T T H",
        "LSTM : RNN = 4 GRU : RNN = 3",
    ],
    "autoencoders.py": [
        "DNN autoencoder 530400 531884 7",
        "CNN autoencoder, K x K 1999200 K^2 40200 K^2 + 401 7",
        "CNN autoencoder, K x K: 361800 weights, 17992800 multiply-accumulates an image",
        "convolutional : fully connected at K = 3: 0.68 parameters, 34 MACs",
    ],
    "language_model.py": [
        "Embedding 0 E V 1 0",
        "One-hot embedding T E V E V 1 T E V",
        "and (T + 1)/2 times where it runs anew on all words before",
        # five layers in each of T steps, where training has the recurrence's T steps and three layers more
        "Depth at T = 50: 53 in training, 250 in sampling",
    ],
    "attention.py": [
        # D N M a product, and there are two
        "Attention without projections: 2 T_self T_cross D MACs",
        "at N = 7 queries, M = 5 keys, D = 3: 210",
        "parameters: 0",
        "Attention 2 T_self (T_cross H + H I) 2 H I T_self T_cross 1",
        # the embedding, the longer recurrence, five layers; in sampling the embedding, the encoder, 8 layers a word
        "Translation of 20 words by 30: depth 36 in training, 259 in sampling",
    ],
    "own_networks.py": [],
}

# What each file says: multiply-accumulates, parameters and depth of a network, the complexities of a table.
FILES = {
    "mnist.toml": ("784*300 + 300*10", "784*300 + 300 + 300*10 + 10", "3"),
    "scan.toml": ("2*T*I*H", "2*I*H", "1 + ceil(log2(T))"),
    "translation.toml": (
        "4*(T_self + T_cross)*(I*H + H^2) + 2*T_self*H^2 + 2*T_cross*H^2 + 2*T_self*T_cross*H + 2*T_self*H*V",
        "8*(I*H + H^2) + 4*H^2 + 2*H*V + 16*H + V",
        "max(T_self, T_cross) + 2",
    ),
    "lecture.toml": (
        "T*H*I",
        "T*H*I*K",
        "T*H*I*K_x*K_y",
        "T*(I*H + H^2)",
        "2*T_self*T_cross*H + T_self*(I*H + H*I)",
    ),
}


def _plain(text: str) -> str:
    """Text without its layout."""
    return re.sub(r"\s+", " ", text)


def test_every_example_has_a_row() -> None:
    assert {path.name for path in EXAMPLES.iterdir() if path.suffix in (".py", ".toml")} == {
        *SAID, *FILES, "devices.toml",  # of devices: test_device_file.py reads it
    }  # fmt: skip


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_prints_what_the_lecture_says(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("symcost.layer.CATALOGUE", {**CATALOGUE})  # the layers that a script defines go with it
    runpy.run_path(str(path), run_name="__main__")

    result = capsys.readouterr()
    assert result.err == ""
    printed = _plain(result.out)
    assert printed.strip()
    assert [line for line in SAID[path.name] if line not in printed] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_short_enough_to_copy(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 40


@pytest.mark.parametrize("name", FILES)
def test_every_file_costs_what_the_lecture_says(name: str) -> None:
    loaded, expected = sc.load(EXAMPLES / name), [sc.read(formula) for formula in FILES[name]]
    if isinstance(loaded, sc.Table):
        found = loaded.column("Complexity")
    else:
        found = [loaded.macs, loaded.parameters, loaded.depth]

    for one, other in zip(found, expected, strict=True):
        difference = one - other
        symbols = sorted(difference.free_symbols, key=str)
        for primes in ((3, 5, 7, 11, 13, 17), (19, 13, 11, 7, 5, 2)):  # either length may be the longer one
            assert difference.subs(dict(zip(symbols, primes, strict=False))) == 0
