"""The lines that stand in a node, and how much room text takes, as far as that can be told without a font."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from dataclasses import dataclass
from enum import Enum

from sympy import Expr

from symcost import notation
from symcost.drawing.description import Node
from symcost.render.sheet import Prose, parts_of
from symcost.render.units import measured

_LONGEST_LINE = 26  # characters
_LONGEST_FORMULA = 40


class Style(Enum):
    """How a line is written: its size, in points."""

    TITLE = 13
    BODY = 11


@dataclass(frozen=True)
class Line:
    """A line of text in a style."""

    prose: Prose
    style: Style = Style.BODY


def lines(node: Node) -> tuple[Line, ...]:
    """What stands in a node: its name, what it is, what it costs, as far as there is any of it."""
    found = [Line(each, Style.TITLE) for each in _broken(node.name)]
    found += [Line(each) for each in _broken(node.sort)]
    if node.times is not None:
        found.append(Line(("× ", node.times)))  # noqa: RUF001 - a sign of multiplication
    return (*found, *(Line(each) for each in _price(node)))


def _broken(prose: Prose) -> list[Prose]:
    if not isinstance(prose, str):
        return [prose]
    return list(textwrap.wrap(prose, _LONGEST_LINE))


def _price(node: Node) -> list[Prose]:
    """What it costs, or its share in it, or both; a question mark if that is not known."""
    if not node.is_known:
        return ["?"]
    if node.cost is None or node.cost == 0:
        return []
    share = "" if node.share is None or node.share == 1 else percent(node.share)
    if node.cost.is_number:
        return [measured(node.cost, "").strip() + (f" ({share})" if share else "")]
    if len(notation.text(node.cost)) > _LONGEST_FORMULA:
        return [share] if share else []
    return [(node.cost, f" ({share})" if share else "")]


def percent(share: Expr) -> str:
    """A share in percent, rounded: below one half not to nothing.

    >>> from sympy import Rational
    >>> percent(Rational(2, 3)), percent(Rational(1, 3000))
    ('67 %', '< 1 %')
    """
    rounded = round(100 * share)
    return "< 1 %" if share > 0 and rounded < 1 else f"{rounded} %"


# --- formulas in parts -----------------------------------------------------------------------------------------------


class Set(Enum):
    """How a piece of a formula is set."""

    PLAIN = ""
    NAME = "name"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True)
class Piece:
    """A piece of a formula."""

    text: str
    set: Set = Set.PLAIN


_PIECE = re.compile(r"(?P<function>[A-Za-z]\w*(?=\())|(?P<name>[A-Za-z]\w*)|\^(?P<above>\w+|\([^()]*\))|(?P<plain>.)")


def pieces(expression: Expr) -> tuple[Piece, ...]:
    """A formula in pieces: names, what stands below them, powers, and the rest.

    >>> from symcost.dimensions import dimension
    >>> [each.text for each in pieces(2 * dimension("T_self") * dimension("H") ** 2)]
    ['2 ', 'T', 'self', ' ', 'H', '2']
    """
    found: list[Piece] = []
    for match in _PIECE.finditer(notation.text(expression)):
        kind, text = match.lastgroup, match[match.lastgroup or 0]
        if kind == "name":
            name, _, below = text.partition("_")
            found += [Piece(name, Set.NAME), *([Piece(below.replace("_", ","), Set.BELOW)] if below else [])]
        elif kind == "above":
            found.append(Piece(text.removeprefix("(").removesuffix(")"), Set.ABOVE))
        elif found and found[-1].set is Set.PLAIN:
            found[-1] = Piece(found[-1].text + text)
        else:
            found.append(Piece(text))
    return tuple(found)


# --- room ------------------------------------------------------------------------------------------------------------

_SMALL = 0.75  # of what stands below or above, to the rest
_WIDTHS = {"iljI.,:;'|!": 0.3, 'ft()[]{}r/\\- "*°': 0.4, "mwMW@%—": 0.95}  # in sizes of the font, rounded up
_WIDTH_OF = {character: width for some, width in _WIDTHS.items() for character in some}


def width(prose: Prose, style: Style) -> float:
    """How wide text is at most, in points; an estimate."""
    parts = parts_of(prose)
    factor = style.value * (1.08 if style is Style.TITLE else 1)  # it is bold
    return factor * sum(_wide(part) if isinstance(part, str) else _formula(part) for part in parts)


def _formula(expression: Expr) -> float:
    small = (Set.BELOW, Set.ABOVE)
    return sum(_wide(each.text) * (_SMALL if each.set in small else 1) for each in pieces(expression))


def _wide(text: str) -> float:
    return sum(map(_of_character, text))


def _of_character(character: str) -> float:
    if character in _WIDTH_OF:
        return _WIDTH_OF[character]
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF" or ord(character) > 0xFFFF:
        return 1.25  # an emoji is wider than the font is high
    return 0.72 if character.isupper() else 0.6
