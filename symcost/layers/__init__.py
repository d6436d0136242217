"""The catalogue of layers, a file a family."""

from symcost.layers.activation import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)  # fmt: skip
from symcost.layers.attention import Attention, MultiheadAttention, ScaledDotProductAttention
from symcost.layers.convolution import Conv1d, Conv2d
from symcost.layers.dense import Linear
from symcost.layers.recurrent import GRU, LSTM, RNN
from symcost.layers.shape import Add, Concat, Flatten, Repeat

__all__ = [
    "ELU", "GELU", "GRU", "LSTM", "RNN", "Add", "Attention", "Concat", "Conv1d", "Conv2d", "Flatten", "Identity",
    "LeakyReLU", "Linear", "LogSoftmax", "MultiheadAttention", "ReLU", "Repeat", "ScaledDotProductAttention",
    "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
]  # fmt: skip
