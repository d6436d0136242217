"""Formats of drawings: each is well-formed, says all that there is, and takes any name as it is."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from typing import Any

import drawings
import hostile
import pytest

import symcost as sc
from symcost.drawing.description import Kind
from symcost.drawing.formats import mermaid_text, wrapped
from symcost.drawing.wording import Piece, Set, Style, pieces, width
from symcost.render.words import html_text as svg_text

NAMES = pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
SVG = "{http://www.w3.org/2000/svg}"
T, H = sc.dimension("T"), sc.dimension("H")


def shown(name: str) -> str:
    """A name as pictures show it: on one line, control characters as spaces, what no file can hold by its number."""
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", name)
    return "".join(plain.replace("\ud800", "[U+D800]").split())


def svg(drawing: sc.Drawing) -> ET.Element:
    return ET.fromstring(drawing.render("svg"))


def texts(root: ET.Element) -> list[str]:
    return ["".join(each.itertext()).replace("\u200b", "") for each in root.iter(f"{SVG}text")]


@pytest.fixture(scope="module", params=["some", pytest.param("every", marks=pytest.mark.slow)])
def drawn(request: pytest.FixtureRequest) -> dict[str, sc.Drawing]:
    return getattr(drawings, request.param)()  # type: ignore[no-any-return]


# --- SVG -------------------------------------------------------------------------------------------------------------


def test_every_svg_is_xml_with_a_box_for_each_node_and_a_line_for_each_edge(drawn: dict[str, sc.Drawing]) -> None:
    for name, drawing in drawn.items():
        root = svg(drawing)
        nodes = [each for each in drawing.picture.every_node() if each.kind is not Kind.PORT]
        folded = [each for each in nodes if each.kind is Kind.NESTED and not each.inside]
        classes = [each.get("class", "").split()[0] for each in root.iter() if each.get("class")]
        assert classes.count("box") == len(nodes) + len(folded), name
        assert classes.count("edge") == len(list(drawing.picture.every_edge())), name
        title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None and title.text == drawing.title == root.get("aria-label")
        assert description is not None


def test_an_svg_says_names_shapes_costs_and_shares() -> None:
    found = texts(svg(sc.draw(sc.architecture("lstm"))))
    assert {"LSTM", "T × I", "T × H", "4 T (H I + H2)", "delay 1"} <= set(found)  # noqa: RUF001 - a sign of multiplication
    assert "the critical path, T layer steps" in " ".join(found)
    sized = texts(svg(sc.draw(sc.architecture("language-model"), at={"T": 10, "H": 8, "E": 8, "V": 16})))
    assert {"5.12 k (80 %)", "1.28 k (20 %)", "10 × 16"} <= set(sized)  # noqa: RUF001 - see above


def test_a_larger_share_is_a_stronger_shade() -> None:
    drawing = sc.draw(sc.architecture("cnn-autoencoder"))
    shades = [float(each.get("fill-opacity", "0")) for each in svg(drawing).iter() if each.get("class") == "shade"]
    shares = [each.share for each in drawing.picture.nodes if each.share]
    pairs = sorted(zip(shares, shades, strict=True))
    assert [shade for _, shade in pairs] == sorted(shades)
    assert 0 < shades[0] < shades[1] < 1


def test_an_svg_is_legible_on_dark_and_on_light_pages_and_has_no_script() -> None:
    written = sc.draw(sc.architecture("lstm")).render("svg")
    assert "prefers-color-scheme:dark" in written
    assert written.index('class="paper"') < written.index('class="box')  # it brings its own paper
    assert "<script" not in written and "var(" not in written
    assert sc.draw(sc.architecture("lstm"))._repr_svg_() == written


# --- hostile names ---------------------------------------------------------------------------------------------------


@NAMES
def test_in_svg_any_name_comes_out_as_itself(name: str) -> None:
    root = svg(sc.draw(drawings.called(name), expand=1))
    said = "".join("".join(texts(root)).split())
    assert said.count(shown(name).replace("\u200b", "")) >= 4
    assert not list(root.iter(f"{SVG}script"))
    title = root.find(f"{SVG}title")
    assert title is not None and "".join((title.text or "").split()) == shown(name)


@NAMES
def test_in_mermaid_any_name_is_between_quotes_and_nothing_else(name: str) -> None:
    drawing = sc.draw(drawings.called(name), expand=1)
    for line in drawing.render("mermaid").splitlines():
        assert MERMAID.fullmatch(line), line
    labels = re.findall(r'"([^"]*)"', drawing.render("mermaid"))
    said = "".join("".join(map(_read, labels)).split())
    assert said.count(shown(name)) >= 4


_LABEL = r'"(?:[^"#<>&`\\]|#\d+;|<br/>)*"'
MERMAID = re.compile(
    rf"flowchart BT|accTitle: (?:[^\"#<>&`\\;]|#\d+;)*|direction BT|end|subgraph n\d+\[{_LABEL}\]"
    rf"|n\d+(?:\(\( \)\)|\(\[{_LABEL}\]\)|\[\[{_LABEL}\]\]|\({_LABEL}\))"
    rf"|n\d+ (?:-->|---|==>|===|-\.->|-\.-)(?:\|{_LABEL}\|)? n\d+"
    r"|style n\d+ fill:(?:none|#[0-9a-f]{6}),color:(?:inherit|#1f2933),stroke:#[0-9a-f]{6}[-a-z0-9:, ]*"
    r"|linkStyle \d+ stroke:#[0-9a-f]{6}"
)


def _read(label: str) -> str:
    """A label of Mermaid, its entities read."""
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label.replace("<br/>", " "))


def test_every_mermaid_keeps_to_the_grammar_and_has_every_edge(drawn: dict[str, sc.Drawing]) -> None:
    for name, drawing in drawn.items():
        lines = drawing.render("mermaid").splitlines()
        assert all(map(MERMAID.fullmatch, lines)), name
        edges = [line for line in lines if re.match(r"n\d+ [-=]", line)]
        assert len(edges) == len(list(drawing.picture.every_edge())), name


@NAMES
def test_in_dot_labels_are_well_formed_and_hold_the_name(name: str) -> None:
    written = sc.draw(drawings.called(name), expand=1).render("dot")
    labels = [ET.fromstring(f"<label>{each}</label>") for each in _dot_labels(written)]
    said = "".join("".join("".join(each.itertext()) for each in labels).split()).replace("\\\\", "\\")
    assert said.count(shown(name)) >= 4


def _dot_labels(written: str) -> list[str]:
    """The labels that are like HTML: within brackets that balance."""
    found = []
    for match in re.finditer(r"label=<", written):
        depth, place = 1, match.end()
        while depth:
            depth += {"<": 1, ">": -1}.get(written[place], 0)
            place += 1
        found.append(written[match.end() : place - 1])
    return found


def test_every_dot_has_every_node_and_edge_once(drawn: dict[str, sc.Drawing]) -> None:
    for name, drawing in drawn.items():
        written = re.sub(r"label=<.*>", "", drawing.render("dot"))
        assert written.count("{") == written.count("}")
        assert len(re.findall(r"^n\d+ \[", written, re.MULTILINE)) + written.count("subgraph") == len(
            list(drawing.picture.every_node())
        ), name
        assert len(re.findall(r"^n\d+ -> n\d+ \[", written, re.MULTILINE)) == len(list(drawing.picture.every_edge())), (
            name
        )


@NAMES
def test_in_tikz_braces_balance_and_no_command_comes_from_a_name(name: str) -> None:
    written = sc.draw(drawings.called(name), expand=1).render("tikz")
    plain = re.sub(r"\\[\\{}%$&#_]", "", written)
    assert plain.count("{") == plain.count("}")
    known = sc.draw(drawings.called("plain"), expand=1).render("tikz")
    added = set(re.findall(r"\\[A-Za-z]+", written)) - set(re.findall(r"\\[A-Za-z]+", known))
    assert added <= {
        r"\textbackslash", r"\textasciicircum", r"\textasciitilde", r"\textless", r"\textgreater", r"\textbar",
        r"\ttfamily", r"\char", r"\textquotesingle", r"\textasciigrave", r"\ldots",
    }  # fmt: skip


# --- PDF, PNG --------------------------------------------------------------------------------------------------------


def test_a_pdf_and_a_png_are_of_the_whole_drawing_and_the_same_each_time() -> None:
    pytest.importorskip("typst")
    drawing = sc.draw(sc.architecture("encoder-decoder"))
    assert drawing.render("pdf") == drawing.render("pdf")
    written = drawing.render("png")
    assert isinstance(written, bytes) and written.startswith(b"\x89PNG")
    root = svg(drawing)
    pixels = [int.from_bytes(written[place : place + 4], "big") for place in (16, 20)]  # of the header
    dots = [round(float(root.get(each, "")) * 200 / 96) for each in ("width", "height")]  # 96 make an inch in SVG
    assert pixels == pytest.approx(dots, abs=2)


@NAMES
def test_any_name_comes_into_a_pdf(name: str) -> None:
    pytest.importorskip("typst")
    written = sc.draw(drawings.called(name), expand=1).render("pdf")
    assert isinstance(written, bytes) and written.startswith(b"%PDF")


def test_what_a_pdf_of_a_drawing_needs_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(sc.RenderError, match=r'typst is not installed; pip install "symcost\[typst\]"'):
        sc.draw(sc.architecture("rnn")).render("pdf")


# --- text ------------------------------------------------------------------------------------------------------------


def test_text_is_escaped_where_it_must_be() -> None:
    assert svg_text("a\0<b>\n") == "a &lt;b&gt; "
    assert mermaid_text("#quot; end") == "#35;quot#59; end"


def test_formulas_come_in_pieces() -> None:
    found = "".join(
        f"{each.set.value or 'plain'}:{each.text}|" for each in pieces(sc.read("4*T_self*H**2 + T**(K + 1)"))
    )
    assert "name:T|below:self|plain: |name:H|above:2|" in found
    assert "name:T|above:K + 1|" in found
    assert pieces(sc.read("ceil(T/2)")) == (Piece("ceil("), Piece("T", Set.NAME), Piece("/2)"))


def test_lines_are_no_wider_than_there_is_room() -> None:
    prose: Any = ("The critical path, ", T * H, " steps; thinner where sizes decide, and ", H, ".")
    found = list(wrapped(prose, 120))
    assert len(found) > 1
    assert all(width(line, Style.BODY) <= 120 for line in found)
    said = "".join(part if isinstance(part, str) else str(part) for line in found for part in line)  # type: ignore[union-attr]
    assert said == "The critical path, H*T steps; thinner where sizes decide, and H."


# --- templates of one's own ------------------------------------------------------------------------------------------


def test_a_template_of_ones_own_comes_first(tmp_path: Any) -> None:
    own = "{{ title }}: {% for box in boxes %}{% for line in box.lines %}{{ line.text }};{% endfor %}{% endfor %}"
    (tmp_path / "drawing.dot.j2").write_text(own, encoding="utf-8")
    written = sc.draw(sc.architecture("rnn")).render("dot", tmp_path)
    assert "RNN: input;" in written


def test_a_broken_template_is_named(tmp_path: Any) -> None:
    (tmp_path / "drawing.svg.j2").write_text("{{ boxs }}", encoding="utf-8")
    with pytest.raises(sc.RenderError, match=r"drawing.svg.j2, line 1"):
        sc.draw(sc.architecture("rnn")).render("svg", tmp_path)


def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(sc.UnknownName, match="there are dot, mermaid, pdf, png, svg, tikz"):
        sc.draw(sc.architecture("rnn")).render("xyz")
