"""Models of language and speech, in training, where the targets are known, and as they sample, a step at a time."""

from __future__ import annotations

from sympy import Symbol

from symcost.architectures.named import named
from symcost.dimensions import dimension
from symcost.layers import (
    LSTM,
    ArgMax,
    Attention,
    Concat,
    Embedding,
    EveryPrefix,
    Linear,
    LSTMCell,
    OneHotEmbedding,
    Repeat,
    Softmax,
    Tanh,
)  # fmt: skip
from symcost.network import Network
from symcost.sequential import Sequential
from symcost.tensor import Input, Tensor

T, H, I, C, E, V = map(dimension, "THICEV")
T_self, T_cross = dimension("T_self"), dimension("T_cross")


# --- language models -------------------------------------------------------------------------------------------------


@named("embedding")
def embedding() -> Network:
    """The rows of a table for T words, looked up by their numbers."""
    return Sequential("Embedding", Input(T), Embedding(V, E))


@named("one-hot-embedding")
def one_hot_embedding() -> Network:
    """The same rows, by products with vectors that are one at a word's number and zero elsewhere."""
    return Sequential("One-hot embedding", Input(T, V), OneHotEmbedding(V, E))


@named("language-model")
def language_model() -> Network:
    """A language model in training: the sequence is known, so that all steps' inputs are there at once."""
    return Sequential("Language model", Input(T), Embedding(V, E), LSTM(E, H), Linear(H, V), Softmax())


@named("language-model-sampling")
def language_model_sampling() -> Network:
    """The language model as it samples, its state kept: T steps, each of whose words is the next one's input."""
    word, h, c = Input(1, name="word"), Input(1, H, name="state"), Input(1, H, name="memory")
    after = LSTMCell(E, H)(Embedding(V, E)(word), h, c)
    step = Network("Step", (word, h, c), (ArgMax()(Softmax()(Linear(H, V)(after[0]))), *after))
    return Network("Language model, sampling", (word, h, c), Repeat(step, T, shared=True)(word, h, c))


@named("language-model-sampling-uncached")
def language_model_sampling_uncached() -> Network:
    """The same with nothing kept: for each word the model runs anew over all words before it."""
    model = Sequential("Model", Input(T), language_model(), ArgMax())
    return Sequential("Language model, sampling without caches", Input(T, name="words"), EveryPrefix(model))


# --- encoders and decoders -------------------------------------------------------------------------------------------


def _attended(states: Tensor, memory: Tensor, out: Symbol) -> Tensor:
    """What a decoder makes of its states and of what attention finds for them in the encoder's."""
    context = Attention(H, H)(states, memory, name="attention")
    outputs: Tensor = Linear(2 * H, out)(Concat()(states, context), name="output")
    return outputs


@named("encoder-decoder")
def encoder_decoder() -> Network:
    """An encoder and a decoder with attention between them, in training: both sequences are known."""
    source, target = Input(T_cross, I, name="source"), Input(T_self, I, name="target")
    memory = LSTM(I, H)(source, name="encoder")
    states = LSTM(I, H)(target, name="decoder")
    return Network("Encoder-decoder", (source, target), _attended(states, memory, V))


@named("speech-synthesis")
def speech_synthesis() -> Network:
    """From T_cross characters to T_self frames of C channels, in training: Tacotron in outline (Wang et al., 2017)."""
    text, frames = Input(T_cross, name="text"), Input(T_self, C, name="frames")
    memory = LSTM(E, H)(Embedding(V, E)(text), name="encoder")
    states = LSTM(C, H)(frames, name="decoder")
    return Network("Speech synthesis", (text, frames), _attended(states, memory, C))


def _translated(states: Tensor, memory: Tensor) -> Tensor:
    """Words out of a decoder's states and the encoder's, which are asked as they are (Luong et al., 2015)."""
    context = Attention(H, H, projections="q")(states, memory, name="attention")
    hidden = Tanh()(Linear(2 * H, H, bias=False)(Concat()(states, context), name="hidden"))
    words: Tensor = Softmax()(Linear(H, V)(hidden, name="output"))
    return words


@named("translation")
def translation() -> Network:
    """From T_cross words to T_self words of a translation, in training (Luong et al., 2015)."""
    source, target = Input(T_cross, name="source"), Input(T_self, name="target")
    memory = LSTM(E, H)(Embedding(V, E)(source), name="encoder")
    states = LSTM(E, H)(Embedding(V, E)(target), name="decoder")
    return Network("Translation", (source, target), _translated(states, memory))


@named("translation-sampling")
def translation_sampling() -> Network:
    """The same as it translates: the decoder's T_self steps, each of whose words is the next one's input."""
    source, word = Input(T_cross, name="source"), Input(1, name="word")
    h, c = Input(1, H, name="state"), Input(1, H, name="cell")
    memory = LSTM(E, H)(Embedding(V, E)(source), name="encoder")
    asked = Input(T_cross, H, name="memory")
    after = LSTMCell(E, H)(Embedding(V, E)(word), h, c, name="decoder")
    step = Network("Step", (word, h, c, asked), (ArgMax()(_translated(after[0], asked)), *after, asked))
    words, *_ = Repeat(step, T_self, shared=True)(word, h, c, memory)
    return Network("Translation, sampling", (source, word, h, c), words)
