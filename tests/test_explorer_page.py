"""The page in a real browser: what it shows is what Python computes, and keys do what they should."""

from __future__ import annotations

import json
import math
import shutil
import time
from fractions import Fraction

import hostile
import networkx
import pytest
from sympy import Integer

import symcost as sc
from symcost.expressions import substitute
from symcost.folders import folder
from symcost.render.columns import WORDS, column
from symcost.render.javascript import javascript
from symcost.sequential import alone

webdriver = pytest.importorskip("selenium.webdriver")
pytest.importorskip("bokeh")
ActionBuilder = pytest.importorskip("selenium.webdriver.common.actions.action_builder").ActionBuilder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromedriver") is None, reason="there is no chromium with its driver"),
]

T, H, I, K = sc.T, sc.H, sc.I, sc.K
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,800",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def opened(browser, folder_, page, name="another"):
    """Shows a page, and waits until its plot is drawn."""
    path = folder_ / f"{name}.html"
    path.write_text(page, encoding="utf-8")
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(path.as_uri())
    wait(lambda: browser.execute_script("return document.querySelector('.convention:not([hidden]) data')?.value"))
    wait(lambda: browser.execute_script("return !document.getElementById('plot') || Bokeh.documents.length > 0"))
    settled(browser)


def wait(true):
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it does not happen")


def settled(browser):
    """Waits for what is due at the next frame."""
    browser.execute_async_script(
        "const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => setTimeout(done)))"
    )


def complaints(browser):
    return [each for each in browser.get_log("browser") if each["level"] != "INFO"]


def requests(browser):
    """What the page asked for."""
    messages = [json.loads(each["message"])["message"] for each in browser.get_log("performance")]
    sent = [each["params"] for each in messages if each["method"] == "Network.requestWillBeSent"]
    return [each["request"]["url"] for each in sent if not each["documentURL"].startswith("chrome")]


def values(browser):
    """The exact values of the table that is shown, row by row; words where there is no number."""
    settled(browser)
    return browser.execute_script(
        "return [...document.querySelectorAll('.convention:not([hidden]) tr[data-network]')].map(row =>"
        "[...row.querySelectorAll('td')].map(cell => cell.querySelector('data')?.value"
        "?? cell.querySelector('.words').textContent))"
    )


def computed(made, convention, sizes):
    """The same by Python."""
    return [
        [
            each
            if isinstance(each, str)
            else str(substitute(each, {symbol: Integer(n) for symbol, n in sizes.items()}))
            for each in (cell.value for cell in row.cells)
        ]
        for row in made.tables[convention].rows
    ]


def sizes(browser, made):
    fields = browser.execute_script("return [...document.querySelectorAll('.typed')].map(each => each.value)")
    return dict(zip(made.begin, map(int, fields), strict=True))


def field(browser, made, symbol, kind="size"):
    return browser.find_element("id", f"{kind}-{list(made.begin).index(symbol)}")


def typed(browser, made, symbol, number):
    keys = webdriver.Keys
    field(browser, made, symbol).send_keys(keys.CONTROL, "a", keys.NULL, str(number))
    settled(browser)


def chosen(browser, select, option):
    """Chooses by the keyboard what begins with some words."""
    keys, element = webdriver.Keys, browser.find_element("id", select)
    options = [each.text for each in element.find_elements("tag name", "option")]
    (place,) = (place for place, each in enumerate(options) if each.startswith(option))
    element.send_keys(keys.HOME, keys.ARROW_DOWN * place)
    settled(browser)


def model(browser, name, attribute):
    return browser.execute_script(f"return Bokeh.documents[0].get_model_by_name(arguments[0]).{attribute}", name)


@pytest.fixture(scope="module")
def made():
    graph = networkx.DiGraph()
    graph.add_node("mystery", shape=(T, H), parameters=H, work=None, depth=1)
    layers = [sc.LSTM(I, H), sc.TransformerEncoderLayer(), sc.Conv1d(I, H, K), sc.MaxPool1d(K)]
    return sc.explorer([sc.architecture("rnn"), *layers, sc.Network("unknown", graph)])


@pytest.fixture
def page(browser, made, tmp_path_factory):
    """The page as it is at the beginning; it is opened anew only if another one was."""
    if "played.html" not in browser.current_url:
        opened(browser, tmp_path_factory.mktemp("page"), made.html(), "played")
    browser.execute_script(
        "document.getElementById('sizes').reset();"
        "for (const id of ['quantity', 'along']) document.getElementById(id).selectedIndex = 0;"
    )
    settled(browser)
    yield browser
    assert complaints(browser) == []


# --- formulas ---

EXACT = [  # with what they come to, by Python's whole numbers: sympy rounds logarithms near powers of two wrongly
    ("ceil(log2(T))", lambda n: (n - 1).bit_length(), [1, 2, 3, 2**53, 2**53 + 1, 2**200, 2**200 + 1, 2**200 - 1]),
    ("floor(log2(T))", lambda n: n.bit_length() - 1, [1, 2, 3, 2**53 - 1, 2**53, 2**200, 2**200 + 1, 2**200 - 1]),
    ("ceil(2*log2(T))", lambda n: (n * n - 1).bit_length(), [1, 2, 3, 2**53 + 1]),
    ("ceil(log2(T/3))", lambda n: (-(-n // 3) - 1).bit_length(), [3, 4, 6, 12, 13, 3 * 2**80, 3 * 2**80 + 1]),
    ("log2(T)", lambda n: n.bit_length() - 1, [1, 2, 2**60]),
    ("floor(T/7) - ceil(T/3)", lambda n: n // 7 + -n // 3, [1, 6, 7, 8, 10**30]),
    ("floor((2 - T)/3)", lambda n: (2 - n) // 3, [1, 2, 3, 4, 5, 6]),
    ("sqrt(T)", math.isqrt, [1, 4, 9, 10**40]),
    ("T^(3/2)", lambda n: math.isqrt(n) ** 3, [4, 10**20]),
    ("T^-2 + T/6", lambda n: Fraction(1, n * n) + Fraction(n, 6), [1, 3, 10**20]),
    ("2^T", lambda n: 2**n, [1, 10, 300]),
    ("max(T^2, 10*T, 3) - min(T, 5)", lambda n: max(n * n, 10 * n, 3) - min(n, 5), [1, 5, 9, 10, 11, 10**20]),
    ("T^3 - 3*T^2 + 1/7", lambda n: n**3 - 3 * n * n + Fraction(1, 7), [1, 2, 3, 10**25]),
]
NEAR = [("log(T)", 10**300), ("log2(T)", 3), ("sqrt(T)", 10**51), ("T^(1/3)", 9), ("2^T", 40000), ("sqrt(2)/T", 3)]


def evaluated(browser, folder_, formulas, points):
    """What exact.js makes of formulas of v at some points: a row a point."""
    script = (folder("templates") / "exact.js").read_text("utf-8")
    printed = ",\n".join(f"v => {each}" for each in formulas)
    placed = json.dumps([list(map(str, point)) for point in points])
    spelled = "x => is_near(x) ? x.near : x.q === 1n ? String(x.p) : `${x.p}/${x.q}`"
    page = folder_ / "formulas.html"
    page.write_text(
        f"<!DOCTYPE html><title>formulas</title><script>{script}\nconst formulas = [{printed}];\n"
        f"window.found = {placed}.map(point => point.map(n => whole(BigInt(n)))).map("
        f"v => formulas.map(formula => ({spelled})(formula(v))))</script>",
        encoding="utf-8",
    )
    browser.get(page.as_uri())
    return browser.execute_script("return window.found")


@pytest.mark.parametrize(("formula", "value", "at"), EXACT)
def test_functions_are_exact_where_they_can_be(browser, tmp_path, formula, value, at):
    found = evaluated(browser, tmp_path, [javascript(sc.read(formula), {T: 0})], [[n] for n in at])
    assert [row[0] for row in found] == [str(value(n)) for n in at]


@pytest.mark.parametrize(("formula", "at"), NEAR)
def test_what_is_no_fraction_is_near(browser, tmp_path, formula, at):
    expression = sc.read(formula)
    ((found,),) = evaluated(browser, tmp_path, [javascript(expression, {T: 0})], [[at]])
    near = substitute(expression, {T: Integer(at)}).evalf(30)
    assert found is None if near > 10**308 else found == pytest.approx(float(near), rel=1e-14)


SHOWN = (
    "complexity", "flops", "parameter count", "activations", "sequential depth", "parallel width",
    "average parallelism", "sequential depth (scalar)", "parallel width (operation)",
)  # fmt: skip


def test_every_cost_of_the_catalogue_and_of_the_named_networks_is_that_of_python(browser, tmp_path):
    networks = [alone(layer.example()) for layer in sc.CATALOGUE.values() if layer.__module__.startswith("symcost.")]
    networks += [sc.architecture(name) for name in sc.ARCHITECTURES]
    expressions = {}
    for network in networks:
        for name in SHOWN:
            value = column(name).value(network, sc.convention("exact"))
            if value not in WORDS:
                expressions[value] = None
    symbols = sorted({symbol for each in expressions for symbol in each.free_symbols}, key=str)
    places = {symbol: place for place, symbol in enumerate(symbols)}
    points = [
        [3 + 2 * place for place in range(len(symbols))],
        [10**19 + 7**place for place in range(len(symbols))],
    ]
    found = evaluated(browser, tmp_path, [javascript(each, places) for each in expressions], points)
    assert len(expressions) > 300
    for point, row in zip(points, found, strict=True):
        exact = dict(zip(symbols, map(Integer, point), strict=True))
        assert row == [str(substitute(each, exact)) for each in expressions]


# --- the page ---


def test_the_page_opens_with_pythons_numbers_and_asks_for_nothing(browser, made, page):
    assert values(page) == computed(made, "lecture", made.begin)
    assert {url.partition(":")[0] for url in requests(page)} == {"file", "data"}


@pytest.mark.parametrize("convention", sc.CONVENTIONS)
def test_each_convention_has_pythons_numbers(made, page, convention):
    chosen(page, "convention", convention)
    assert values(page) == computed(made, convention, made.begin)
    lines = [each.text for each in page.find_elements("class name", "line") if each.is_displayed()]
    assert lines == [sc.convention(convention).line()]


def test_a_slider_moves_by_keys(made, page):
    keys, slider = webdriver.Keys, field(page, made, T, "slider")
    slider.send_keys(keys.ARROW_RIGHT, keys.ARROW_RIGHT)
    assert sizes(page, made)[T] == 512
    assert slider.get_attribute("aria-valuetext") == "512"
    assert values(page) == computed(made, "lecture", {**made.begin, T: 512})
    slider.send_keys(keys.END)
    assert sizes(page, made)[T] == 2**20
    slider.send_keys(keys.HOME)
    assert sizes(page, made)[T] == 1


def test_every_slider_changes_its_own_size(made, page):
    for place, symbol in enumerate(made.begin):
        field(page, made, symbol, "slider").send_keys(webdriver.Keys.ARROW_LEFT)
        expected = {each: n // 2 if at <= place else n for at, (each, n) in enumerate(made.begin.items())}
        assert sizes(page, made) == expected
    assert values(page) == computed(made, "lecture", expected)


def test_numbers_are_typed_far_beyond_what_doubles_hold(made, page):
    large = {T: 2**53 + 1, H: 12345678901234567, I: 10**18 + 9, K: 3}
    for symbol, number in large.items():
        typed(page, made, symbol, number)
    assert sizes(page, made) == {**made.begin, **large}
    chosen(page, "convention", "exact")
    found = values(page)
    assert found == computed(made, "exact", {**made.begin, **large})
    assert max(len(value) for row in found for value in row) > 50


@pytest.mark.parametrize(
    ("keys", "number"), [("1e6", 10**6), ("2^20", 2**20), ("10 000", 10**4), ("007", 7), ("3E2", 300)]
)
def test_a_number_may_be_written_shorter(made, page, keys, number):
    typed(page, made, T, keys)
    assert values(page) == computed(made, "lecture", {**made.begin, T: number})


@pytest.mark.parametrize(
    ("keys", "valid"),  # what is valid of it, from its beginning on
    [("0", ""), ("-3", ""), ("1.5", 1), ("T", ""), ("1e99", 10**9), ("9" * 31, "9" * 30), ("0x10", ""), ("", "")],
)
def test_what_is_no_size_is_said_and_changes_nothing(made, page, keys, valid):
    typed(page, made, T, keys or webdriver.Keys.BACKSPACE)
    box = field(page, made, T)
    assert box.get_attribute("aria-invalid") == "true"
    said, stays = page.find_element("id", "wrong-0").text.removesuffix(".").split("; T stays ")
    assert said == "A whole number from 1 on, of at most 30 digits"
    assert int(stays) == int(valid or 128)
    assert values(page)[:3] == computed(made, "lecture", {**made.begin, T: int(stays)})[:3]
    typed(page, made, T, 5)
    assert box.get_attribute("aria-invalid") is None
    assert page.find_element("id", "wrong-0").text == ""
    assert values(page) == computed(made, "lecture", {**made.begin, T: 5})


def test_arrow_keys_count_a_number_by_one(made, page):
    keys = webdriver.Keys
    typed(page, made, T, 2**53)
    box = field(page, made, T)
    box.send_keys(keys.ARROW_UP)
    assert sizes(page, made)[T] == 2**53 + 1
    assert box.get_attribute("aria-valuenow") == str(2**53 + 1)
    assert values(page) == computed(made, "lecture", {**made.begin, T: 2**53 + 1})
    typed(page, made, T, 1)
    box.send_keys(keys.ARROW_DOWN)
    assert sizes(page, made)[T] == 1


def test_a_network_that_does_not_exist_says_so_and_shows_no_number(made, page):
    typed(page, made, K, 200)
    found, python = values(page), computed(made, "lecture", {**made.begin, K: 200})
    assert found[3] == [""] * 6
    assert found[:3] == python[:3]
    assert [each.text for each in page.find_elements("css selector", ".absent td data") if each.is_displayed()] == [
        "does not exist"
    ] * 12  # fmt: skip
    assert page.find_element("id", "missing").text == (
        "Conv1d does not exist at these sizes: it takes sizes of which K is at most T. "
        "MaxPool1d does not exist at these sizes: it takes sizes of which K is at most T."
    )
    typed(page, made, sc.N, 3)
    assert "TransformerEncoderLayer does not exist at these sizes: it takes sizes of which N divides D." in (
        page.find_element("id", "missing").text
    )
    page.find_element("css selector", "button[type=reset]").send_keys(webdriver.Keys.ENTER)
    assert values(page) == computed(made, "lecture", made.begin)
    assert page.find_element("id", "missing").text == ""


def test_everything_is_reached_by_tab_in_the_order_of_the_page(made, page):
    keys, reached = webdriver.Keys, ["size-0"]
    field(page, made, T).click()
    for _ in range(2 * len(made.begin)):
        page.switch_to.active_element.send_keys(keys.TAB)
        reached.append(page.switch_to.active_element.get_attribute("id"))
    expected = [f"{kind}-{place}" for place in range(len(made.begin)) for kind in ("size", "slider")]
    assert reached[: len(expected) + 1] == [*expected, "convention"]
    assert page.execute_script(
        "const style = getComputedStyle(document.activeElement); return style.outlineStyle"
    ) != "none"  # fmt: skip


# --- the plot ---


def test_curves_are_pythons(made, page):
    for network, row in enumerate(made.tables["lecture"].rows):
        cost = row.cells[0].value
        data = model(page, f"curve {network}", "data")
        if not isinstance(cost, str) and cost != 0:
            exact = [substitute(cost, {**_whole(made.begin), T: Integer(int(x))}) for x in data["x"]]
            assert data["y"] == pytest.approx(list(map(float, exact)), rel=1e-14)
            assert {1, 128, 2**20} <= {4, 1, *map(int, data["x"])}
            assert set(data["network"]) == {row.label}
        else:
            assert data["x"] == []
    assert min(model(page, "curve 3", "data")["x"]) == 4  # K is at most T
    assert page.find_element("id", "undrawn").text.startswith("Not drawn: MaxPool1d, unknown; ")


def _whole(numbers):
    return {symbol: Integer(number) for symbol, number in numbers.items()}


def test_the_mark_the_axes_and_the_curves_follow(made, page):
    assert model(page, "along", "axis_label") == "T: time steps"
    assert model(page, "mark 1", "data")["x"] == [128]
    field(page, made, H, "slider").send_keys(webdriver.Keys.ARROW_RIGHT)
    settled(page)
    assert model(page, "mark 1", "data")["y"] == [4 * 128 * (128 * 64 + 128 * 128)]
    chosen(page, "along", "H")
    chosen(page, "quantity", "Parameter")
    chosen(page, "convention", "macs")
    assert model(page, "along", "axis_label") == "H: hidden channels"
    assert model(page, "quantity", "axis_label") == "Parameter count"
    assert model(page, "here", "location") == 128
    assert model(page, "mark 1", "data")["x"] == [128]
    assert model(page, "mark 1", "data")["y"] == [4 * (128 * 64 + 128 * 128) + 8 * 128]
    typed(page, made, H, 10**9)
    settled(page)
    assert model(page, "reach", "end") > 10**9
    assert model(page, "mark 1", "data")["x"] == [10**9]


@pytest.mark.parametrize(("scheme", "ink"), [("dark", "#e6eaef"), ("light", "#1b1f24")])
def test_the_plot_has_the_colours_of_the_page(page, scheme, ink):
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    settled(page)
    assert model(page, "along", "axis_label_text_color") == ink
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize(("width", "columns"), [(1280, 2), (800, 1), (360, 1)])
def test_the_page_fits_its_window(page, width, columns):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    settled(page)
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    laid = page.execute_script("return getComputedStyle(document.querySelector('main')).gridTemplateColumns")
    assert len(laid.split()) == columns
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


CLIPPED = """
return [...document.querySelectorAll(".convention:not([hidden]) .formula")]
    .filter(each => each.scrollHeight > each.clientHeight && each.clientHeight < 200).map(each => each.textContent)
"""


def test_a_formula_is_as_high_as_it_is_and_scrolls_only_sideways(browser, tmp_path):
    networks = [sc.architecture(name) for name in ("language-model", "encoder-decoder", "stacked-rnn")]
    opened(browser, tmp_path, sc.explorer(networks).html())
    assert browser.execute_script("return document.querySelectorAll('.formula mfrac').length") > 0
    assert browser.execute_script(CLIPPED) == []


# --- names ---


def test_hostile_names_are_shown_and_run_nothing(browser, tmp_path):
    x = sc.Input(T, I)
    names = [name for name in hostile.NAMES.values() if name.strip() and "\ud800" not in name] + ["$$x^2$$", "@x{0}"]
    networks = [sc.Network(name, x, sc.Linear(I, H)(x)) for name in names]
    opened(browser, tmp_path, sc.explorer(networks).html())
    labels = browser.execute_script(
        "return [...document.querySelectorAll('.convention:not([hidden]) tbody bdi')].map(each => each.textContent)"
    )
    assert [" ".join(each.split()) for each in labels] == [
        " ".join(name.translate(dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " ")).split())
        for name in names
    ]
    assert [model(browser, f"mark {place}", "data")["network"] for place in range(len(names))] == [[n] for n in names]
    assert values(browser) == [[str(128 * 64 * 64), "4096", "8192", "1", str(128 * 64 * 64), str(128 * 64 * 64)]] * len(
        names
    )
    assert browser.execute_script("return document.querySelectorAll('script').length") == 3
    assert {url.partition(":")[0] for url in requests(browser)} == {"file", "data"}
    assert complaints(browser) == []


UNDER_POINTER = """
const found = [];
const walk = root => {
  for (const each of root.querySelectorAll("*")) {
    if (each.classList.contains("bk-tooltip-row-value")) found.push(each.textContent);
    if (each.shadowRoot) walk(each.shadowRoot);
  }
};
walk(document);
return found;
"""
PLACE_OF_MARK = """
document.getElementById("plot").scrollIntoView();
const [view] = Bokeh.index.roots, {x, y} = Bokeh.documents[0].get_model_by_name("mark 0").data;
const {left, top} = view.canvas_view.el.getBoundingClientRect();
return [left + view.frame.x_scale.compute(x[0]), top + view.frame.y_scale.compute(y[0])];
"""


def test_a_name_under_the_pointer_is_text(browser, tmp_path):
    name = "<img src=x onerror=alert(1)> $$x$$ @y"
    x = sc.Input(T, I)
    opened(browser, tmp_path, sc.explorer([sc.Network(name, x, sc.Linear(I, H)(x))], at={"T": 2000}).html())
    across, down = map(int, browser.execute_script(PLACE_OF_MARK))
    pointer = ActionBuilder(browser)
    pointer.pointer_action.move_to_location(across - 40, down - 40).move_to_location(across, down)
    pointer.perform()
    wait(lambda: browser.execute_script(UNDER_POINTER))
    assert [each.strip(" ") for each in browser.execute_script(UNDER_POINTER)] == [
        name,
        "T = 2\u202f000",
        "8\u202f192\u202f000",
    ]
    assert complaints(browser) == []


@pytest.mark.parametrize("name", ["</script> \"'& $x$", "two\nlines", "\u05e9\u05dc\u05d5\u05dd \U0001f600"])
def test_a_convention_of_any_name_is_drawn(browser, tmp_path, name):
    made = sc.explorer([sc.LSTM(I, H)], convention=sc.Convention(name, {"mac": 3}))
    opened(browser, tmp_path, made.html())
    assert values(browser) == computed(made, name, made.begin)
    assert model(browser, "mark 0", "data")["y"] == [3 * 4 * 128 * (64 * 64 + 64 * 64)]
    assert complaints(browser) == []


def test_a_page_without_dimensions_shows_its_numbers(browser, tmp_path):
    made = sc.explorer(sc.architecture("mnist").at(N_hidden=300))
    opened(browser, tmp_path, made.html())
    assert values(browser) == computed(made, "lecture", {})
    assert complaints(browser) == []
