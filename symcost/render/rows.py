"""How what is written goes into rows: where a formula may be broken, and how much fits into a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

_OPENING = {"}": "{", "]": "[", ")": "("}


def pieces(written: str, signs: Sequence[str], closed: str) -> list[str]:
    """What stands between signs, outside of what is closed; each piece but the first begins with its sign.

    >>> pieces("T (T + 1) + N", (" + ", " - "), "{[(")
    ['T (T + 1)', ' + N']
    """
    found, depth, start = list[str](), 0, 0
    for match in re.finditer(r"\\left|\\right|[{}()[\]]| [+-] | \\, | ", written):
        sign = match.group()
        depth += (sign == r"\left" or sign in closed) - (sign == r"\right" or _OPENING.get(sign, "none") in closed)
        if depth == 0 and sign in signs:
            found.append(written[start : match.start()])
            start = match.start()
    return [*found, written[start:]]


def in_rows(parts: Sequence[Any], widths: Iterable[int], widest: int) -> list[list[Any]]:
    """Parts in rows, each as long as it may be.

    >>> in_rows(["a", "b", "c"], [3, 3, 3], 7)
    [['a', 'b'], ['c']]
    """
    rows: list[list[Any]] = []
    used = widest + 1
    for part, width in zip(parts, widths, strict=True):
        if used + width > widest:
            rows.append([])
            used = 0
        rows[-1].append(part)
        used += width
    return rows
