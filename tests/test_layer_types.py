"""The published tables of layer types, and the rows that the paper's source has but not its print."""

from __future__ import annotations

import pytest
from sympy import log, oo

import symcost as sc
from symcost.analysis.growth import growth
from symcost.teaching.layer_types import (
    LayerType,
    attention_is_all_you_need,
    dive_into_deep_learning,
    on_sequence,
    self_attention,
)

n, d, k, r, D = (sc.dimension(name) for name in "ndkrD")
ASSUMED = ["k <= n", "r <= n", "2 <= k"]


def orders(*costs):
    return [growth(cost, assume=ASSUMED).order for cost in costs]


PUBLISHED = {
    "Self-attention": (n**2 * d, 1, 1),
    "Recurrent": (n * d**2, n, n),
    "Convolutional (dilated)": (k * n * d**2, 1, log(n) / log(k)),
    "Self-attention (restricted)": (r * n * d, 1, n / r),
}


def test_table_1_of_the_paper_comes_out_but_for_convolutions_that_are_not_dilated():
    made = attention_is_all_you_need()
    rows = {row.label: [cell.value for cell in row.cells] for row in made.rows}

    assert rows.pop("Convolutional") == orders(k * n * d**2, 1, n / k)
    assert rows == {label: orders(*costs) for label, costs in PUBLISHED.items()}
    assert len(made.notes) == 1
    assert [row.label for row in made.rows if any(cell.marks for cell in row.cells)] == ["Convolutional"]
    note = "".join(map(str, made.notes[0]))
    assert note.startswith("Convolutional, maximum path length: published as O(log(n)/log(k)); derived, it is O(n/k).")


def test_the_table_of_the_book_comes_out_as_it_is_printed():
    made = dive_into_deep_learning()

    assert {row.label: [cell.value for cell in row.cells] for row in made.rows} == {
        "CNN": orders(k * n * d**2, 1, n / k),
        "RNN": orders(n * d**2, n, n),
        "Self-attention": orders(n**2 * d, 1, 1),
    }
    assert made.notes == ()


@pytest.mark.parametrize(
    ("layers", "grows", "published"),
    [
        ([sc.SeparableConv1d(d, d, k, padding="causal", dilation=D, bias=False)], {D: k},
         (k * n * d + n * d**2, 1, log(n) / log(k))),
        ([sc.FeedForward(d, 4 * d)], {}, (n * d**2, None, oo)),
        ([sc.Flatten(), sc.Linear(n * d, n * d)], {}, (n**2 * d**2, 1, 1)),
    ],
    ids=["separable", "position-wise", "fully connected"],
)  # fmt: skip
def test_rows_that_were_not_printed_come_out_too(layers, grows, published):
    work, depth, path = LayerType("", on_sequence(*layers), published, grows).derived

    assert orders(work) == orders(published[0])
    assert path == published[2] if path == oo else orders(path) == orders(published[2])
    assert published[1] is None or orders(depth) == orders(published[1])


def test_exactly_attention_has_two_products_a_pair():
    assert self_attention().macs == 2 * n**2 * d


@pytest.mark.parametrize("name", ["attention-is-all-you-need", "dive-into-deep-learning"])
@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("latex", "tex")])
def test_a_table_is_printed_by_one_command(name, form, suffix, prints, golden):
    golden(f"{name}.{suffix}", prints("table", name, "--format", form))
