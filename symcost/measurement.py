"""Measurements: a network is run here, on drawn numbers, and timed.

A measurement says how long this machine took, with this library, just now. It is no property of the network, and no
estimate of another machine.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from sympy import Integer

from symcost.addressing import Gather
from symcost.arithmetic import Array, WholeArrays
from symcost.axes import elements
from symcost.devices import Device
from symcost.equation import Equation
from symcost.errors import DimensionError, GraphError, ShapeError
from symcost.expressions import ONE
from symcost.interpret import Execution, Weights
from symcost.prefixes import Prefixes
from symcost.structure import Call, Repetition
from symcost.tensor import Tensor

NUMBER_FORMAT = "float32"
"""The format of the numbers in a measurement."""

THIS_MACHINE = "this machine"
"""What the machine that measures is called as a device."""

_BYTES = np.dtype(NUMBER_FORMAT).itemsize
_FEWEST_RUNS = 3
_MATRIX = 1024  # rows and columns of the matrices that show the peak
_COPIED = 2**28  # bytes of the copy that shows the bandwidth: more than caches hold


class Measured(Protocol):
    """A network."""

    @property
    def name(self) -> str: ...
    @property
    def is_network(self) -> bool: ...
    @property
    def dimensions(self) -> Sequence[Any]: ...
    def equation(self) -> Equation: ...


class Library(NamedTuple):
    """What runs the equations: its name and version, how many threads it takes, and how it computes."""

    name: str
    threads: str
    execution: Callable[[Weights], Execution]
    product: Callable[[Array, Array], Any]
    copy: Callable[[Array, Array], Any]  # to, from
    running: Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Measurement:
    """How long each run of a network took, in seconds, and on what."""

    name: str
    seconds: tuple[float, ...]
    library: str
    threads: str
    machine: str
    own_layers: tuple[str, ...] = ()  # layers that ran as the library's own, not operation by operation
    format: str = NUMBER_FORMAT

    @property
    def median(self) -> float:
        """The time that half of the runs took at most, in seconds."""
        return statistics.median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The times between which the middle half of the runs lies, in seconds."""
        first, _, third = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return first, third


def measure(network: Measured, seconds: float = 1.0, seed: int = 0) -> Measurement:
    """Runs a network again and again for some ``seconds``, after a run that is not counted.

    Inputs and weights are drawn at random. PyTorch runs it if it is installed, else NumPy.

    Raises:
        GraphError: it is no network.
        DimensionError: a size is no number.
        ShapeError: it does not fit into the memory of this machine.
        UnpricedError: a node has a cost but no equation.
    """
    _refuse_symbols(network)
    equation = network.equation()
    _refuse_giants(network, equation)
    library = available()
    generator = np.random.default_rng(seed)
    run = library.execution(_weights(generator))
    try:
        inputs = _drawn(equation, generator)
        with library.running():
            run.run(equation, inputs, "")  # modules are built, memory is taken, code is fetched
            times = tuple(_timed(lambda: run.run(equation, inputs, ""), seconds))
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error):  # PyTorch has no error of its own for it
            raise
        raise _too_large(network.name) from None
    own = tuple(path.removesuffix(".") for path, module in getattr(run, "modules", {}).items() if module is not None)
    return Measurement(network.name, times, library.name, library.threads, machine(), own)


def _refuse_symbols(network: Measured) -> None:
    if not network.is_network:
        raise GraphError(f"{network!r} alone", expected="a network", remedy="put it into Network(...) with its inputs")
    open_sizes = [str(symbol.name) for symbol in network.dimensions]
    if open_sizes:
        raise DimensionError(
            f"{', '.join(open_sizes)} without a number",
            where=f"network {network.name!r}",
            expected="numbers to run it on",
            remedy="give " + " ".join(f"--at {name}=100" for name in open_sizes),
        )


def _too_large(name: str) -> ShapeError:
    return ShapeError(
        "its tensors do not fit into memory", where=f"network {name!r}", expected="a network that fits",
        remedy="choose smaller sizes",
    )  # fmt: skip


def _refuse_giants(network: Measured, equation: Equation) -> None:
    """Raises if the weights and what layers hand out are more than this machine's memory, where that is known."""
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return
    cost = equation.network_cost
    held = cost.parameters + max(elements(each.axes) for node in equation.nodes for each in node.outputs)
    if int(held) * _BYTES > os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"):
        raise _too_large(network.name)


def _timed(run: Callable[[], Any], seconds: float) -> Iterator[float]:
    """The time of each run: so many that they take the ``seconds``, and a few in any case."""
    whole, runs = 0.0, 0
    while whole < seconds or runs < _FEWEST_RUNS:
        start = time.perf_counter()
        run()
        took = time.perf_counter() - start
        whole, runs = whole + took, runs + 1
        yield took


# --- what is drawn ---------------------------------------------------------------------------------------------------


def _weights(generator: np.random.Generator) -> Weights:
    """Weights as before training: scaled by one over the root of what they sum, so that nothing explodes."""
    made: dict[str, Array] = {}

    def source(name: str, shape: tuple[int, ...]) -> Array:
        if name not in made:
            scale = max(1, int(np.prod(shape[1:]))) ** -0.5
            drawn = generator.standard_normal(shape, dtype=np.float32) * np.float32(scale)
            made[name] = np.abs(drawn) + 1 if name.endswith("running_var") else drawn
        return made[name]

    return source


def _drawn(equation: Equation, generator: np.random.Generator) -> list[Array]:
    """An input for each of the network's: numbers, or the numbers of rows where it looks rows up."""
    rows = _looked_up(equation)
    drawn = []
    for tensor in equation.inputs:
        shape = tuple(map(int, tensor.shape))
        numbers = generator.integers(rows[tensor], size=shape) if tensor in rows else generator.standard_normal(shape)
        drawn.append(np.asarray(numbers, dtype=NUMBER_FORMAT))
    return drawn


def _looked_up(equation: Equation) -> dict[Tensor, int]:
    """The tensors whose numbers are numbers of rows, and how many rows there are at least."""
    found: dict[Tensor, int] = {}
    for node in reversed(equation.nodes):
        operation, inner = node.operation, dict[Tensor, int]()
        if isinstance(operation, Gather):
            inner = {node.inputs[0]: int(node.inputs[1].shape[0])}
        elif isinstance(operation, Call | Repetition | Prefixes):
            held = operation.on_prefix(ONE) if isinstance(operation, Prefixes) else operation.equation  # the shortest
            taken = zip(held.inputs, node.inputs, strict=True)
            within = _looked_up(held)
            inner = {outside: within[tensor] for tensor, outside in taken if tensor in within}
        if node.outputs[0] in found and (operation.alias or operation.free):
            inner = dict.fromkeys(node.inputs, found[node.outputs[0]])
        for tensor, count in inner.items():
            found[tensor] = min(count, found.get(tensor, count))
    return found


# --- what runs it ----------------------------------------------------------------------------------------------------


def available() -> Library:
    """PyTorch if it is installed, else NumPy."""
    try:
        return _pytorch()
    except ImportError:
        own = f"as many threads as its BLAS takes on {os.cpu_count()} processors"
        return Library(
            f"NumPy {np.__version__}", own, lambda weights: Execution(weights, WholeArrays(), np.float32),
            np.matmul, np.copyto, nullcontext,
        )  # fmt: skip


def _pytorch() -> Library:
    from symcost import pytorch  # only who measures pays for it

    torch = pytorch.torch()
    return Library(
        f"PyTorch {torch.__version__}",
        f"{torch.get_num_threads()} threads",
        lambda weights: pytorch.TorchExecution(weights, np.float32),
        lambda a, b: torch.matmul(torch.from_numpy(a), torch.from_numpy(b)),
        lambda to, original: torch.from_numpy(to).copy_(torch.from_numpy(original)),
        pytorch.inference,
    )


def machine() -> str:
    """The processor of this machine, as far as it says."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8", errors="replace").splitlines() if described.is_file() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine() or "a processor without a name"


def this_machine(power: Any = None, seconds: float = 0.5) -> Device:
    """This machine as a device: its peak and its bandwidth are measured, its power is not known unless it is given.

    The peak is the best that a product of large matrices reaches, the bandwidth the best of a large copy, which reads
    and writes each byte.
    """
    library = available()
    generator = np.random.default_rng(0)
    a, b = (generator.standard_normal((_MATRIX, _MATRIX), dtype=np.float32) for _ in "ab")
    original = np.ones(_COPIED, dtype=np.uint8)
    copied = np.empty_like(original)
    with library.running():
        product = min(_timed(lambda: library.product(a, b), seconds))
        copy = min(_timed(lambda: library.copy(copied, original), seconds))
    return Device(
        THIS_MACHINE, Integer(round(2 * _MATRIX**3 / product)), Integer(round(2 * _COPIED / copy)), power, _BYTES,
        NUMBER_FORMAT,
        f"measured here: a product of {_MATRIX} x {_MATRIX} matrices, a copy of {_COPIED // 2**20} MiB",
    )  # fmt: skip
