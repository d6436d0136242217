"""A relation between dimensions that a user declares: K <= T, H = 4*I, T_cross = T_self, N = o(T)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Symbol
from sympy.core.relational import Equality, GreaterThan, LessThan, Relational, StrictGreaterThan, StrictLessThan

from symcost.errors import DimensionError, FormulaError
from symcost.expressions import in_dimensions
from symcost.formula import read
from symcost.notation import text

_SIGNS = re.compile(r"<=|>=|==|<|>|=")
_LITTLE_O = re.compile(r"\s*o\s*\((?P<bound>.*)\)\s*", re.ASCII)
_TURNED = {">=": "<=", ">": "<"}
_SYMPY = {Equality: "=", LessThan: "<=", StrictLessThan: "<", GreaterThan: ">=", StrictGreaterThan: ">"}
_WRITTEN = "a relation such as K <= T, H = 4*I or N = o(T)"


@dataclass(frozen=True)
class Relation:
    """Two expressions and what stands between them: ``<=``, ``<``, ``=``, or ``o`` for little-o.

    >>> print(Relation.of("T >= K"), "and", Relation.of("N = o(T)"))
    K <= T and N = o(T)
    """

    left: Expr
    sign: str
    right: Expr

    @classmethod
    def of(cls, declared: Any) -> Relation:
        """A relation from text, which is never evaluated, or from sympy.

        Raises:
            FormulaError: it is no relation.
        """
        if isinstance(declared, Relation):
            return declared
        if isinstance(declared, Relational) and type(declared) in _SYMPY:
            return cls._turned(in_dimensions(declared.lhs), _SYMPY[type(declared)], in_dimensions(declared.rhs))
        if not isinstance(declared, str):
            raise FormulaError(f"{declared!r} is no relation", expected=_WRITTEN)
        signs = _SIGNS.findall(declared)
        if len(signs) != 1:
            raise FormulaError(f"{declared!r} is no relation", where="assume", expected=_WRITTEN)
        left, right = _SIGNS.split(declared)
        little = _LITTLE_O.fullmatch(right)
        if little and signs[0] == "=":
            return cls(read(left), "o", read(little["bound"]))
        return cls._turned(read(left), "=" if signs[0] == "==" else signs[0], read(right))

    @classmethod
    def _turned(cls, left: Expr, sign: str, right: Expr) -> Relation:
        return cls(right, _TURNED[sign], left) if sign in _TURNED else cls(left, sign, right)

    def __str__(self) -> str:
        right = f"o({text(self.right)})" if self.sign == "o" else text(self.right)
        return f"{text(self.left)} {'=' if self.sign == 'o' else self.sign} {right}"


def contradiction(relations: Iterable[Relation], growing: Iterable[Symbol] = ()) -> DimensionError:
    """The error for relations that cannot hold together."""
    said = " and ".join(dict.fromkeys(map(str, relations)))
    names = ", ".join(sorted(str(symbol.name) for symbol in growing))
    where = f"assume, while {names} grow{'s' if names.count(',') == 0 else ''}" if names else "assume"
    return DimensionError(f"{said} cannot hold", where=where, remedy="take one of them out")
