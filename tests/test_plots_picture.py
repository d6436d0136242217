"""Pictures: what they say in words, the same bytes each time, hostile names as themselves."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import hostile
import plots
import pytest

import symcost as sc
from symcost.errors import RenderError, UnknownName
from symcost.render.plots.words import one_line

matplotlib = pytest.importorskip("matplotlib")

SVG = "{http://www.w3.org/2000/svg}"
DC = "{http://purl.org/dc/elements/1.1/}"


def said(svg):
    """The title, the description, and each piece of text that was drawn, as the SVG says them."""
    root = ElementTree.fromstring(svg, ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True)))
    drawn = [each.text.strip() for each in root.iter() if each.tag is ElementTree.Comment]
    return root.findtext(f"{SVG}title"), root.findtext(f".//{DC}description"), drawn


def test_an_svg_says_all_names_and_formulas():
    title, description, drawn = said(plots.crossing().render("svg"))
    assert title == "MACs over T (time steps)"
    assert "Transformer layer and four LSTMs meet: T = 10 D = 5120." in description
    assert "four LSTMs: 32 T D^2." in description
    assert description.endswith("At D = 512.")
    for each in (
        "Transformer layer",
        "four LSTMs",
        "RNN",
        r"$2 \, T \, D^{2}$",
        r"$T$ = $10 \, D$ = $5120$",
        "At D = 512.",
    ):
        assert each in drawn


def test_a_map_and_a_profile_say_theirs():
    _, description, drawn = said(plots.regimes().render("svg"))
    assert "2 T^2 D." in description
    assert "T = 2 D." in description
    assert r"$T$ = $2 \, D$" in drawn
    _, description, drawn = said(plots.profile().render("svg"))
    assert "Width: 2 H^2 min(L, T) = 1536." in description
    assert "Average parallelism" in drawn


def test_a_formula_by_itself_is_named_once_and_a_long_name_breaks_between_words():
    _, _, drawn = said(
        sc.plot([sc.read("T^2*H"), sc.TransformerEncoderLayer()], "T", at={"H": 8, "D": 8, "F": 8}).render("svg")
    )
    assert r"$T^{2} \, H$" in drawn
    assert "T^2 H" not in drawn
    assert drawn.index("TransformerEncoder") == drawn.index("Layer") - 1


def test_a_formula_too_long_for_the_picture_says_what_it_comes_to():
    made = sc.schedule(sc.LSTM(), "scalar").plot(T=3, H=4, I=4)
    assert "$448$" in said(made.render("svg"))[2]


def test_an_axis_of_few_powers_of_ten_says_more_numbers():
    made = sc.plot(["lstm", "gru"], "T", "state", at={"H": 512, "I": 512})
    assert {"500", "1000", "2000"} <= set(said(made.render("svg"))[2])
    wide = sc.plot(sc.read("10^6 + T"), "T", range=(1, 10))
    assert r"$\mathdefault{2\times10^{6}}$" in said(wide.render("svg"))[2]


@pytest.mark.parametrize("aspect", ["16:9", "4:3"])
def test_pictures_are_as_large_as_slides(aspect):
    from PIL import Image  # it comes with matplotlib

    picture = Image.open(io.BytesIO(plots.crossing().render("png", aspect)))
    assert picture.size == {"16:9": (1920, 1080), "4:3": (1440, 1080)}[aspect]
    assert "T = 10 D = 5120" in picture.text["Description"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", plots.KINDS)
def test_nothing_leaves_the_picture(kind):
    from PIL import Image, ImageChops

    for aspect in ("16:9", "4:3"):
        picture = Image.open(io.BytesIO(plots.KINDS[kind]().render("png", aspect))).convert("RGB")
        left, top, right, bottom = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
        assert min(left, top, picture.width - right, picture.height - bottom) > 10


@pytest.mark.slow
@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_another_process_draws_the_same_whatever_its_settings(form, tmp_path):
    (tmp_path / "matplotlibrc").write_text("font.size: 40\naxes.facecolor: red\nsvg.fonttype: none\n", encoding="utf-8")
    code = (
        f"import sys; sys.path[:0] = {[str(Path(plots.__file__).parent), *filter(None, sys.path)]!r}; import plots\n"
        f"written = plots.profile().render({form!r}); assert 'matplotlib.pyplot' not in sys.modules\n"
        "sys.stdout.buffer.write(written if isinstance(written, bytes) else written.encode())"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True)
    assert run.stdout == plots.profile().render(form)


def test_a_plot_is_drawn_the_same_again():
    assert plots.crossing().render("svg") == plots.crossing().render("svg")


def test_settings_of_the_user_are_as_before_afterwards():
    before = dict(matplotlib.rcParams)
    plots.crossing().render("svg")
    assert dict(matplotlib.rcParams) == before


def test_no_time_is_in_a_picture():
    assert b"CreationDate" not in plots.crossing().render("pdf")
    assert b"<dc:date>" not in plots.crossing().render("svg")


# --- hostile names ---------------------------------------------------------------------------------------------------


TOGETHER = [list(hostile.NAMES)[place : place + 9] for place in range(0, len(hostile.NAMES), 9)]


@pytest.mark.parametrize("keys", TOGETHER, ids=lambda keys: keys[0])
def test_hostile_names_come_out_as_themselves(keys):
    names = [hostile.NAMES[key] for key in keys]
    title, description, drawn = said(plots.named(*names, title=names[0]).render("svg"))
    assert title == one_line(names[0])
    for name in names:
        assert f"{one_line(name)}: " in description
        if name.isascii() and name.isprintable() and 0 < len(name.strip()) <= 20:
            assert escaped(name.strip()) in drawn


def escaped(text):
    """Text as matplotlib writes it into a comment."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("--", "- -")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["png", "pdf"])
@pytest.mark.parametrize("keys", TOGETHER, ids=lambda keys: keys[0])
def test_hostile_names_are_drawn_in_every_format(keys, form):
    names = [hostile.NAMES[key] for key in keys]
    plot = plots.named(*names, title=names[0])
    assert plot.render(form) == plot.render(form)


def test_what_the_font_lacks_is_its_code_point():
    from symcost.render.plots.lettering import shown

    assert shown("深 é \U0001f1e9 \ud800\n\u05d0") == "[U+6DF1] é [U+1F1E9] [U+D800] \u05d0"


def test_formulas_that_matplotlib_cannot_set_are_plain_text():
    from symcost.render.plots.lettering import mathematics

    assert mathematics(("50$ ", sc.T)) == r"50\$ $T$"
    assert mathematics(r"$\nothing$") == r"\$\nothing\$"


@pytest.mark.parametrize("formula", ["ceil(T/2)", "floor(T/(2*K))", "log2(T)", "log(T)", "sqrt(H)", "max(T, H)", "H/I",
                                     "-T", "1/2", "beta_2 + n_heads*T_out", "2**(T+1)", "T_self**(-2)"])  # fmt: skip
def test_every_formula_is_set(formula):
    from symcost.render.plots.lettering import mathematics

    assert mathematics(sc.read(formula)).startswith("$")


# --- what is refused -------------------------------------------------------------------------------------------------


def test_formats_and_aspects_that_there_are_not():
    with pytest.raises(UnknownName, match="no format of plots is called 'gif'; there are pdf, pgfplots, png, svg"):
        plots.crossing().render("gif")
    with pytest.raises(UnknownName, match="no aspect is called '16/9'; did you mean '16:9'"):
        plots.crossing().render("png", "16/9")


def test_numbers_that_are_too_large_are_refused():
    huge = sc.plot(sc.read("T^60"), range=(1, 10**9))
    for form in ("png", "pgfplots"):
        with pytest.raises(RenderError, match="a number of more than 300 digits; choose smaller sizes"):
            huge.render(form)


def test_a_missing_library_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(RenderError) as error:
        plots.crossing().render("png")
    assert str(error.value) == 'matplotlib is not installed; pip install "symcost[plot]"'


def test_text_is_drawn_in_the_colours_of_the_curves():
    svg = plots.crossing().render("svg").decode()
    colours = set(re.findall(r"#[0-9a-f]{6}", svg.lower()))
    assert {"#0072b2", "#d55e00", "#117733"} <= colours


def test_a_notebook_shows_the_picture_or_without_matplotlib_a_line(monkeypatch):
    made = plots.crossing()
    assert made._repr_svg_() == made.render("svg").decode()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert made._repr_svg_() is None
    assert repr(made) == "<Plot 'MACs over T (time steps)'>"
