"""How fast symcost is, beside a baseline in the same run. It reports and never fails on time.

    python tests/benchmark.py

Start-up: the whole process of the lecture's table, and of importing the libraries that it stands on (aim: 1.3 times).
Chains: totals and depth of 1,000 and 10,000 layers, 20 of them distinct, and a topological sort of the same graph
(aim: under 10 times, and growing as the sort does).
Growth: of 1,000 monomials in 8 dimensions, and sympy's Order of 20 of them at infinity (aim: well under a second).
Schedules: of a graph of 10,000 operations and 100 loops, beside unrolling it over 8 steps of time and the longest way
through that (aim: well under a second); of 500 residual blocks, alone and of two branches that cannot be compared, and
of 96 blocks of a Transformer, by layer and by operation, beside building them (aim: a second, growing with the blocks).
Comparison: two Transformers along time, priced already, and pricing them (aim: under 200 ms).
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

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


def transformer(feed_forward: int, blocks: int = 12) -> sc.Network:
    """Blocks, each with a feed-forward layer so many times as wide."""
    layers = [sc.TransformerEncoderLayer(sc.D, sc.N, feed_forward * sc.D) for _ in range(blocks)]
    return sc.Sequential("transformer", sc.Input(sc.T), sc.Embedding(sc.V, sc.D), *layers, sc.Linear(sc.D, sc.V))


def filters(operations: int, loops: int) -> networkx.MultiDiGraph:
    """Operations one after another, with ways that skip some of them, and loops of different delays."""
    draw = random.Random(operations)
    graph = networkx.MultiDiGraph()
    for number in range(operations):
        graph.add_node(number, latency=draw.randint(1, 3))
    networkx.add_path(graph, range(operations), delay=0)
    for _ in range(operations // 2):
        start = draw.randrange(operations - 50)
        graph.add_edge(start, start + draw.randint(1, 50), delay=0)
    apart = operations // loops
    for number in range(loops):
        start = number * apart
        graph.add_edge(start + draw.randint(50, 99), start + draw.randint(0, 49), delay=draw.randint(1, 4))
    return graph


def unrolled(graph: networkx.MultiDiGraph, steps: int) -> networkx.DiGraph:
    """Each node once in each of so many steps of time."""
    made = networkx.DiGraph()
    for one, other, delay in graph.edges(data="delay"):
        latency = graph.nodes[other]["latency"]
        made.add_weighted_edges_from(((one, time), (other, time + delay), latency) for time in range(steps - delay))
    return made


def residual(blocks: int) -> sc.Network:
    """Blocks of two layers, in sizes of their own, beside a way straight on."""
    x = first = sc.Input(sc.T, sc.H)
    for number in range(blocks):
        size = sc.dimension(f"H_{number % 10}")
        x = sc.Add()(x, sc.Linear(size, sc.H)(sc.ReLU()(sc.Linear(sc.H, size)(x))))
    return sc.Network("residual", first, x)


def branches(blocks: int) -> sc.Network:
    """Blocks of two branches of which it cannot be said which is the deeper."""
    x = first = sc.Input(sc.T, sc.H)
    depths = [sc.dimension("L_1"), sc.dimension("L_2")]
    for _ in range(blocks):
        x = sc.Add()(*(sc.Repeat(sc.Linear(sc.H, sc.H), depth)(x) for depth in depths))
    return sc.Network("branches", first, x)


def schedules() -> None:
    """Depth, width and critical path, nothing of them remembered."""
    graph = filters(10_000, 100)
    pairs = [
        (
            seconds(lambda: sc.schedule(graph)),
            seconds(lambda: networkx.dag_longest_path_length(unrolled(graph, 8), weight="weight")),
        )
        for _ in range(3)
    ]
    report("schedule of 10,000 operations / unrolled 8 times", *map(list, zip(*pairs, strict=True)))
    for what, make, blocks in (
        ("residual", residual, 500),
        ("branches", branches, 500),
        ("Transformer", partial(transformer, 4), 96),
    ):
        for step in ("layer", "operation"):
            network = make(blocks)
            baseline = seconds(lambda make=make, blocks=blocks: make(blocks))
            measured = seconds(lambda network=network, step=step: sc.schedule(network, step).depth)
            report(f"{what}, {blocks} blocks, by {step} / building", [measured], [baseline])


def comparison() -> None:
    """Two Transformers compared, nothing of it remembered."""
    for metric in ("macs", "flops"):
        pairs = []
        for run in range(RUNS):
            first, second = transformer(4 + 2 * run), transformer(5 + 2 * run)
            priced = seconds(lambda a=first, b=second, by=metric: (a.cost(by), b.cost(by)))
            compared = seconds(lambda a=first, b=second, by=metric: sc.compare(a, b, by=sc.T, metric=by))
            pairs.append((compared, priced))
        report(f"comparing two Transformers by {metric} / pricing", *map(list, zip(*pairs, strict=True)))


if __name__ == "__main__":
    startup()
    chains()
    growths()
    schedules()
    comparison()
