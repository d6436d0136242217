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
from symcost.layers.attention import Attention, GroupedQueryAttention, MultiheadAttention, ScaledDotProductAttention
from symcost.layers.convolution import Conv1d, Conv2d, Conv3d
from symcost.layers.dense import Linear
from symcost.layers.embedding import Embedding, OneHotEmbedding
from symcost.layers.filters import IIR
from symcost.layers.normalisation import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    Dropout,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    LayerNorm,
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
from symcost.layers.recurrent import GRU, LSTM, RNN
from symcost.layers.sampling import ArgMax, EveryPrefix
from symcost.layers.shape import Add, Concat, Flatten, Repeat, UpsamplingNearest1d, UpsamplingNearest2d
from symcost.layers.transformer import (
    FeedForward,
    GatedFeedForward,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)  # fmt: skip
from symcost.layers.transposed import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d

__all__ = [
    "Linear", "Embedding", "OneHotEmbedding",
    "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d",
    "MaxPool1d", "MaxPool2d", "MaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d",
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d",
    "RNN", "LSTM", "GRU", "IIR",
    "Attention", "MultiheadAttention", "GroupedQueryAttention", "ScaledDotProductAttention",
    "FeedForward", "GatedFeedForward", "TransformerEncoderLayer", "TransformerDecoderLayer",
    "LayerNorm", "RMSNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "GroupNorm", "InstanceNorm1d",
    "InstanceNorm2d", "Dropout",
    "ELU", "GELU", "Identity", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
    "ArgMax", "EveryPrefix", "Add", "Concat", "Flatten", "Repeat", "UpsamplingNearest1d",
    "UpsamplingNearest2d",
]  # fmt: skip
