"""Explanations: derivations written as text, Markdown and LaTeX."""

from __future__ import annotations

import functools

import hostile
import networkx
import pytest

import symcost as sc
from symcost.analysis.formulas import Range
from symcost.dimensions import index
from symcost.errors import DimensionError, RenderError, UnknownName
from symcost.expressions import normal
from symcost.render.formula import LatexWriter, TextWriter

T, H, I, w = (sc.dimension(name) for name in "THIw")
SUFFIXES = {"latex": "tex", "markdown": "md", "text": "txt"}


@pytest.mark.parametrize("form", SUFFIXES)
@pytest.mark.parametrize("name", ["lstm", "mnist", "attention"])
def test_explanations_are_as_the_golden_files_have_them(golden, name, form):
    golden(f"explain_{name}.{SUFFIXES[form]}", sc.explain(sc.architecture(name)).render(form))


def test_an_explanation_at_sizes_is_as_the_golden_file_has_it(golden):
    explained = sc.explain(sc.architecture("encoder-decoder"), "flops", at={"T_self": 10, "T_cross": 20, "H": 8})
    golden("explain_at_sizes.txt", explained.render())


@pytest.mark.parametrize("name", sc.ARCHITECTURES)
def test_every_named_network_is_explained_with_its_totals(name):
    net = sc.architecture(name)
    said = str(sc.explain(net))
    written = " ".join(said.split())

    assert f"= {sc.text(net.macs)}" in written
    assert f"= {sc.text(net.parameters)}" in written
    assert said.count("Depth = ") == 1
    assert "=  =" not in said
    assert f"Growth: {sc.growth(net.macs)}" in written


@pytest.mark.parametrize("name", sc.ARCHITECTURES)
def test_at_sizes_the_numbers_are_those_of_the_network_at_these_sizes(name):
    net = sc.architecture(name)
    sizes = {symbol.name: 4 for symbol in net.dimensions}
    numeric = net.at(**sizes)
    explained = sc.explain(net, "flops", at=sizes)

    assert explained.work.total.xreplace(dict(explained.sizes)) == numeric.flops
    for number in (numeric.flops, numeric.parameters, numeric.depth):
        assert f"= {number}" in str(explained)


def test_the_convention_says_what_is_counted():
    said = str(sc.explain(sc.architecture("rnn"), "lecture"))

    assert "weights = H I + H^2" in said
    assert "b_ih" not in said.partition("Weights")[2]  # biases are no weights
    assert sc.CONVENTIONS["lecture"].line() in said


def test_a_layer_alone_is_explained_on_the_inputs_that_it_suggests():
    assert sc.explain(sc.Linear(I, H)).work.total == H * I


def test_the_same_is_written_the_same():
    for form in SUFFIXES:
        assert len({sc.explain(sc.architecture("gru")).render(form) for _ in range(3)}) == 1


def test_what_cannot_be_explained_is_said():
    graph = networkx.DiGraph()
    graph.add_node("given", params=H, depth=1)
    with pytest.raises(sc.UnpricedError, match="work of 'given' not known"):
        str(sc.explain(sc.Network("bare", graph)))
    with pytest.raises(UnknownName, match="no convention is called 'mac'; did you mean 'macs'"):
        sc.explain(sc.architecture("rnn"), "mac")
    with pytest.raises(DimensionError, match="no dimension here is called 'W'"):
        sc.explain(sc.architecture("rnn"), at={"W": 3})
    with pytest.raises(DimensionError, match="'rnn' to be explained; expected a network or a layer"):
        sc.explain("rnn")
    with pytest.raises(UnknownName, match="no format is called 'xyz'"):
        sc.explain(sc.architecture("rnn")).render("xyz")
    with pytest.raises(RenderError, match="'json' is no format of derivations; expected one of latex, markdown, html"):
        sc.explain(sc.architecture("rnn")).render("json")


def test_a_template_of_ones_own_comes_first(tmp_path):
    (tmp_path / "derivation.txt.j2").write_text("{{ title }}: {{ sections[0].total[0] }}; {{ depth.total }}")
    assert sc.explain(sc.architecture("rnn")).render("text", tmp_path) == "RNN: T (H I + H^2); T"

    (tmp_path / "derivation.txt.j2").write_text("{{ nonsense }}")
    with pytest.raises(RenderError, match=r"template derivation.txt.j2, line 1: 'nonsense' is undefined"):
        sc.explain(sc.architecture("rnn")).render("text", tmp_path)


@functools.cache
def explained(name):
    """A network that has a name wherever one may stand; explained once for all formats."""
    x = sc.Input(T, I, name=name)
    y = sc.LSTM(I, H)(sc.Linear(I, I)(x, name=name), name=name)
    return sc.explain(sc.Network(name, x, y))


@pytest.mark.parametrize("form", [*SUFFIXES, "html", "typst"])
@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_hostile_names_are_escaped_wherever_they_stand(name, form):
    said = explained(name).render(form)

    assert sc.FORMATS[form].text(name).strip() in said
    assert "\r" not in said


# --- formulas --------------------------------------------------------------------------------------------------------


FORMULAS = {
    sc.Linear(I, H): ["y[h] = sum_i x[i] W[h, i] + b[h]"],
    sc.Linear(I, H, bias=False): ["y[h] = sum_i x[i] W[h, i]"],
    sc.ReLU(): ["y[t, h] = max(x[t, h], 0)"],
    sc.Conv1d(I, H, 3, padding="causal", dilation=2): [
        "y[t, h] = sum_(k_t, i) x[2 k_t + t - 4, i] W[h, i, k_t] + b[h]"
    ],
    sc.Conv2d(I, H, 1, bias=False): ["v[x, y, h] = sum_(k_x, k_y, i) u[k_x + x, k_y + y, i] W[h, i, k_x, k_y]"],
    sc.MaxPool1d(2): ["y[t, c] = max_k_t x[k_t + 2 t, c]"],
    sc.ConvTranspose1d(I, H, 4, stride=2, bias=False): ["y[t, h] = sum_(k_t + 2 t' = t) sum_i x[t', i] W[i, h, k_t]"],
    sc.Embedding(): ["y[t, e] = W[x[t], e]"],
    sc.UpsamplingNearest1d(2): ["y[t, h] = x[floor(t/2), h]"],
    sc.Concat(): ["y = concat(x_1, x_2)"],
    sc.Flatten(): ["y[H t + h] = x[t, h]"],
    sc.Identity(): ["y[t, h] = x[t, h]"],
    sc.Softmax(): [
        "z[t, h] = exp(x[t, h] - max_(h') x[t, h'])",
        "y[t, h] = z[t, h] / (sum_(h') z[t, h'])",
    ],
    sc.RMSNorm(): ["y[h] = x[h] / sqrt((sum_(h') x[h']^2) / H + 2.22e-16) W[h]"],
    sc.GELU(): ["y[t, h] = 0.5 x[t, h] (1 + erf(0.7071 x[t, h]))"],
    sc.RNN(I, H): [
        "z[t, h] = sum_i x[t, i] W_ih[h, i] + b_ih[h]",
        "y[t, h] = tanh(z[t, h] + sum_j y[t - 1, j] W_hh[h, j] + b_hh[h])",
    ],
    sc.ScaledDotProductAttention(is_causal=True): [
        "z[t, s] = (sum_d query[t, d] key[s, d]) / sqrt(D), s <= t",
        "u[t, s] = exp(z[t, s] - max_(s' <= t) z[t, s']), s <= t",
        "v[t, s] = u[t, s] / (sum_(s' <= t) u[t, s']), s <= t",
        "y[t, d] = sum_(s <= t) v[t, s] value[s, d]",
    ],
    sc.ScaledDotProductAttention(window=3): [
        "z[t, s] = (sum_d query[t, d] key[s, d]) / sqrt(D), t - 2 <= s <= t + 2",
        "u[t, s] = exp(z[t, s] - max_(t - 2 <= s' <= t + 2) z[t, s']), t - 2 <= s <= t + 2",
        "v[t, s] = u[t, s] / (sum_(t - 2 <= s' <= t + 2) u[t, s']), t - 2 <= s <= t + 2",
        "y[t, d] = sum_(t - 2 <= s <= t + 2) v[t, s] value[s, d]",
    ],
    sc.ScaledDotProductAttention(): [
        "z[t, s] = (sum_d query[t, d] key[s, d]) / sqrt(D)",
        "u[t, s] = exp(z[t, s] - max_(s') z[t, s'])",
        "v[t, s] = u[t, s] / (sum_(s') u[t, s'])",
        "y[t, d] = sum_s v[t, s] value[s, d]",
    ],
}


@pytest.mark.parametrize(("layer", "expected"), FORMULAS.items(), ids=str)
def test_the_formulas_of_a_layer_are_read_off_its_equation(layer, expected):
    writer = TextWriter()
    steps = sc.explain(layer).work.shares[0].block.steps

    said = [f"{writer.write(step.left)} = {' '.join(writer.statement(step.right, step.where))}" for step in steps]
    assert said == expected


def test_a_loop_backwards_reads_the_step_behind_it():
    said = str(sc.explain(sc.RNN(I, H, bidirectional=True)))

    assert "[t - 1, j] W_hh[h, j]" in said
    assert "[t + 1, j] W_hh_reverse[h, j]" in said


def test_latex_has_indices_below_and_names_above():
    (first, _) = sc.explain(sc.RNN(I, H)).work.shares[0].block.steps
    writer = LatexWriter()

    assert writer.write(first.left) == "z_{t,h}"
    assert writer.write(first.right) == r"\sum_{i} x_{t,i} \, W^{\mathrm{ih}}_{h,i} + b^{\mathrm{ih}}_{h}"


def test_a_range_stands_below_a_sum_and_behind_what_holds_within_it():
    steps = sc.explain(sc.ScaledDotProductAttention(is_causal=True, window=w)).work.shares[0].block.steps
    _, weighed, shared, _ = ((each.right, each.where) for each in steps)
    writer = LatexWriter()

    assert writer.statement(*shared) == [
        r"\frac{u_{t,s}}{\sum_{t - w + 1 \le s' \le t} u_{t,s'}}, \quad t - w + 1 \le s \le t"
    ]
    writer.widest = 2
    assert writer.statement(shared[0].arguments[0], ()) == ["u_{t,s}"]
    writer.widest = 20
    assert writer.statement(*weighed) == [
        r"\exp\bigl(z_{t,s}",
        r"- \max_{t - w + 1 \le s' \le t} z_{t,s'}\bigr),",
        r"\quad t - w + 1 \le s \le t",
    ]


def test_a_range_without_an_end_begins_with_its_index():
    s, t = map(index, "st")
    writer = TextWriter()

    said = [writer.within(Range(*each)) for each in ((None, s, t), (t - 1, s, None), (t - 1, s, t + 1))]
    assert said == ["s <= t", "s >= t - 1", "t - 1 <= s <= t + 1"]


MASKED = [
    kind(**mask)
    for kind in (sc.ScaledDotProductAttention, sc.MultiheadAttention, sc.GroupedQueryAttention)
    for mask in ({"is_causal": True}, {"window": w}, {"is_causal": True, "window": w})
]


@pytest.mark.parametrize("layer", [*MASKED, sc.LSTM(), sc.BatchNorm2d(), sc.Conv2d(stride=sc.S)], ids=str)
@pytest.mark.parametrize("by", ["macs", "exact"])
def test_what_stands_on_both_sides_of_an_equals_sign_is_the_same(layer, by):
    equations = [
        [sc.read(side) for side in line.split(" = ")[1:]]
        for line in str(sc.explain(layer, by)).splitlines()
        if line.strip().startswith(f"{sc.convention(by).name if by == 'exact' else 'MACs'} = ")
    ]

    assert equations
    for first, *others in equations:
        assert all(normal(first - other) == 0 for other in others), (first, others)


def test_an_explanation_says_at_which_sizes_it_holds():
    assert "\nHolds where w is at most T. T: time steps;" in str(sc.explain(sc.ScaledDotProductAttention(window=w)))
    assert "Holds" not in str(sc.explain(sc.ScaledDotProductAttention(is_causal=True)))


@pytest.mark.parametrize("writer", [TextWriter(), LatexWriter()], ids=["text", "latex"])
def test_long_formulas_are_broken_and_nothing_is_lost(writer):
    long = sc.read("+".join(f"T*(H_{number} + 1)" for number in range(30)) + "- T*H*I*floor(T/2)/(H + 1)")
    written = writer.expression(long)
    rows = writer.broken(written)

    assert len(rows) > 1
    assert all(writer.width(row) <= writer.widest for row in rows)
    joined = "".join(rows).replace(r"\bigl(", r"\left(").replace(r"\bigr)", r"\right)")  # these cannot be broken
    assert joined.replace(" ", "") == written.replace(" ", "")
    assert all(row.count("{") == row.count("}") for row in rows)


# --- the command line ------------------------------------------------------------------------------------------------


def test_the_verb_prints_what_the_function_renders(run, tmp_path):
    lstm = sc.architecture("lstm")
    assert run("explain", "lstm") == (0, sc.explain(lstm).render(), "")
    assert run("explain", "lstm", "-c", "flops", "-f", "markdown")[1] == sc.explain(lstm, "flops").render("markdown")
    assert run("explain", "lstm", "--at", "T=10")[1] == sc.explain(lstm, at={"T": 10}).render()

    assert run("explain", "lstm", "-o", "lstm.tex") == (0, "", "")
    assert (tmp_path / "lstm.tex").read_text() == sc.explain(lstm).render("latex")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("lsm",), "did you mean 'lstm'"),
        (("lstm", "-c", "mac"), "did you mean 'macs'"),
        (("lstm", "--at", "Q=1"), "no dimension here is called 'Q'"),
        (("lstm", "--at", "T"), "--at: 'T'; expected a dimension and its size"),
        (("lstm", "-o", "lstm.csv"), "'csv' is no format of derivations; expected one of latex, markdown, html, typst"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run, arguments, said):
    status, out, err = run("explain", *arguments)

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err
