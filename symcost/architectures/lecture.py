"""The networks of the lecture's table, and others that it shows. Sizes stay symbols where the lecture leaves them."""

from __future__ import annotations

from symcost.architectures.named import named
from symcost.dimensions import dimension
from symcost.layers import GRU, LSTM, RNN, Attention, Conv1d, Conv2d, Flatten, Linear, ReLU
from symcost.network import Network
from symcost.sequential import Sequential
from symcost.tensor import Input

T, H, I, K, X = map(dimension, "THIKX")


@named("dnn")
def dnn() -> Network:
    """A fully connected layer that sees a window of T steps at once."""
    return Sequential("DNN", Input(T, I), Flatten(), Linear(T * I, H))


@named("cnn-1d")
def cnn_1d() -> Network:
    """A convolution over T steps, kernel width K."""
    return Sequential("CNN (1D)", Input(T, I), Conv1d(I, H, K, padding="same"))


@named("cnn-2d")
def cnn_2d() -> Network:
    """A convolution over an image of T places, X in a row, kernel K_x by K_y."""
    return Sequential("CNN (2D)", Input(X, T / X, I), Conv2d(I, H, padding="same"))


@named("rnn")
def rnn() -> Network:
    """An Elman network over T steps."""
    return Sequential("RNN", Input(T, I), RNN(I, H))


@named("lstm")
def lstm() -> Network:
    """A long short-term memory over T steps."""
    return Sequential("LSTM", Input(T, I), LSTM(I, H))


@named("gru")
def gru() -> Network:
    """A gated recurrent unit over T steps."""
    return Sequential("GRU", Input(T, I), GRU(I, H))


@named("attention")
def attention() -> Network:
    """T_self queries, projected from I to H channels, ask T_cross states of H channels; projected back to I."""
    x = Input(dimension("T_self"), I, name="query")
    memory = Input(dimension("T_cross"), H, name="memory")
    return Network("Attention", (x, memory), Attention(I, H, projections="qo")(x, memory))


@named("mnist")
def mnist() -> Network:
    """The classifier for MNIST digits, 784 - N_hidden - 10."""
    hidden = dimension("N_hidden")
    return Sequential("MNIST classifier", Input(784), Linear(784, hidden), ReLU(), Linear(hidden, 10))


@named("dnn-autoencoder")
def dnn_autoencoder() -> Network:
    """The fully connected autoencoder, 784 - 300 - 100 - 300 - 784."""
    return Sequential(
        "DNN autoencoder", Input(784), Linear(784, 300), ReLU(), Linear(300, 100), ReLU(), Linear(100, 300), ReLU(),
        Linear(300, 784),
    )  # fmt: skip
