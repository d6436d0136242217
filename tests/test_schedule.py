from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from strategies_networks import DIMENSIONS, Plan, build, plans, sizes
from sympy import Expr, Integer, Max

import symcost as sc
from symcost.analysis.depth import schedule
from symcost.arrival import critical_path_length

T, S, H, I, V, L, B = (sc.dimension(name) for name in "TSHIVLB")


def put(expression: Expr, env: dict[str, int]) -> Expr:
    return expression.subs({DIMENSIONS[name]: Integer(number) for name, number in env.items()})


def longest_way(plan: Plan, env: dict[str, int]) -> int:
    """After how many layer steps all is done, by executing the network of a plan on times."""
    numbers = {name: Integer(number) for name, number in env.items()}
    return critical_path_length(build(plan, numbers), (env["T"], env["H"]), step="layer")


def chain(*layers: Any) -> sc.Network:
    return sc.Sequential("chain", sc.Input(T, H), *layers)


# --- depth -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "steps"),
    [
        (sc.RNN(H, H, dilation=4), "floor((T + 3)/4)"),
        (sc.LSTM(H, H, 3, dilation=H), "floor((T - 1)/H) + 3"),
        (sc.MultiscaleRNN(H, H, (2, 4)), "floor((T + 1)/2)"),
        (sc.IIR(H, 3), "T"),
        (sc.LinearRecurrence(H, H), "T - 1"),
        (sc.LinearRecurrence(H, H, algorithm="sklansky"), "ceil(log2(T))"),
        (sc.QRNN(H, H, 3, algorithm="blelloch"), "2*ceil(log2(T))"),
    ],
    ids=repr,
)
def test_steps_that_do_not_wait_for_one_another_are_one(layer: Any, steps: str) -> None:
    assert sc.at(chain(layer).depth - sc.read(steps)) == 0


@pytest.mark.parametrize(
    "name", sorted(n for n, each in sc.CATALOGUE.items() if each.__module__.startswith("symcost."))
)
def test_a_layer_is_one_step_unless_it_recurs_or_only_looks(name: str) -> None:
    layer = sc.CATALOGUE[name].example()
    steps = {
        **dict.fromkeys(["RNN", "LSTM", "GRU", "IIR", "EveryPrefix", "MultiscaleRNN", "SRU"], T),
        **dict.fromkeys(["LinearRecurrence", "QRNN"], T - 1),
        **dict.fromkeys(["Identity", "Flatten", "Concat", "Dropout", "UpsamplingNearest1d", "UpsamplingNearest2d"], 0),
        "PixelShuffle": 0,
        "Repeat": L,
    }

    assert schedule.layer_depth(layer.equation()) == steps.get(name, 1)


@pytest.mark.parametrize(
    ("layers", "depth"),
    [
        ((sc.Linear(H, H),), 1),
        ((sc.Linear(H, H), sc.ReLU(), sc.Linear(H, H)), 3),
        ((sc.RNN(H, H),), T),
        ((sc.RNN(H, H), sc.Linear(H, H)), T + 1),
        ((sc.LSTM(H, H), sc.GRU(H, H)), T + 1),  # each step of the second waits for that of the first
        ((sc.RNN(H, H, num_layers=3),), T + 2),
        ((sc.RNN(H, H, num_layers=L),), T + L - 1),
        ((sc.RNN(H, H, bidirectional=True),), T),  # both ways at once
        ((sc.Conv1d(H, H, 3, stride=2, padding=1), sc.RNN(H, H)), None),
        ((sc.Flatten(), sc.Identity()), 0),
        ((sc.Repeat(sc.ReLU(), L),), L),
        ((sc.Repeat(sc.RNN(H, H), L), sc.ReLU()), T + L),
        ((sc.Repeat(sc.Repeat(sc.RNN(H, H), L), B),), T + B * L - 1),
        ((sc.Repeat(sc.Identity(), L),), 0),
    ],
)
def test_layers_of_a_chain_wait_for_one_another(layers: Any, depth: Any) -> None:
    net = chain(*layers)

    if depth is None:  # as many steps as are left after the strides, and one for the convolution
        depth = 1 + net.graph.nodes["rnn"]["shape"][0]
        assert net.at(T=9).depth == 1 + 5
    assert net.depth == depth


def test_a_nested_network_is_as_deep_as_its_layers() -> None:
    inner = chain(sc.RNN(H, H), sc.ReLU())

    assert chain(inner, sc.Linear(H, H), inner).depth == T + 4


def branches(*layers: Any) -> sc.Network:
    x = sc.Input(T, H)
    return sc.Network("branches", x, sc.Concat()(*(layer(x) for layer in layers)))


def test_the_deeper_of_two_branches_counts_where_it_is_certain() -> None:
    assert branches(sc.RNN(H, H), sc.Linear(H, H)).depth == T
    assert branches(chain(sc.RNN(H, H), sc.RNN(H, H)), sc.RNN(H, H)).depth == T + 1
    assert branches(sc.Repeat(sc.RNN(H, H), L), sc.Repeat(sc.ReLU(), L)).depth == T + L - 1


def test_both_branches_stay_where_neither_is_certainly_deeper() -> None:
    net = branches(sc.RNN(H, H), sc.Repeat(sc.ReLU(), L))

    assert net.depth == Max(T, L)
    assert (net.at(L=2, T=9).depth, net.at(L=9, T=2).depth) == (9, 2 + 7)
    assert chain(net).depth == Max(T, L)


def test_two_steps_and_a_recurrence_cannot_be_compared() -> None:
    assert branches(sc.RNN(H, H), chain(sc.ReLU(), sc.ReLU())).depth == Max(T, 2)


def test_certainly_shorter_ways_are_dropped_behind_a_join() -> None:
    x = sc.Input(T, H)
    joined = sc.Concat()(sc.RNN(H, H)(x), sc.Repeat(sc.ReLU(), L)(x), sc.ReLU()(x))
    net = sc.Network("joined", x, sc.Linear(3 * H, H)(joined))

    assert net.depth == Max(T, L) + 1


def test_the_deepest_of_several_outputs_counts() -> None:
    x = sc.Input(T, H)
    h = sc.RNN(H, H)(x)

    assert sc.Network("outputs", x, (h, sc.ReLU()(h), sc.Tanh()(x))).depth == T + 1


def test_a_bare_depth_is_taken_as_it_is() -> None:
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_node("a", depth=T * H)
    graph.add_node("b", depth=H)
    graph.add_node("c", depth=2)
    graph.add_edges_from([("a", "c"), ("b", "c")])

    assert sc.Network("bare", graph).depth == T * H + 2


@settings(max_examples=80, deadline=None, database=None)
@given(plans, sizes)
def test_depth_is_the_longest_way_that_is_executed(plan: Plan, env: dict[str, int]) -> None:
    net, executed = build(plan), longest_way(plan, env)

    assert put(net.depth, env) >= executed  # never too small
    numbers = build(plan, {name: Integer(number) for name, number in env.items()})
    assert numbers.depth >= executed
    if sc.schedule(numbers).exact:
        assert numbers.depth == executed


@settings(max_examples=40, deadline=None, database=None)
@given(plans, plans, sizes)
def test_a_branch_more_never_lowers_the_depth(plan: Plan, other: Plan, env: dict[str, int]) -> None:
    assert put(build([("branches", plan, other)]).depth, env) >= max(longest_way(plan, env), longest_way(other, env))


def test_residual_blocks_in_symbols_keep_one_way() -> None:
    x = sc.Input(T, H)
    y = x
    for _ in range(500):
        y = sc.Linear(4 * H, H)(sc.ReLU()(sc.Linear(H, 4 * H)(y))) + y
    net = sc.Network("residual", x, y)

    assert net.depth == 4 * 500
    assert net.parameters == 500 * (8 * H**2 + 5 * H)
    assert net.macs == 500 * 8 * T * H**2
    assert net.width == 4 * T * H**2


def test_residual_recurrences_in_symbols_keep_one_way() -> None:
    x = sc.Input(T, H)
    y = x
    for number in range(300):
        y = (sc.RNN(H, H) if number % 2 else sc.Repeat(sc.ReLU(), L))(y) + y
    net = sc.Network("residual", x, y)

    assert net.depth == T + 149 + 150 * L + 300  # the recurrences overlap


def test_ways_that_cannot_be_compared_do_not_multiply() -> None:
    x = sc.Input(T, H)
    y = x
    for _ in range(40):  # two ways each time, 2^40 in all, of which 41 differ in length
        y = sc.RNN(H, H)(y) + sc.Repeat(sc.ReLU(), L)(y)
    net = sc.Network("diamonds", x, y)

    assert net.at(T=7, L=3).depth == 7 + 39 * 3 + 40  # one recurrence: more would overlap
    assert net.at(T=3, L=7).depth == 40 * 8
    assert net.depth.subs({T: 7, L: 3}) == 7 + 39 * 3 + 40


@pytest.mark.slow
def test_a_chain_of_ten_thousand_layers_has_the_right_totals() -> None:
    net = sc.Sequential("long", sc.Input(T, H), *(sc.Linear(H, H) for _ in range(10_000)))

    assert net.parameters == 10_000 * (H**2 + H)
    assert net.macs == 10_000 * T * H**2
    assert net.depth == 10_000
    assert net.width == T * H**2
    assert net.at(T=2, H=3).macs == 10_000 * 2 * 9


# --- width -----------------------------------------------------------------------------------------------------------


def test_a_recurrence_spreads_its_work_over_its_steps() -> None:
    assert chain(sc.RNN(H, V)).width == H * V + V**2


def test_the_width_is_that_of_the_widest_layer() -> None:
    net = sc.Sequential("chain", sc.Input(784), sc.Linear(784, 300), sc.ReLU(), sc.Linear(300, 10))

    assert net.width == 784 * 300


def test_layers_that_are_ready_at_once_are_as_wide_as_all_of_them() -> None:
    assert branches(sc.Linear(H, V), sc.Linear(H, I), sc.RNN(H, H)).width == T * H * V + T * H * I + 2 * H**2


def test_a_later_layer_is_not_added_to_an_earlier_one() -> None:
    x = sc.Input(T, H)
    net = sc.Network("uneven", x, sc.Concat()(sc.Linear(H, V)(sc.Linear(H, H)(x)), sc.Linear(H, 3)(x)))

    assert net.width == Max(T * H**2 + 3 * T * H, T * H * V)


def test_what_is_not_priced_takes_its_step() -> None:
    net = branches(chain(sc.ReLU(), sc.Linear(H, V)), sc.Linear(H, I))
    x = sc.Input(T, H)
    flat = sc.Network("flat", x, (sc.Linear(H, V)(sc.ReLU()(x)), sc.Linear(H, I)(x)))

    assert net.width == flat.width == Max(T * H * V, T * H * I)  # the activation takes a step
    late, early = 2 * T * H * V + T * V, T * H + 2 * T * H * I + T * I  # there, the activation comes first
    assert flat.width_by("flops") == Max(late, early)


def test_a_repetition_is_as_wide_as_its_layer() -> None:
    block = chain(sc.Linear(H, 4 * H), sc.ReLU(), sc.Linear(4 * H, H))

    assert chain(block).width == chain(sc.Repeat(block, 1)).width == chain(sc.Repeat(block, L)).width == 4 * T * H**2
    overlapping = chain(sc.Repeat(sc.RNN(H, H), L))
    assert [overlapping.width.subs({L: layers, T: 9}) for layers in (1, 2, 3)] == [2 * H**2, 4 * H**2, 6 * H**2]


def test_no_work_is_no_width() -> None:
    assert chain(sc.Identity(), sc.ReLU()).width == 0


@pytest.mark.slow
@settings(max_examples=15, deadline=None, database=None)
@given(plans, sizes)
def test_width_is_no_less_than_the_average_of_all_steps(plan: Plan, env: dict[str, int]) -> None:
    found = sc.schedule(build(plan, {name: Integer(number) for name, number in env.items()}))

    assert found.depth == 0 or found.parallelism <= found.width <= put(build(plan).width, env)


def test_windows_at_the_end_of_a_recurrence_begin_together() -> None:
    x = sc.Input(2, 1)
    net = sc.Network("windows", x, sc.Conv1d(1, 1, 3, padding="same")(sc.RNN(1, 1)(x)))

    found = sc.schedule(net)
    assert found.width == max(found.profile()) == 6


def test_a_depth_that_claims_to_be_exact_everywhere_is_so_at_one_step() -> None:
    net = chain(sc.RNN(H, H), sc.Conv1d(H, H, 2, padding="same"), sc.RNN(H, H))
    found = sc.schedule(net)

    assert not found.exact or found.conditions or found.depth.subs(T, 1) == net.at(T=1).depth


@settings(max_examples=40, deadline=None, database=None)
@given(plans, sizes)
def test_depth_times_width_is_no_less_than_the_work_of_a_chain_of_layers(plan: Plan, env: dict[str, int]) -> None:
    flat = [step for step in plan if step[0] not in ("residual", "branches", "nested", "repeat")]
    net = build(flat)

    assert put(net.depth * net.width - net.macs, env) >= 0
