"""How fast symcost is, beside a baseline in the same run. It reports and never fails on time.

    python tests/benchmark.py

Start-up: the whole process of the lecture's table, and of importing the libraries that it stands on (aim: 1.3 times).
Chains: totals and depth of 1,000 and 10,000 layers, 20 of them distinct, and a topological sort of the same graph
(aim: under 10 times, and growing as the sort does).
Growth: of 1,000 monomials in 8 dimensions, and sympy's Order of 20 of them at infinity (aim: well under a second).
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import networkx
from sympy import Add, Expr, Mul, Order, oo

import symcost as sc

RUNS = 7


def seconds(work: Callable[[], object]) -> float:
    """One run of some work."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def process(*command: str) -> Callable[[], object]:
    """A whole process, its output thrown away."""
    return lambda: subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)


def report(what: str, measured: list[float], baseline: list[float]) -> None:
    """Both medians, and the median of the ratios pair by pair."""
    ratio = statistics.median(a / b for a, b in zip(measured, baseline, strict=True))
    times = f"{1000 * statistics.median(measured):9.1f} ms   baseline {1000 * statistics.median(baseline):8.1f} ms"
    print(f"{what:<44} {times}   {ratio:5.2f} times")


def startup() -> None:
    """The command of the README against a bare import."""
    table = process("-m", "symcost", "table", "lecture")
    bare = process("-c", "import sympy, networkx, jinja2")
    pairs = [(seconds(table), seconds(bare)) for _ in range(RUNS + 1)][1:]  # the first warms the disk
    report("symcost table lecture / bare imports", *map(list, zip(*pairs, strict=True)))


def chain(length: int) -> sc.Network:
    """A chain of linear layers and activations, 20 distinct ones among them."""
    sizes = [sc.dimension(f"H_{number}") for number in range(10)]
    tensor = first = sc.Input(sc.T, sizes[0])
    for number in range(length // 2):
        tensor = sc.Linear(sizes[number % 10], sizes[(number + 1) % 10])(tensor)
        tensor = (sc.ReLU() if number % 2 else sc.Tanh())(tensor)
    return sc.Network("chain", first, tensor)


def chains() -> None:
    """Totals and depth of long chains, the layers already built, against a topological sort."""
    for length in (1_000, 10_000):
        pairs = []
        for _ in range(RUNS):
            network = chain(length)
            graph = network.graph
            fresh = sc.Network("chain", network.inputs, network.outputs)  # nothing of it is remembered
            totals = seconds(lambda n=fresh: (n.parameters, n.macs, n.flops, n.activations, n.depth))
            pairs.append((totals, seconds(lambda g=graph: list(networkx.topological_sort(g)))))
        report(f"totals and depth of {length:,} layers / sort", *map(list, zip(*pairs, strict=True)))


def monomials(count: int) -> tuple[list[sc.Size], Expr]:
    """The dimensions, and a sum of monomials of degrees up to 3 in each."""
    draw = random.Random(count)
    sizes = [sc.dimension(f"x_{number}") for number in range(8)]
    return sizes, Add(*(Mul(draw.randint(1, 9), *(x ** draw.randint(0, 3) for x in sizes)) for _ in range(count)))


def growths() -> None:
    """The growth of a long sum, each time of another one, and sympy's of a short one, once: it takes long."""
    sums = [monomials(count)[1] for count in range(1_000, 1_000 + RUNS)]
    measured = [seconds(lambda each=each: sc.growth(each).terms) for each in sums]
    sizes, short = monomials(20)
    baseline = seconds(lambda: Order(short, *((x, oo) for x in sizes)))
    report("growth of 1,000 monomials / Order of 20", measured, [baseline] * RUNS)


if __name__ == "__main__":
    startup()
    chains()
    growths()
