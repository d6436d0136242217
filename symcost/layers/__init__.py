"""The catalogue of layers, a file a family."""

from symcost.layers.activation import (
    ELU,
    GELU,
    GLU,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    Identity,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softmin,
    Softplus,
    Softsign,
    Tanh,
)  # fmt: skip
from symcost.layers.attention import Attention, GroupedQueryAttention, MultiheadAttention, ScaledDotProductAttention
from symcost.layers.cells import GRUCell, LSTMCell, RNNCell
from symcost.layers.convolution import Conv1d, Conv2d, Conv3d, DepthwiseConv1d, DepthwiseConv2d
from symcost.layers.dense import Bilinear, Linear
from symcost.layers.embedding import Embedding, EmbeddingBag, OneHotEmbedding
from symcost.layers.filters import IIR
from symcost.layers.linear_recurrence import QRNN, SRU, LinearRecurrence
from symcost.layers.multiscale import MultiscaleRNN
from symcost.layers.normalisation import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    Dropout,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    LayerNorm,
    LocalResponseNorm,
    RMSNorm,
)  # fmt: skip
from symcost.layers.pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AdaptiveMaxPool3d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
)  # fmt: skip
from symcost.layers.position import (
    ALiBi,
    LearnedPositionalEncoding,
    RotaryPositionalEncoding,
    SinusoidalPositionalEncoding,
)  # fmt: skip
from symcost.layers.recurrent import GRU, LSTM, RNN
from symcost.layers.sampling import ArgMax, EveryPrefix
from symcost.layers.separable import SeparableConv1d, SeparableConv2d
from symcost.layers.shape import Add, Concat, Flatten, PixelShuffle, Repeat, UpsamplingNearest1d, UpsamplingNearest2d
from symcost.layers.transformer import (
    FeedForward,
    GatedFeedForward,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)  # fmt: skip
from symcost.layers.transposed import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d

__all__ = [
    "Linear", "Bilinear", "Embedding", "EmbeddingBag", "OneHotEmbedding",
    "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d",
    "DepthwiseConv1d", "DepthwiseConv2d", "SeparableConv1d", "SeparableConv2d",
    "MaxPool1d", "MaxPool2d", "MaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d",
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d",
    "RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "IIR",
    "LinearRecurrence", "SRU", "QRNN", "MultiscaleRNN",
    "SinusoidalPositionalEncoding", "LearnedPositionalEncoding", "RotaryPositionalEncoding", "ALiBi",
    "Attention", "MultiheadAttention", "GroupedQueryAttention", "ScaledDotProductAttention",
    "FeedForward", "GatedFeedForward", "TransformerEncoderLayer", "TransformerDecoderLayer",
    "LayerNorm", "RMSNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "GroupNorm", "InstanceNorm1d",
    "InstanceNorm2d", "InstanceNorm3d", "LocalResponseNorm", "Dropout",
    "ELU", "GELU", "Identity", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
    "GLU", "Hardsigmoid", "Hardswish", "Hardtanh", "LogSigmoid", "Mish", "PReLU", "ReLU6", "Softmin", "Softsign",
    "ArgMax", "EveryPrefix", "Add", "Concat", "Flatten", "PixelShuffle", "Repeat", "UpsamplingNearest1d",
    "UpsamplingNearest2d",
]  # fmt: skip
