"""Channels that are shared out: among groups, among heads."""

from __future__ import annotations

from typing import Any

from symcost.errors import ShapeError
from symcost.notation import text


def check_shares(layer: Any, among: str, *names: str) -> None:
    """Raises a ShapeError if one argument of a layer, the number ``among`` whom, is known not to divide another.

    >>> from symcost.layers.attention import MultiheadAttention
    >>> MultiheadAttention(512, 6)
    Traceback (most recent call last):
    ...
    symcost.errors.ShapeError: MultiheadAttention: embed_dim=512, num_heads=6; expected num_heads that divide embed_dim
    """
    number = getattr(layer, among)
    for name in names:
        given = getattr(layer, name)
        share = given / number
        if share.is_number and not share.is_Integer:
            raise ShapeError(
                f"{type(layer).__name__}: {name}={text(given)}, {among}={text(number)}",
                expected=f"{among} that divide {name}",
            )
