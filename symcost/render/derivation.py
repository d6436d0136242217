"""How a derivation is written in a format: what templates get, everything written already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sympy import Expr, Mul, Symbol

from symcost.analysis.derivation import Block, Derivation, Metric, Share, Step
from symcost.analysis.growth import Growth
from symcost.analysis.pricing import Line
from symcost.analysis.reasons import Factor
from symcost.analysis.waiting import Wait, Waiting
from symcost.conventions import Convention
from symcost.dimensions import rank
from symcost.expressions import ONE, normal, same, substitute
from symcost.render import formats
from symcost.render.formula import FormulaWriter, LatexWriter, TextWriter
from symcost.render.formula_markdown import MarkdownWriter
from symcost.render.formula_mathml import MathmlWriter
from symcost.render.formula_typst import TypstWriter
from symcost.render.rows import in_rows
from symcost.render.sheet import parts_of

_TYPST = TypstWriter()
FORMULAS: dict[str, FormulaWriter] = {
    "latex": LatexWriter(),
    "markdown": MarkdownWriter(),
    "html": MathmlWriter(),
    "typst": _TYPST, "pdf": _TYPST, "png": _TYPST, "svg": _TYPST,
    "text": TextWriter(),
}  # fmt: skip
"""How each format writes formulas with indices."""

_WIDEST_PRODUCT = 88  # characters of reasons in a row, which are smaller
_WIDEST_REASON = 15


def metric_name(metric: Metric) -> str:
    """What a metric counts, as a heading."""
    if isinstance(metric, Convention):
        return {"macs": "MACs", "lecture": "MACs", "flops": "FLOPs"}.get(metric.name, metric.name)
    return metric


class DerivationWriter:
    """Writes derivations in a format, with the numbers where sizes are given."""

    def __init__(self, name: str, sizes: Mapping[Symbol, Expr]) -> None:
        self.format, self.formulas, self.sizes = formats.format_named(name), FORMULAS[name], sizes
        self.text, self.expression = self.format.text, self.formulas.expression

    def prose(self, parts: Iterable[Any]) -> str:
        """Words and formulas, one after the other."""
        said = (part for each in parts for part in parts_of(each))
        return "".join(self.text(part) if isinstance(part, str) else self.format.math(part) for part in said)

    def given(self, symbols: Iterable[Symbol]) -> list[str]:
        """The sizes at which the numbers stand."""
        listed = sorted((symbol for symbol in symbols if symbol in self.sizes), key=rank)
        return [self.formulas.equal.join(map(self.expression, (symbol, self.sizes[symbol]))) for symbol in listed]

    def number(self, value: Expr) -> str:
        """A value at the given sizes; nothing where they change nothing."""
        put = normal(substitute(value, self.sizes))
        return "" if put == value else self.expression(put)

    def section(self, derived: Derivation) -> dict[str, Any]:
        """A whole derivation: layers, then the sum."""
        terms = [(share.total, share.name) for share in derived.shares if share.total != 0]
        blocks = [each for share in derived.shares for each in self.share(share)]
        nothing: list[str] = []
        if not isinstance(derived.metric, Convention):  # formulas and layers' words stand with the work
            blocks = [{**each, "said": ""} for each in blocks if each["steps"] or each["counts"]]
            nothing = [self.text(each.name) for each in derived.shares if each.total == 0 and not each.is_shared]
        return {
            "metric": self.text(metric_name(derived.metric)),
            "blocks": blocks,
            "nothing": nothing,
            "terms": [{"value": self.rows(value), "of": self.text(name)} for value, name in terms],
            "total": self.rows(derived.total),
            "number": self.number(derived.total),
            "answer": self.number(derived.total) or self.expression(derived.total),
        }

    def share(self, share: Share) -> Iterator[dict[str, Any]]:
        """The blocks of a layer's share, and how often it is counted."""
        first, *inner = self.blocks(share.block)
        times = "" if share.times == ONE else self.format.math(share.times)
        counted = {"times": times, "shared": share.is_shared, "share": self.expression(share.total)}
        yield {**first, **counted}
        yield from inner

    def blocks(self, block: Block) -> Iterator[dict[str, Any]]:
        """A block, then those of the layers that it calls."""
        values = [each.value for step in block.steps for each in step.lines]
        values += [each.total for each in block.inner if each.is_counted and each.total != 0]
        own, whole = self.added(values), self.rows(block.total)
        yield {
            "name": self.text(block.name),
            "said": self.text(block.said),
            "like": self.text(block.like),
            "counted": block.is_counted,
            "steps": [self.step(step) for step in block.steps],
            "sum": [] if block.like or own == whole else own,
            "total": whole,
            "is_summed": bool(block.like or block.steps) and (bool(block.like) or len(values) != 1),
            "is_nothing": not block.like and not block.steps and block.total == 0,
            "counts": bool(block.like) and block.total != 0,
            "number": self.number(block.total),
            "times": "", "shared": False, "share": "",
        }  # fmt: skip
        for inner in block.inner:
            yield from self.blocks(inner)

    def step(self, step: Step) -> dict[str, Any]:
        """A formula, broken into rows where it is long, and its products."""
        return {
            "left": self.formulas.write(step.left),
            "right": [] if step.right is None else self.formulas.statement(step.right, step.where),
            "lines": [self.line(each) for each in step.lines],
        }

    def line(self, line: Line) -> dict[str, Any]:
        """A product: its factors with their reasons, in rows, and its value."""
        written = [self.factor(each) for each in line.factors]
        widths = [max(map(len, each["lines"])) + 3 for each in written]
        sizes = [self.formulas.width(each["size"]) * _WIDEST_PRODUCT // self.formulas.widest + 3 for each in written]
        widths = list(map(max, widths, sizes))
        numbers = [normal(substitute(each.size, self.sizes)) for each in line.factors]
        is_new = not same(Mul(*(each.size for each in line.factors)), Mul(*numbers))
        rows = in_rows(written, widths, _WIDEST_PRODUCT)
        value = self.expression(line.value) if len(written) > 1 else ""
        last = sum(widths[len(written) - len(rows[-1]) :]) * self.formulas.widest // _WIDEST_PRODUCT
        return {
            "factors": written,
            "rows": rows,
            "value": value,
            "is_below": last + self.formulas.width(value) > self.formulas.widest,
            "numbers": [self.bracketed(each) for each in numbers] if is_new else [],
            "number": self.number(line.value),
        }

    def factor(self, factor: Factor) -> dict[str, Any]:
        """A factor, and its reason: whole, and in short lines for under a brace."""
        return {
            "size": self.bracketed(factor.size),
            "reason": self.text(factor.reason),
            "lines": [self.text(each) for each in _wrapped(factor.reason)],
        }

    def bracketed(self, size: Expr) -> str:
        """A factor, in brackets where it is a sum or less than nothing."""
        return self.formulas.bracketed(self.expression(size))

    def rows(self, value: Expr) -> list[str]:
        """An expression, in rows where it is long."""
        return self.formulas.broken(self.expression(value))

    def added(self, terms: Sequence[Expr]) -> list[str]:
        """A sum as it comes, in rows."""
        minus = [bool(place) and term.could_extract_minus_sign() for place, term in enumerate(terms)]
        plus, minus_sign = self.formulas.plus, self.formulas.minus
        written = [
            minus_sign + self.bracketed(-term) if less else (plus if place else "") + self.expression(term)
            for place, (term, less) in enumerate(zip(terms, minus, strict=True))
        ]
        return self.formulas.broken(self.formulas.space.join(written)) if written else []

    def growth(self, grown: Growth) -> dict[str, Any]:
        """The big-O, in rows where it is long, and what is to be said of it."""
        return {"bound": self.rows(grown.order), "notes": [self.text(note) for note in grown.notes]}

    def depth(self, way: Waiting) -> dict[str, Any]:
        """Why a network is as deep as it is."""
        deep = way.depth
        written = [self.wait(each) for each in way.waits]
        widths = [max(map(len, (*each["names"], each["why"]))) + 3 for each in written]
        return {
            "total": self.expression(deep),
            "number": self.number(deep),
            "answer": self.number(deep) or self.expression(deep),
            "waits": written,
            "is_bound": not way.exact,
            "rows": in_rows(written, widths, _WIDEST_PRODUCT),
        }

    def wait(self, wait: Wait) -> dict[str, Any]:
        """Steps on the longest way, and whose they are."""
        return {
            "steps": self.expression(wait.steps),
            "names": [self.text(name) for name in wait.names or ("other ways",)],
            "why": self.why(wait),
        }

    def why(self, wait: Wait) -> str:
        """Why it takes so many steps, if more than one."""
        if not wait.names:
            return "where they are longer"
        return "the last of them" if wait.is_choice else "one step after another" if wait.is_loop else ""


def _wrapped(reason: str) -> list[str]:
    """A reason in short lines, about as many as are good to look at."""
    words = reason.split()
    widest = max(_WIDEST_REASON, len(reason) // 3 + 3)
    return [" ".join(row) for row in in_rows(words, [len(each) + 1 for each in words], widest)]
