"""Words, so that each format shows them as they are, whatever they hold. All of them are on one line."""

from __future__ import annotations

import html
import re


def one_line(text: str) -> str:
    r"""Text on one line: control characters become spaces; what no file can hold is its code point in brackets.

    >>> one_line("first\r\nsecond\ud800")
    'first second[U+D800]'
    """
    held = re.sub("[\ud800-\udfff\ufffe\uffff]", lambda found: f"[U+{ord(found[0]):04X}]", text)
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", held)


_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"{\ttfamily\char34}", "'": r"\textquotesingle{}", "`": r"\textasciigrave{}",
    "[": "{[}", "]": "{]}", "*": "{*}",
}  # fmt: skip
_LARGEST_LATIN = 0x17F  # up to Latin Extended-A, pdflatex knows the letters
_NO_LETTERS = frozenset("«»ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ")  # but these, in its usual encoding


def latex_text(text: str) -> str:
    r"""Text for LaTeX, character by character; what pdflatex has no letter for is written as its code point.

    Hyphens are kept apart, lest they become dashes; so are a star or a bracket and the end of a row in front of it.

    >>> print(latex_text(r"a_b & 50% \input{x} $"))
    a\_b \& 50\% \textbackslash{}input\{x\} \$
    """
    # a word joiner is nothing
    apart = re.sub("([-\u2010\u2011])(?=[-\u2010\u2011])", "\\1\u2060", one_line(text))
    return "".join(
        _LATEX.get(c) or (c if _has_letter(c) else _PUNCTUATION.get(c, f"{{[}}U+{ord(c):04X}{{]}}")) for c in apart
    )


def _has_letter(character: str) -> bool:
    return ord(character) <= _LARGEST_LATIN and character not in _NO_LETTERS


_PUNCTUATION = dict.fromkeys("\u2010\u2011", "-") | {
    "\u2013": "--", "\u2014": "---", "\u2018": "`", "\u2019": "'", "\u201c": "``", "\u201d": "''",
    "\u2026": r"\ldots{}", "\u2060": "{}",
}  # fmt: skip


def markdown_text(text: str) -> str:
    r"""Text for Markdown: whatever could be markup is escaped.

    >>> print(markdown_text("a_b | <i>"))
    a\_b \| &lt;i&gt;
    """
    escaped = re.sub(r"([\\`*_\[\]|~$#])", r"\\\1", one_line(text))
    escaped = re.sub(r"^(\d*)((?<=\d)[.)]|^[-+])", r"\1\\\2", escaped)  # what would begin a list
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def html_text(text: str) -> str:
    """Text for HTML, between tags or within quotes.

    >>> html_text("</script> & co")
    '&lt;/script&gt; &amp; co'
    """
    return html.escape(one_line(text))


def typst_text(text: str) -> str:
    r"""Text for Typst: each sign that could be markup, or a shorthand for another sign, is escaped.

    >>> print(typst_text("a_b -- #x $"))
    a\_b \-\- \#x \$
    """
    always = r"[\\#$*_`<>@\[\]~'\"]"
    shorthand = r"[-.](?=[-.?\d])|(?<=[-.])[-.?]|/(?=/)|-$"  # of dashes, ellipses, minus signs, comments
    at_once = r"^[-+=/]"  # what would begin a heading or a list
    escaped = re.sub(f"({always}|{shorthand}|{at_once})", r"\\\1", one_line(text))
    return re.sub(r"^(\d+)\.", r"\1\\.", escaped)
