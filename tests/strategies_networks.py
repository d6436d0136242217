"""Random networks over sequences, drawn as plans: a plan is built as a network, or added up by hand in plain numbers.

A plan is a list of steps. ``build`` makes the network of it in dimensions; ``by_hand`` gives what it must cost at given
sizes, from the textbook formulas of each layer, without anything of symcost.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

import symcost as sc

Plan = list[tuple[Any, ...]]
Channels = tuple[str, ...]  # names whose sizes are added, since branches are concatenated
Sizes = dict[str, Any]

DIMENSIONS = {name: sc.dimension(name) for name in ("T", "H", "I", "L")}

_channels = st.sampled_from(["H", "I", "3", "2*H"])
_leaves = st.one_of(
    st.just(("relu",)),
    st.just(("identity",)),
    st.just(("pooled",)),  # the one fully connected layer of its size, used wherever the plan says so
    st.tuples(st.just("linear"), _channels),
    st.tuples(st.just("rnn"), _channels),
    st.tuples(st.just("lstm"), _channels),
    st.tuples(st.just("conv"), _channels, st.integers(1, 3)),
)


def _deeper(inner: st.SearchStrategy[Plan]) -> st.SearchStrategy[Plan]:
    step = st.one_of(
        _leaves,
        st.tuples(st.just("residual"), inner),
        st.tuples(st.just("branches"), inner, inner),
        st.tuples(st.just("nested"), inner, st.integers(1, 2)),  # how often it is called
        st.tuples(st.just("repeat"), inner, st.sampled_from(["1", "2", "L"]), st.booleans()),
    )
    return st.lists(step, min_size=1, max_size=4)


plans: st.SearchStrategy[Plan] = st.recursive(st.lists(_leaves, min_size=1, max_size=4), _deeper, max_leaves=6)
"""Chains, branches, residual additions, nested and repeated networks, shared layers."""

sizes: st.SearchStrategy[dict[str, int]] = st.fixed_dictionaries(
    {"T": st.integers(1, 7), "H": st.integers(1, 5), "I": st.integers(1, 5), "L": st.integers(1, 4)}
)


def value(channels: Channels, env: Sizes) -> Any:
    """How many channels: numbers for numbers, expressions for dimensions."""
    return sum((_one(name, env) for name in channels[1:]), start=_one(channels[0], env))


def _one(name: str, env: Sizes) -> Any:
    return 2 * env["H"] if name == "2*H" else int(name) if name.isdigit() else env[name]


# --- as a network ----------------------------------------------------------------------------------------------------


def build(plan: Plan, env: Sizes | None = None, name: str = "random") -> sc.Network:
    """The network of a plan, on an input of T steps and H channels; convolutions have the environment's padding."""
    env = env or DIMENSIONS
    x = sc.Input(env["T"], env["H"])
    return sc.Network(name, x, _made(plan, x, ("H",), env, {})[0])


def _made(  # noqa: PLR0912 - a case for each kind of step
    plan: Plan, x: Any, c: Channels, env: Sizes, pool: dict[Channels, Any]
) -> tuple[Any, Channels]:
    for step in plan:
        match step:
            case ("relu",):
                x = sc.ReLU()(x)
            case ("identity",):
                x = sc.Identity()(x)
            case ("pooled",):
                x = pool.setdefault(c, sc.Linear(value(c, env), value(c, env)))(x)
            case ("linear", out):
                x, c = sc.Linear(value(c, env), value((out,), env))(x), (out,)
            case ("rnn", out):
                x, c = sc.RNN(value(c, env), value((out,), env))(x), (out,)
            case ("lstm", out):
                x, c = sc.LSTM(value(c, env), value((out,), env))(x), (out,)
            case ("conv", out, width):
                x, c = (
                    sc.Conv1d(value(c, env), value((out,), env), width, padding=env.get("padding", "same"))(x),
                    (out,),
                )
            case ("residual", inner):
                x = _and_back(inner, x, c, env, pool) + x
            case ("branches", first, second):
                (y, b), (z, d) = _made(first, x, c, env, pool), _made(second, x, c, env, pool)
                x, c = sc.Concat()(y, z), b + d
            case ("nested", inner, calls):  # in dimensions of its own, so that a call gives it other sizes
                own = {**env, "T": sc.dimension("S"), "D": sc.dimension("D")}
                y = sc.Input(own["T"], own["D"])
                block = sc.Network("block", y, _and_back(inner, y, ("D",), own, {}))
                for _ in range(calls):
                    x = block(x)
            case ("repeat", inner, count, shared):
                y = sc.Input(env["T"], value(c, env))
                body = sc.Network("body", y, _and_back(inner, y, c, env, {}))
                x = sc.Repeat(body, _one(count, env), shared)(x)
    return x, c


def _and_back(inner: Plan, x: Any, c: Channels, env: Sizes, pool: dict[Channels, Any]) -> Any:
    y, b = _made(inner, x, c, env, pool)
    return sc.Linear(value(b, env), value(c, env))(y)


# --- in numbers, by hand ---------------------------------------------------------------------------------------------


@dataclass
class Bill:
    """What a plan costs: the learned numbers by who owns them, everything else added up."""

    learned: dict[Hashable, tuple[int, int]] = field(default_factory=dict)  # weights, biases
    sums: Counter[str] = field(default_factory=Counter)

    def add(self, other: Bill, times: int = 1) -> None:
        self.learned |= other.learned
        for metric, amount in other.sums.items():
            self.sums[metric] += amount * times

    def once(self, owner: Hashable, weights: int = 0, biases: int = 0, **sums: int) -> None:
        self.learned[owner] = (weights, biases)
        self.sums.update(sums)

    @property
    def weights(self) -> int:
        return sum(weights for weights, _ in self.learned.values())

    @property
    def biases(self) -> int:
        return sum(biases for _, biases in self.learned.values())


_owner = itertools.count()


def by_hand(plan: Plan, env: dict[str, int]) -> Bill:
    """What a plan costs at given sizes, from the formulas of the textbooks."""
    return _billed(plan, ("H",), env, "main")[0]


def _linear(bill: Bill, owner: Hashable, T: int, c: int, o: int) -> None:
    bill.once(owner, c * o, o, macs=T * c * o, flops=2 * T * c * o + T * o, activations=T * o)


def _billed(plan: Plan, c: Channels, env: dict[str, int], pool: Hashable) -> tuple[Bill, Channels]:
    bill, T = Bill(), env["T"]
    for step in plan:
        n = value(c, env)
        own = next(_owner)
        match step:
            case ("relu",):
                bill.sums.update(flops=T * n, activations=T * n)
            case ("identity",):
                pass
            case ("pooled",):
                _linear(bill, (pool, c), T, n, n)
            case ("linear", out):
                c = (out,)
                _linear(bill, own, T, n, value(c, env))
            case ("conv", out, width):
                c = (out,)
                o = value(c, env)
                bill.once(
                    own, o * n * width, o, macs=T * o * n * width, flops=T * o * (2 * n * width + 1), activations=T * o
                )
            case ("rnn", out):
                c = (out,)
                o = value(c, env)
                one = n * o + o * o  # two biases, one sum and one tanh a channel and step
                bill.once(own, one, 2 * o, macs=T * one, flops=2 * T * one + 4 * T * o, activations=T * o, state=o)
            case ("lstm", out):
                c = (out,)
                o = value(c, env)
                one = 4 * (n * o + o * o)
                gates = 12 + 3 + 1 + 2 + 3  # biases and sums; products; the sum of c; tanh; sigmoids
                bill.once(
                    own, one, 8 * o, macs=T * one, flops=2 * T * one + gates * T * o, activations=T * o, state=2 * o
                )
            case ("residual", inner):
                bill.add(_billed_back(inner, c, env, pool))
                bill.sums.update(flops=T * n, activations=T * n)
            case ("branches", first, second):
                (one, b), (other, d) = _billed(first, c, env, pool), _billed(second, c, env, pool)
                bill.add(one)
                bill.add(other)
                c = b + d
                bill.sums.update(activations=T * value(c, env))
            case ("nested", inner, calls):
                bill.add(_billed_back(inner, ("D",), {**env, "D": n}, own), calls)
            case ("repeat", inner, count, shared):
                body, times = _billed_back(inner, c, env, own), _one(count, env)
                each = 1 if shared else times
                bill.once(own, body.weights * each, body.biases * each)
                bill.add(Bill({}, body.sums), times)
    return bill, c


def _billed_back(inner: Plan, c: Channels, env: dict[str, int], pool: Hashable) -> Bill:
    bill, b = _billed(inner, c, env, pool)
    _linear(bill, next(_owner), env["T"], value(b, env), value(c, env))
    return bill
