"""What a counter has for a kind of layer: a formula, or other rules that hold within it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sympy import Expr

from symcost.axes import elements, terms
from symcost.equation import Equation
from symcost.expressions import ONE, ZERO


@dataclass(frozen=True)
class Applied:
    """A layer as a counter meets it: its arguments, and the shapes that go in and come out."""

    layer: Any
    equation: Equation

    @property
    def numbers_in(self) -> Expr:
        """Elements of the first input."""
        return elements(self.equation.inputs[0].axes)

    @property
    def numbers_out(self) -> Expr:
        """Elements of the first output."""
        return elements(self.equation.outputs[0].axes)

    @property
    def places_in(self) -> Expr:
        """Elements of the first input, its last axis aside: all places of all examples, or all steps."""
        return elements(self.equation.inputs[0].axes[:-1])

    @property
    def places_out(self) -> Expr:
        """Elements of the first output, its last axis aside."""
        return elements(self.equation.outputs[0].axes[:-1])

    @property
    def batch(self) -> Expr:
        """The examples: all that leads the axes of a layer that names two or more, else an axis b; else one."""
        axes, own = self.equation.inputs[0].axes, len(terms(self.layer.takes)[0].names)
        leading = axes[: len(axes) - own]
        if own >= 2:
            return elements(leading)
        return leading[0].size if leading and leading[0].name == "b" else ONE


@dataclass(frozen=True, eq=False)
class Rule:
    """A formula for one kind of layer, and why it gives what it gives; unless ``known``, zero stands for a gap."""

    count: Callable[[Applied], Expr]
    reason: str | Callable[[Applied], str]
    known: bool = True

    def why(self, applied: Applied) -> str:
        """The reason, for a layer with its arguments."""
        return self.reason if isinstance(self.reason, str) else self.reason(applied)


@dataclass(frozen=True, eq=False)
class Inside:
    """A kind of layer that is looked into, with rules of its own there and something that is counted beside them."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    more: Callable[[Applied], Expr] = lambda applied: ZERO
    reason: str = ""


Rules: TypeAlias = Mapping[str, Rule | Inside]
