"""The systems that the lecture shows. Sizes stay symbols where the lecture leaves them."""

from __future__ import annotations

from sympy import Expr, Integer

from symcost.architectures.named import named
from symcost.dimensions import dimension
from symcost.layers import (
    GRU,
    IIR,
    LSTM,
    RNN,
    Attention,
    AvgPool2d,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv1d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    RNNCell,
    SeparableConv1d,
)  # fmt: skip
from symcost.network import Network
from symcost.sequential import Sequential
from symcost.tensor import Input

T, B, L, X, Y, H, I, K, C, M, N = map(dimension, "TBLXYHIKCMN")
T_self, T_cross = dimension("T_self"), dimension("T_cross")


# --- counting --------------------------------------------------------------------------------------------------------


@named("matrix-vector")
def matrix_vector() -> Network:
    """A matrix of M rows and N columns times a vector: M N products, M (N - 1) additions."""
    return Sequential("Matrix times vector", Input(N), Linear(N, M, bias=False))


@named("affine")
def affine() -> Network:
    """An affine layer on a batch of B vectors."""
    return Sequential("Affine layer", Input(B, I), Linear(I, H))


# --- the rows of the table -------------------------------------------------------------------------------------------


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
    x, memory = Input(T_self, I, name="query"), Input(T_cross, H, name="memory")
    return Network("Attention", (x, memory), Attention(I, H, projections="qo")(x, memory))


# --- convolution is filtering ----------------------------------------------------------------------------------------


@named("minimal-convolution")
def minimal_convolution() -> Network:
    """The smallest convolution net, y_t = w_0 x_t + w_1 x_(t-1): weights shared over time, causal."""
    return Sequential("Minimal convolution", Input(T, 1), Conv1d(1, 1, 2, padding="causal", bias=False))


@named("fir")
def fir() -> Network:
    """A FIR filter, y_t = sum over i of w_i x_(t-i), four taps long."""
    return Sequential("FIR filter", Input(T, 1), Conv1d(1, 1, 4, padding="causal", bias=False))


@named("iir")
def iir() -> Network:
    """A first-order IIR filter, y_t = b x_t + a y_(t-1): 2 T products, one step after another."""
    return Sequential("IIR filter", Input(T, 1), IIR())


@named("width-one-convolution")
def width_one_convolution() -> Network:
    """A convolution of kernel width 1 over three channels: fully connected at every step."""
    return Sequential("Convolution of width 1", Input(T, 3), Conv1d(3, 3, 1, bias=False))


@named("convolution")
def convolution() -> Network:
    """A convolution layer, three channels, kernel width 2: fully connected over channels and kernel."""
    return Sequential("Convolution layer", Input(T, 3), Conv1d(3, 3, 2, padding="causal", bias=False))


@named("max-pooling")
def max_pooling() -> Network:
    """Max pooling of an image of C channels, windows of 2 by 2, stride 2."""
    return Sequential("Max pooling", Input(2 * X, 2 * Y, C), MaxPool2d(2))


@named("average-pooling")
def average_pooling() -> Network:
    """Average pooling of an image of C channels, windows of 2 by 2, stride 2."""
    return Sequential("Average pooling", Input(2 * X, 2 * Y, C), AvgPool2d(2))


@named("depthwise-convolution")
def depthwise_convolution() -> Network:
    """A convolution of each of I channels by itself, kernel width K."""
    return Sequential("Depthwise convolution", Input(T, I), DepthwiseConv1d(I, K, padding="same"))


@named("separable-convolution")
def separable_convolution() -> Network:
    """A depthwise convolution, kernel width K, then a product with H x I weights at every step (Chollet, 2017)."""
    return Sequential("Separable convolution", Input(T, I), SeparableConv1d(I, H, K, padding="same"))


# --- recurrent networks ----------------------------------------------------------------------------------------------


@named("rnn-cell")
def rnn_cell() -> Network:
    """The cell of an Elman network: one step."""
    x, h = Input(I, name="input"), Input(H, name="state")
    return Network("RNN cell", (x, h), RNNCell(I, H)(x, h))


@named("stacked-rnn")
def stacked_rnn() -> Network:
    """L Elman networks, each over what the one below it hands out."""
    return Sequential("Stacked RNN", Input(T, H), RNN(H, H, num_layers=L))


@named("bidirectional-rnn")
def bidirectional_rnn() -> Network:
    """Two Elman networks, one over the sequence forwards and one backwards."""
    return Sequential("Bidirectional RNN", Input(T, I), RNN(I, H, bidirectional=True))


# --- classifiers and autoencoders ------------------------------------------------------------------------------------


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


@named("cnn-autoencoder")
def cnn_autoencoder() -> Network:
    """The convolutional autoencoder of 28 by 28 images, kernel 3: strided convolutions down, transposed ones up."""
    return convolutional_autoencoder("CNN autoencoder", Integer(3))


def convolutional_autoencoder(name: str, kernel: Expr) -> Network:
    """The same with kernels of any odd width."""
    half = (kernel - 1) / 2  # so that a stride of 2 halves an image
    down = [Conv2d(1, 100, kernel, 2, half), ReLU(), Conv2d(100, 200, kernel, 2, half), ReLU()]
    up = [ConvTranspose2d(200, 100, kernel, 2, half, 1), ReLU(), ConvTranspose2d(100, 1, kernel, 2, half, 1)]
    return Sequential(name, Input(28, 28, 1), *down, *up)
