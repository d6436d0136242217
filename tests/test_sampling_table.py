"""The tables of what sampling costs, and the verb that prints them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Expr

import symcost as sc
from symcost.render.sampling import sampling_tables


def test_without_caches_a_step_is_a_pass_over_all_steps_so_far() -> None:
    work, layers = sampling_tables(sc.architecture("language-model").sampled(cache=False))
    net = sc.architecture("language-model")
    assert work.title == "Language model: sampling without caches"
    assert [row.label for row in work.rows] == ["work", "depth", "state"]
    assert work.column("One pass") == [net.macs, net.depth, ""]
    assert work.column("In all") == [sum_of(net.macs), sum_of(net.depth), sc.T]
    assert [row.label for row in layers.rows] == ["input"] and layers.column("Kept") == ["sequence"]


def sum_of(cost: Expr) -> Expr:
    """The sum over t = 1, ..., T of a cost that is linear in T."""
    return (cost.coeff(sc.T, 1) * sc.T * (sc.T + 1) / 2 + cost.coeff(sc.T, 0) * sc.T).expand()


def test_what_is_done_before_has_a_column_if_there_is_any() -> None:
    work, layers = sampling_tables(sc.architecture("translation").sampled(), "flops")
    found = sc.architecture("translation").sampled()
    assert work.column("Before the steps") == [found.cost_before("flops"), found.depth_before, ""]
    assert [row.label for row in layers.rows] == ["decoder", "attention"]
    after_a_prompt = sampling_tables(sc.architecture("stacked-rnn").sampled(prompt=sc.P))[0]
    assert after_a_prompt.column("Before the steps")[1] == sc.P + sc.L - 1
    assert after_a_prompt.column("One pass")[1] == sc.P + sc.T + sc.L - 1
    headings = [column.heading for column in sampling_tables(sc.architecture("stacked-rnn").sampled())[0].columns]
    assert "Before the steps" not in headings


def test_what_is_not_known_is_noted() -> None:
    work = sampling_tables(sc.architecture("translation").sampled(), "thop")[0]
    assert work.rows[0].cells[1].value == "?" and "before the first step" in str(work.notes[0])


def test_the_verb_prints_the_tables(prints: Callable[..., str]) -> None:
    found = sc.architecture("language-model").sampled()
    printed = "\n".join(table.render() for table in sampling_tables(found))
    assert prints("sample", "language-model") == printed
    anew = prints(
        "sample", "language-model", "--no-cache", "--prompt", "P", "--at", "T=3", "--at", "H=2", "-c", "flops"
    )
    sized = sc.architecture("language-model").sampled(cache=False, prompt=sc.P).at(T=3, H=2)
    assert anew == "\n".join(table.render() for table in sampling_tables(sized, "flops"))
    assert prints("sample", "translation", "--over", "T_self") == prints("sample", "translation")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bidirectional-rnn"], "sampling of 'Bidirectional RNN': layer 'rnn'"),
        (["lstm"], "a step makes (H); expected what a step takes, (I)"),
        (["language-model", "--over", "U"], "no input has an axis of U steps"),
        (["translation", "--over", "T_cross"], "looks ahead"),
        (["mnist"], "no input has a symbolic number of time steps"),
        (["language-model", "--prompt", "-1"], "the prompt is -1"),
        (["language-model", "--at", "X=3"], "no dimension here is called 'X'"),
        (["language-model", "-c", "lecure"], "no convention is called 'lecure'"),
    ],
)
def test_what_cannot_be_sampled_is_refused_in_a_line(
    refuses: Callable[..., str], arguments: list[str], said: str
) -> None:
    assert said in refuses("sample", *arguments)
