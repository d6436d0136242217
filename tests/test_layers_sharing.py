from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sympy import Integer

from symcost import dimension
from symcost.errors import ShapeError
from symcost.layers.sharing import check_shares

H, I, G = map(dimension, "HIG")
ONE, FOUR, SIX = map(Integer, (1, 4, 6))


@dataclass
class Two:
    """What looks like a layer with groups."""

    in_channels: Any = SIX
    out_channels: Any = FOUR
    groups: Any = ONE


@pytest.mark.parametrize("groups", [1, 2, G])
def test_groups_that_divide_or_may_divide_are_taken(groups: Any) -> None:
    check_shares(Two(groups=groups), "groups", "in_channels", "out_channels")


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        (Integer(3), "Two: out_channels=4, groups=3; expected groups that divide out_channels"),
        (Integer(4), "Two: in_channels=6, groups=4; expected groups that divide in_channels"),
    ],
)
def test_groups_that_do_not_divide_are_refused_by_what_they_do_not_divide(groups: Any, told: str) -> None:
    with pytest.raises(ShapeError) as caught:
        check_shares(Two(groups=groups), "groups", "in_channels", "out_channels")
    assert str(caught.value) == told


def test_symbolic_channels_that_cannot_be_divided_are_refused() -> None:
    with pytest.raises(
        ShapeError, match=r"^Two: in_channels=3 G, groups=2 G; expected groups that divide in_channels$"
    ):
        check_shares(Two(in_channels=3 * G, groups=2 * G), "groups", "in_channels")
    check_shares(Two(in_channels=H, groups=I), "groups", "in_channels")
