"""A reader of formulas for text from outside. It never evaluates text.

    sum      = product { ("+" | "-") product }
    product  = factor { ["*" | "/"] factor }         two factors side by side are multiplied: T (H + 1)
    factor   = ["-" | "+"] power
    power    = atom [ ("**" | "^") factor ]
    atom     = number | dimension | function "(" sum { "," sum } ")" | "(" sum ")"

Any name is a dimension, unless a "(" follows at once: then it is a function, and functions come from a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, Integer, Max, Min, Mul, Pow, Rational, S, exp, log, sqrt

from symcost.dimensions import dimension
from symcost.errors import DimensionError, FormulaError, nearest
from symcost.expressions import MOST_TERMS, NO_NUMBERS, is_expandable, normal
from symcost.rounding import rounded_down, rounded_up


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a formula may use: how many arguments, and what it makes of them."""

    least: int
    most: int
    make: Callable[..., Expr]


def _log(x: Expr, base: Expr | None = None) -> Expr:
    if base is None:
        return log(x)
    if not base.is_positive or base == 1:
        raise ValueError(f"the base is {base}")
    return log(x, base)


def _compared(kind: Callable[..., Expr]) -> Callable[..., Expr]:
    """The largest or the smallest of some; high powers of sums take too long to compare."""

    def make(*arguments: Expr) -> Expr:
        for power in (each for argument in arguments for each in argument.atoms(Pow)):
            if not (power.base.is_Symbol or power.base.is_number) and abs(power.exp.as_coeff_Add()[0]) > _HIGHEST:
                raise ValueError(f"the power {power.exp} of a sum within it")
        return kind(*arguments)

    return make


_HIGHEST = 20  # power of a sum within max and min
_MANY = 16  # arguments of max and min, in one formula: sympy compares each with each
FUNCTIONS = {
    "ceil": Function(1, 1, rounded_up),
    "ceiling": Function(1, 1, rounded_up),
    "floor": Function(1, 1, rounded_down),
    "sqrt": Function(1, 1, sqrt),
    "log": Function(1, 2, _log),
    "ln": Function(1, 1, log),
    "log2": Function(1, 1, lambda x: log(x, 2)),
    "max": Function(1, _MANY, _compared(Max)),
    "Max": Function(1, _MANY, _compared(Max)),
    "min": Function(1, _MANY, _compared(Min)),
    "Min": Function(1, _MANY, _compared(Min)),
}

_LONGEST_TEXT = 10_000  # characters
_DEEPEST = 30  # brackets within brackets
MOST_DIGITS = 40  # of a number
_MOST_CALLS = 100  # of functions
_LARGEST_POWER = 100  # a number in an exponent, above or below the line of a fraction
_LARGEST_BITS = 256  # of a number that is computed
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z]\w*)|(?P<sign>\*\*|[-+*/^(),]))", re.ASCII
)


def read(text: str) -> Expr:
    """The expression that a text says, in normal form.

    >>> read("T*(I*H + H**2)")
    H**2*T + H*I*T
    >>> read("ceil(T_self/2) + log2(8)")
    ceiling(T_self/2) + 3

    Raises:
        FormulaError: the text is no formula, or its numbers or powers are too large.
    """
    if not isinstance(text, str):
        raise FormulaError(f"{text!r} is no text", expected="a formula such as T*(I*H + H**2)")
    reader = _Reader(text)
    try:
        return reader.whole()
    except FormulaError:
        raise
    except _REFUSALS:  # sympy's own, such as those of comparing complex numbers: the text is from outside
        raise reader.error("it has no value", "a formula of real numbers") from None


def _shown(text: str) -> str:
    return f"formula {text if len(text) <= 60 else text[:57] + '...'!r}"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _Reader:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > _LONGEST_TEXT:
            raise self.error(f"{len(text)} characters", f"at most {_LONGEST_TEXT}")
        self.tokens = self.split()
        self.place = 0
        self.depth = 0
        self.calls = 0
        self.compared = 0

    def error(self, found: str, expected: str = "", remedy: str = "", start: int | None = None) -> FormulaError:
        where = _shown(self.text) + ("" if start is None else f", character {start + 1}")
        return FormulaError(found, where=where, expected=expected, remedy=remedy)

    def split(self) -> list[_Token]:
        tokens, start = [], 0
        while self.text[start:].strip():
            match = _TOKEN.match(self.text, start)
            if match is None or match.lastgroup is None:
                start = len(self.text) - len(self.text[start:].lstrip())
                raise self.error(f"{self.text[start]!r}", "names, numbers, + - * / ** ^ ( ) and commas", start=start)
            tokens.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup), match.end()))
            start = match.end()
        return [*tokens, _Token("end", "", len(self.text), len(self.text))]

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> str:
        """The sign at this place, if it is one of these; else nothing is taken."""
        if self.token.kind == "sign" and self.token.text in texts:
            self.place += 1
            return self.tokens[self.place - 1].text
        return ""

    def want(self, sign: str) -> None:
        if not self.take(sign):
            found = repr(self.token.text) if self.token.text else "the end"
            raise self.error(found, repr(sign), start=self.token.start)

    def whole(self) -> Expr:
        result = self.sum()
        if self.token.kind != "end":
            raise self.error(repr(self.token.text), "the end or an operator", start=self.token.start)
        if result.has(S.ImaginaryUnit, *NO_NUMBERS) or not result.is_real:
            raise self.error("it has no value", "a formula without division by zero or roots of negative numbers")
        return self.bounded(normal(self.bounded(result)))

    def bounded(self, expression: Expr, start: int | None = None) -> Expr:
        """The expression, if it can be written out and its numbers are of a size to work with."""
        if not is_expandable(expression):
            raise self.error("written out, the formula has too many terms", f"at most {MOST_TERMS}", start=start)
        if any(_bits(number) > _LARGEST_BITS for number in expression.atoms(Rational)):
            raise self.error("a number is too large", f"at most {_LARGEST_BITS} bits", start=start)
        return expression

    def sum(self) -> Expr:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.error("brackets too deep", f"at most {_DEEPEST}")
        terms = [self.product()]
        while sign := self.take("+", "-"):
            terms.append(self.product() if sign == "+" else -self.product())
        self.depth -= 1
        return Add(*terms)

    def product(self) -> Expr:
        factors = [self.factor()]
        while True:
            if sign := self.take("*", "/"):
                factor = self.factor()
                if sign == "/" and factor == 0:
                    raise self.error("division by zero")
                factors.append(factor if sign == "*" else 1 / factor)
            elif self.token.kind in ("name", "number") or (self.token.kind, self.token.text) == ("sign", "("):
                factors.append(self.power())
            else:
                return Mul(*factors)

    def factor(self) -> Expr:
        sign = 1
        while taken := self.take("-", "+"):
            sign = -sign if taken == "-" else sign
        return sign * self.power()

    def power(self) -> Expr:
        base = self.atom()
        start = self.token.start
        if not self.take("**", "^"):
            return base
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.error("powers of powers too deep", f"at most {_DEEPEST}")
        exponent = self.factor()
        self.depth -= 1
        return self.raised(base, exponent, start)

    def raised(self, base: Expr, exponent: Expr, start: int) -> Expr:
        """A power whose numbers are of a size to work with."""
        numbers = exponent.atoms(Rational)
        largest = max((max(abs(number.p), number.q) for number in numbers), default=0)
        if largest > _LARGEST_POWER or (exponent.is_number and not exponent.is_Rational):
            found = f"the exponent {_short(exponent)}"
            raise self.error(found, f"whole numbers and fractions up to {_LARGEST_POWER}", start=start)
        if base == 0 and exponent.is_number and exponent <= 0:
            raise self.error("division by zero", start=start)
        self.bounded(exponent, start)
        if base.is_Rational and base.p == 1 and base.q > 1:  # (1/2)^T is 2^-T: one form for one power
            base, exponent = Integer(base.q), -exponent
        result = self.bounded(Pow(self.bounded(base, start), exponent), start)
        if result.has(exp):  # what sympy makes of 2^(T log2(H))
            raise self.error("a product with a logarithm as an exponent", "a power of a dimension", start=start)
        return result

    def atom(self) -> Expr:
        token = self.token
        if self.take("("):
            result = self.sum()
            self.want(")")
            return result
        self.place += 1
        if token.kind == "number":
            return self.number(token)
        if token.kind == "name":
            return self.name(token)
        found = repr(token.text) if token.text else "the end"
        raise self.error(found, "a number, a dimension, a function or '('", start=token.start)

    def number(self, token: _Token) -> Expr:
        mantissa, _, exponent = token.text.lower().partition("e")
        if len(mantissa) > MOST_DIGITS or len(exponent) > 3 or abs(int(exponent or 0)) > MOST_DIGITS:
            raise self.error("a number of too many digits", f"at most {MOST_DIGITS}", start=token.start)
        return Rational(token.text)

    def name(self, token: _Token) -> Expr:
        bracket = (self.token.kind, self.token.text) == ("sign", "(")
        if bracket and (token.text in FUNCTIONS or self.token.start == token.end):
            return self.call(token)
        try:
            return dimension(token.text)
        except DimensionError as error:
            raise self.error(error.found, error.expected, start=token.start) from None

    def call(self, token: _Token) -> Expr:
        function = FUNCTIONS.get(token.text)
        if function is None:
            remedy = f"a product is written {token.text}*(...); {nearest(token.text, FUNCTIONS)}"
            raise self.error(f"no function is called {token.text!r}", remedy=remedy, start=token.start)
        self.want("(")
        arguments = [self.bounded(self.sum(), token.start)]
        while self.take(","):
            arguments.append(self.bounded(self.sum(), token.start))
        self.want(")")
        if not function.least <= len(arguments) <= function.most:
            count = str(function.least) if function.least == function.most else f"{function.least} to {function.most}"
            raise self.error(f"{token.text} of {len(arguments)} arguments", count, start=token.start)
        self.calls += 1
        self.compared += len(arguments) if function.most == _MANY else 0
        if self.calls > _MOST_CALLS or self.compared > _MANY:
            found = f"more than {_MOST_CALLS} functions, or more than {_MANY} arguments of max and min"
            raise self.error(found, "a shorter formula", start=token.start)
        try:
            return function.make(*arguments)
        except _REFUSALS as error:
            raise self.error(f"{token.text} cannot be had: {error}", start=token.start) from None


def _bits(number: Any) -> int:
    return max(abs(int(number.p)).bit_length(), int(number.q).bit_length())


def _short(number: Any) -> str:
    text = str(number)
    return text if len(text) <= 12 else text[:9] + "..."


_REFUSALS = (ArithmeticError, AssertionError, AttributeError, RecursionError, TypeError, ValueError)
