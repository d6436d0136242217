"""The growth of an expression: a table of what is known, what is refused, and how bounds compare."""

from __future__ import annotations

import itertools
import random

import pytest
from magnitude import magnitude
from sympy import (
    Add,
    Function,
    Max,
    Min,
    Piecewise,
    Pow,
    Rational,
    Sum,
    Symbol,
    ceiling,
    exp,
    floor,
    gamma,
    log,
    oo,
    pi,
    sqrt,
)

import symcost as sc
from symcost import B, C, D, F, H, I, K, L, M, N, P, Q, S, T, X, Y, dimension, growth
from symcost.errors import DimensionError, FormulaError, UndecidedError, UnknownName

n, d, k, r, m, p, W, c_in, c_out = map(dimension, ("n", "d", "k", "r", "m", "p", "W", "C_in", "C_out"))
t, s = Symbol("t", integer=True), Symbol("s", integer=True)

# expression, what grows (None: all), relations, maximal monomials, whether they are the size too (Theta).
# Each row follows from the definition: f <= c g for all large sizes, in every direction that the relations leave.
KNOWN = [
    # --- numbers, powers, sums of monomials ---
    (0 * T, None, (), set(), False),
    (sc.read("7"), None, (), {1}, True),
    (3 * T, None, (), {T}, True),
    (T**2 + 1000 * T + 5, None, (), {T**2}, True),
    (T * H + T + H, None, (), {T * H}, True),
    (T**2 * H + T * H**2, None, (), {T**2 * H, T * H**2}, True),
    (T**3 + T**2 * H + H**4, None, (), {T**3, H**4}, True),  # T^2 H <= T^3 + H^3
    (T**3 + T**2 * H**2 + H**3, None, (), {T**3, T**2 * H**2, H**3}, True),
    (T**2 + T * H + H**2, None, (), {T**2, H**2}, True),  # T H <= (T^2 + H^2)/2
    ((T + H) ** 2, None, (), {T**2, H**2}, True),
    (T + H + sqrt(T * H), None, (), {T, H}, True),
    (T * (T + 1) / 2 - T**2 / 2, None, (), {T}, True),  # what leads cancels
    ((T + H) ** 2 - T**2 - H**2, None, (), {T * H}, True),
    ((T + 1) * (H + 1) - T * H, None, (), {T, H}, True),
    (sqrt(T) + log(T) ** 5, None, (), {sqrt(T)}, True),
    (T**Rational(3, 2) + T * sqrt(H), None, (), {T**Rational(3, 2), T * sqrt(H)}, True),
    (T + 1 / T, None, (), {T}, True),
    (T / H + 1, None, (), {T / H, 1}, True),
    (T / H + T, None, (), {T}, True),
    (pi * T + exp(1), None, (), {T}, True),
    # --- constants ---
    (T * H**5 + T**2, [T], (), {T**2}, True),
    (T * H**5 + T**2, [H], (), {H**5}, True),
    (T * H, [D], (), {1}, True),
    (log(H) * T + T * H, [T], (), {T}, True),
    # --- logarithms ---
    (T * log(T) + 100 * T, None, (), {T * log(T)}, True),
    (log(T**3), None, (), {log(T)}, True),
    (log(T * H), None, (), {log(T), log(H)}, True),
    (log(T + H), None, (), {log(T), log(H)}, True),
    (log(T**2 + 3 * T + 1), None, (), {log(T)}, True),
    (log(log(T)) + 1, None, (), {log(log(T))}, True),
    (log(T) * log(log(T)) + log(T), None, (), {log(T) * log(log(T))}, True),
    (log(T * log(T)), None, (), {log(T)}, True),
    (log(2**L * T), None, (), {L, log(T)}, True),
    (ceiling(log(T, 2)), None, (), {log(T)}, True),
    (1 / log(T) + 1 / T, None, (), {1 / log(T)}, True),
    # --- exponentials ---
    (2**L * T + L**50, None, (), {2**L * T}, True),
    (2**L + 3**L, None, (), {3**L}, True),
    (2**L + 2 ** (L / 2) * L**3, None, (), {2**L}, True),
    (2 ** (L + 3) + L, None, (), {2**L}, True),
    (2**ceiling(log(T, 2)), None, (), {T}, True),  # below 2 T, at least T
    (T**L + 2**L, None, (), {T**L}, True),
    (2**Max(T, H), None, (), {2**T, 2**H}, True),
    (2**-L * T, None, (), {2**-L * T}, True),
    (T ** log(7, 2) + T**2 * log(T), None, (), {T ** log(7, 2)}, True),  # Strassen, 1969
    # --- whole parts, the larger, the smaller ---
    (floor((T - 3) / 2) + 1, None, (), {T}, True),
    (H * floor((T - K) / S) + H, [T, H], (), {T * H}, True),
    (T - floor(T / 2), None, (), {T}, True),
    (floor(T / 2) - T / 2 + H, None, (), {H}, True),
    (floor(T / K), None, (), {T / K}, False),  # 0 where K is larger
    (floor(T / K), None, ("K <= T",), {T / K}, True),  # at least half of it
    (ceiling(T / K), None, (), {T / K, 1}, True),
    (ceiling(T / K), None, ("K <= T",), {T / K}, True),
    (Max(T, H) + 3, None, (), {T, H}, True),
    (Max(T, H) * T, None, (), {T**2, T * H}, True),
    (Max(T * H, T, 5), None, (), {T * H}, True),
    (Max(0, T - K), None, (), {T}, False),
    (Min(T, H), None, (), {Min(T, H)}, True),
    (Min(T, H) + T, None, (), {T}, True),
    (Min(T, T**2) * H, None, (), {T * H}, True),
    (Min(T, 100), None, (), {1}, True),
    (Min(K, T) * H, None, ("K <= T",), {K * H}, True),
    # --- quotients ---
    (T**2 / (T + 1), None, (), {T}, True),
    (T * H / (T + H), None, (), {T * H / (T + H)}, True),
    (T * H / (T + H) + T, None, (), {T}, True),
    (T / (T - 5), None, (), {1}, True),
    (1 / sqrt(T + log(T)), None, (), {1 / sqrt(T)}, True),
    (sqrt(T**2 + H), None, (), {T, sqrt(H)}, True),
    # --- finite sums ---
    (Sum(t, (t, 1, T)), None, (), {T**2}, True),
    (Sum(t * H + log(t), (t, 1, T)), None, (), {T**2 * H}, True),
    (Sum(1 / t, (t, 1, T)), None, (), {log(T)}, True),  # harmonic numbers
    (Sum(1 / t**2, (t, 1, T)), None, (), {1}, True),
    (Sum(log(t), (t, 1, T)), None, (), {T * log(T)}, True),  # log T!, Stirling
    (Sum(2**t, (t, 0, L)), None, (), {2**L}, True),
    (Sum(Sum(H, (s, 1, t)), (t, 1, T)), None, (), {T**2 * H}, True),
    (Sum(Max(t, 5) * H, (t, 1, T)), None, (), {T**2 * H}, True),
    (Sum(floor(t / 2), (t, 1, T)), None, (), {T**2}, True),
    (Sum(T - t, (t, 1, T)), None, (), {T**2}, True),
    (Sum(t, (t, P, P + T)), None, (), {P * T, T**2}, True),
    # --- relations ---
    (T + K, None, ("K <= T",), {T}, True),
    (T * K + T**2, None, ("K <= T",), {T**2}, True),
    (T * H + T * I, None, ("H = 4*I",), {T * I}, True),
    (sc.T_self * sc.T_cross * D + sc.T_self * D**2, None, ("T_cross = T_self",),
     {sc.T_self**2 * D, sc.T_self * D**2}, True),
    ((T - K + 1) * H, None, ("K = o(T)",), {T * H}, True),
    ((T - K + 1) * H, None, ("K <= T",), {T * H}, False),  # nothing may be left
    (T * log(T) + K**2, None, ("K**2 <= T",), {T * log(T)}, True),
    (log(T) + log(K), None, ("K <= T",), {log(T)}, True),
    (2**K + 2**T, None, ("K <= T",), {2**T}, True),
    (2**K + 2**T, None, ("K = o(T)",), {2**T}, True),
    (T + H + I, None, ("T <= H + I",), {H, I}, True),
    (L * T + 2**L, None, ("L = log2(T)",), {T * log(T)}, True),
    (T * H, None, ("T = X*Y",), {X * Y * H}, True),
    (T * N + K, None, ("K <= T*N",), {T * N}, True),
    (B * T + T * log(B), None, ("B >= 4*T", "T >= B/8"), {B * T}, True),
    # --- published ---
    (2 * n**2 * d + 4 * n * d**2, None, (), {n**2 * d, n * d**2}, True),  # Vaswani et al., 2017, with projections
    (k * n * d**2, None, (), {k * n * d**2}, True),
    (2 * r * n * d, None, (), {r * n * d}, True),
    (k * n * d + n * d**2, None, (), {k * n * d, n * d**2}, True),  # section 4: a separable convolution
    (ceiling(log(n) / log(k)), None, ("k <= n",), {log(n) / log(k)}, True),  # the path of a dilated stack
    (ceiling((n - 1) / (k - 1)), None, ("k <= n",), {n / k}, True),  # Dive into Deep Learning, 11.6.2
    (2 * ceiling((n - 1) / r), None, ("r <= n",), {n / r}, True),
    (2 * k**2 * H * W * c_in * c_out, None, (), {k**2 * H * W * c_in * c_out}, True),
    (T * Q * N + T * Q * P + 2 * T * N * P + T * N * P / Q, None, ("N = P", "Q = P"), {T * P**2}, True),  # Mamba-2
    (B * L * D * log(L), None, (), {B * L * D * log(L)}, True),  # Gu and Dao, 2023, section 3.3.1
    (n * log(n, 2) - n + 1, None, (), {n * log(n)}, True),  # Kogge and Stone, 1973
    (2 * n - 2 - log(n, 2), None, (), {n}, True),  # Brent and Kung, 1982
    (2 * log(n, 2) - 2, None, (), {log(n)}, True),
    (1 + ceiling(log(K, 2)), None, (), {log(K)}, True),  # the depth of a dot product
    (M * N * (2 * K - 1), None, (), {M * N * K}, True),
    (T * (1 + ceiling(log(K, 2))), None, (), {T * log(K)}, True),
    (X * Y * log(X * Y, 2) * (C * F + N * C + N * F) + X * Y * N * C * F, None, (),  # Ben-Nun and Hoefler, 2018: by FFT
     {X * Y * a * b * log(c) for a, b in [(C, F), (N, C), (N, F)] for c in (X, Y)} | {X * Y * N * C * F}, True),
    (ceiling(log(C, 2)) + ceiling(log(X, 2)) + ceiling(log(Y, 2)), None, (), {log(C), log(X), log(Y)}, True),
    (T * (2 * P + T + 1) / 2, None, (), {P * T, T**2}, True),  # sampling T steps after a prompt of P, with caches
    (W * T - W * (W - 1) / 2, None, ("W <= T",), {W * T}, False),
    (n / k + k, None, (), {n / k, k}, True),  # Chen et al., 2016: segments of k
    (n / k + k, None, ("k = sqrt(n)",), {sqrt(n)}, True),
    (B * D * F / (B * D + D * F + B * F), None, (), {B * D * F / (B * D + D * F + B * F)}, True),  # a roofline
    (B * D * F / (B * D + D * F + B * F), None, ("B = o(D)", "D <= F"), {B}, True),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "variables", "assume", "terms", "tight"), KNOWN)
def test_the_maximal_terms_are_known(expression, variables, assume, terms, tight):
    found = growth(expression, variables, assume)

    assert found.terms == terms
    assert found.tight is (tight or not terms)


def test_the_table_is_long_enough_to_mean_something():
    assert len(KNOWN) >= 60


# --- the definition, on numbers: these know nothing of how a growth is found -----------------------------------------

LARGE = 10**40  # the logarithm of the largest sizes


def is_plain(expression):
    """Whether its size can be told from the logarithms of its dimensions: nothing cancels or is in an exponent."""
    powers = [each for each in expression.atoms(Pow) if not each.exp.is_number]
    takes = [term for term in Add.make_args(expression) if term.could_extract_minus_sign() and term.has(T)]
    return not (expression.has(Sum, exp) or powers or takes or expression.has(Max(0, T - K), T - floor(T / 2)))


PLAIN = [row for row in KNOWN if row[1] is None and not row[2] and row[3] and is_plain(row[0])]


def directions(symbols, count=400):
    """Sizes: their logarithms are powers of one large number, times something."""
    draw = random.Random(str(symbols))
    for _ in range(count):
        yield {x: 3 + round(draw.random() * draw.choice([0, 10**20, LARGE])) for x in symbols}


@pytest.mark.parametrize("row", PLAIN, ids=lambda row: str(row[0]))
def test_an_expression_over_its_bound_stays_bounded_along_many_directions(row):
    found = growth(row[0])
    expanded = sc.expressions.normal(row[0])

    for sizes in directions(sorted(row[0].free_symbols, key=str), 100):
        above = magnitude(expanded, sizes) - magnitude(found.expression, sizes)
        assert above < 30
        assert not found.tight or above > -30


@pytest.mark.parametrize("row", [row for row in PLAIN if len(row[3]) > 1], ids=lambda row: str(row[0]))
def test_no_maximal_term_can_be_left_out(row):
    terms = growth(row[0]).terms
    sizes = list(directions(sorted(row[0].free_symbols, key=str)))

    for term in terms:
        rest = sum(terms - {term})
        assert any(magnitude(term, each) - magnitude(rest, each) > 30 for each in sizes)


# --- what is refused, and what is only known from above --------------------------------------------------------------

REFUSED = [
    (-T, (), UndecidedError, "-T is negative; expected a cost; turn the difference around"),
    (T / (T - K), (), UndecidedError, "1/(T - K): K may be as large as T, which would leave nothing to divide by; "
     "declare which is little-o of the other"),
    (1 / (T - K), ("K <= T",), UndecidedError, "1/(T - K): K may be as large as T, which would leave nothing to divide "
     "by; declare which is little-o of the other"),
    (gamma(T), (), UndecidedError, "gamma(T): the growth of gamma is not known; expected sums, products, quotients, "
     "powers, log, floor, ceiling, Max, Min and finite sums"),
    (Function("f")(T), (), UndecidedError, "f(T): the growth of f is not known; expected sums, products, quotients, "
     "powers, log, floor, ceiling, Max, Min and finite sums"),
    ((T + 1) ** L, (), UndecidedError, "(T + 1)^L: its exponent is only known up to a factor or a sum that grows; "
     "expected an exponent whose terms are known with their numbers"),
    (Sum(t, (t, 1, oo)), (), DimensionError, "Sum(t, (t, 1, oo)) is no cost; expected an expression of dimensions"),
    (Sum(T**t, (t, 1, L)), (), UndecidedError, "Sum(T**t, (t, 1, L)): the index stands where no rule reaches; expected "
     "powers, logarithms and exponentials of the index, times what does not depend on it"),
    (T, ("K <= T", "T = o(K)"), DimensionError, "assume: K <= T and T = o(K) cannot hold; take one of them out"),
    (T, ("T < T",), DimensionError, "assume: T < T cannot hold; take one of them out"),
    (T * K, ("K <= 3",), DimensionError, "assume, while K, T grow: K <= 3 cannot hold; take one of them out"),
    (T * K, ("K = 3", "K = 4"), DimensionError, "assume: K = 4 cannot hold; take one of them out"),
    (T, ("K",), FormulaError, "assume: 'K' is no relation; expected a relation such as K <= T, H = 4*I or N = o(T)"),
    (T, ("K <= T <= H",), FormulaError, "assume: 'K <= T <= H' is no relation; expected a relation such as K <= T, "
     "H = 4*I or N = o(T)"),
    (T, ("K <= T +",), FormulaError, "formula ' T +', character 5: the end; expected a number, a dimension, a "
     "function or '('"),
    (oo, (), DimensionError, "oo is no cost; expected an expression of dimensions"),
    (sqrt(-1) * T, (), DimensionError, "I*T is no cost; expected an expression of dimensions"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "assume", "kind", "message"), REFUSED)
def test_what_cannot_be_answered_is_refused_by_name(expression, assume, kind, message):
    with pytest.raises(kind) as caught:
        growth(expression, assume=assume)
    assert str(caught.value) == message


def test_a_way_with_constants_that_there_is_not_is_refused():
    with pytest.raises(UnknownName, match="no way with constants is called 'forget'; there are drop, keep"):
        growth(T, constants="forget")


@pytest.mark.parametrize(
    ("expression", "assume", "note"),
    [
        (T - K, (), "K is taken off, and taken to be outweighed: a cost is not negative."),
        (T - K, ("K <= T",), "K is taken off (times 1), which may leave less."),
        (floor(T / K), (), "Of the term of size T/K only an upper bound is known."),
        (Max(0, T - 2 * K), (), "Of the term of size T only an upper bound is known."),
        (Piecewise((T, T > H), (H, True)), ("H <= T",), "Of the term of size T only an upper bound is known."),
    ],
)
def test_what_is_only_known_from_above_is_said(expression, assume, note):
    found = growth(expression, assume=assume)

    assert not found.tight
    assert note in found.notes


def test_more_terms_than_relations_can_compare_are_refused():
    many = sum(T**a * H ** (700 - a) for a in range(700))

    with pytest.raises(UndecidedError, match="700 terms to compare under relations; expected at most 500"):
        growth(many, assume=["K <= T"])


def test_the_logarithm_of_a_quotient_is_bounded_by_those_of_its_terms():
    assert growth(log(T**2 / (T + H) + 2)).terms == {log(T), log(H)}


def test_many_terms_are_not_tried_together_and_that_is_said():
    many = sum(T**a * H**b * I**c for a, b, c in itertools.product(range(12), repeat=3) if a + b + c == 11)

    found = growth(many)

    assert len(found.terms) > 64
    assert found.tight
    assert found.notes == (
        f"Of these {len(found.terms)} terms some may be bounded by the others together: that is not tried.",
    )


# --- what grows, and constants ---------------------------------------------------------------------------------------


def test_what_grows_is_given_by_symbol_or_by_name():
    cost = T * H * K + H**2

    assert growth(cost, T) == growth(cost, "T") == growth(cost, [T]) == growth(cost, ["T"])
    assert growth(cost, [T, H]).terms == {T * H, H**2}
    assert growth(cost).variables == (H, K, T)


def test_constants_are_kept_as_factors_if_that_is_asked():
    cost = 3 * T * K * I + 5 * T * K + T * H**2 + K**3

    assert growth(cost, [T]).terms == {T}
    assert growth(cost, [T], constants="keep").terms == {T * K * I, T * H**2}
    assert str(growth(cost, [T], constants="keep")) == "O(T (I K + H^2))"


def test_an_equation_makes_grow_what_it_puts_in_place():
    found = growth(H * T * K, [H, T], ["H = 4*I"])

    assert found.variables == (I, T)
    assert found.terms == {I * T}


def test_text_is_read_and_never_evaluated():
    assert growth("T*(I*H + H**2)") == growth(T * I * H + T * H**2)
    with pytest.raises(FormulaError):
        growth("__import__('os')")


# --- bounds compare --------------------------------------------------------------------------------------------------

COMPARED = [
    (T, T, (), "="), (T, 5 * T + 3, (), "="), (T, T * H, (), "<"), (T * H, T, (), ">"), (T, H, (), "incomparable"),
    (T, H, ("T <= H",), "<"), (T, H, ("T <= H", "H <= 2*T"), "="), (T, H, ("T = o(H)",), "<"),
    (T * H, T**2 + H**2, (), "<"), ((T + H) ** 2, T**2 + H**2, (), "="), (T * H, T**2 + H**2, ("T = H",), "="),
    (log(T), T ** Rational(1, 100), (), "<"), (T**100, 2**T, (), "<"), (2**T, 3**T, (), "<"),
    (T**2 / (T + H) + T * H / (T + H), T, (), "="), (Min(T, H), T, (), "<"), (Min(T, H), sqrt(T * H), (), "<"),
    (Max(T, H), T + H, (), "="), (1, log(log(T)), (), "<"), (0 * T, T, (), "<"), (0 * T, 0 * T, (), "="),
    (K * H, T**2, ("K <= T", "H <= T"), "<"), (log(K), log(T), ("K <= T",), "<"),
    (log(T) * log(H), log(T) ** 2 + log(H) ** 2, (), "<"), (T * log(K), T * log(T), ("K = o(T)",), "<"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "assume", "answer"), COMPARED)
def test_bounds_compare_as_a_partial_order(first, second, assume, answer):
    one, other = (growth(each, [T, H, K], assume) for each in (first, second))
    turned = {"<": ">", ">": "<"}.get(answer, answer)

    assert one.compare(other) == answer
    assert other.compare(one) == turned
    assert (one == other, one <= other, one >= other, one < other, one > other) == (
        answer == "=", answer in "<=", answer in ">=", answer == "<", answer == ">",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "assume", "answer"),
    [
        (T, T, (), False), (T, T * H, (), True), (T, T * log(H), (), True), (N, T, ("N = o(T)",), True),
        (N, T, ("N <= T",), False), (log(N), log(T), ("N = o(T)",), False),
        (N * log(N), T * log(T), ("N = o(T)",), True),
        (T, H, (), False), (T * H, T**2 + H**2, (), False), (T**5, 2**T, (), True), (1, T, (), True), (T, 0, (), False),
        (2**N, 2**T, ("N = o(T)",), True), (2**N, 2**T, ("N <= T",), False),
    ],
)  # fmt: skip
def test_little_o_is_what_goes_to_0_wherever_all_grows(first, second, assume, answer):
    assert growth(first, assume=assume).is_little_o(second) is answer


def test_a_growth_compares_with_an_expression():
    found = growth(3 * T * H + T)

    assert found == T * H
    assert found <= T * H * I
    assert found > T
    assert found != "T*H"
    assert growth(7) == 1


def test_a_dimension_cannot_grow_in_one_and_stay_in_the_other():
    with pytest.raises(DimensionError) as caught:
        growth(T * H, [T]).compare(growth(H))
    assert str(caught.value) == "H grows in O(H) and is constant in O(T); expected the same dimensions"


def test_relations_of_two_bounds_hold_together_or_are_refused():
    assert growth(K, assume=["K <= T"]) <= growth(T)
    with pytest.raises(DimensionError, match="cannot hold"):
        growth(K, assume=["K <= T"]).compare(growth(K, assume=["T = o(K)"]))


def test_equal_bounds_may_be_written_differently_and_have_no_hash():
    with pytest.raises(TypeError, match="unhashable"):
        hash(growth(T))


# --- how it is written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "text", "latex"),
    [
        (4 * T * (I * H + H**2), "O(T H (I + H))", r"\mathcal{O}(T H (I + H))"),
        (sc.T_self * sc.T_cross * H, "O(T_self T_cross H)", r"\mathcal{O}(T_{\mathrm{self}} T_{\mathrm{cross}} H)"),
        (T * log(T), "O(T log(T))", r"\mathcal{O}\left(T \log\left(T\right)\right)"),
        (T * H / (T + H), "O(T H/(T + H))", r"\mathcal{O}\left(\frac{T H}{(T + H)}\right)"),
        (T**2 + H, "O(T^2 + H)", r"\mathcal{O}(T^{2} + H)"),
        (2**L * T, "O(2^L T)", r"\mathcal{O}(2^{L} T)"),
        (5 + 0 * T, "O(1)", r"\mathcal{O}(1)"),
        (0 * T, "O(0)", r"\mathcal{O}(0)"),
    ],
)
def test_a_bound_is_written_with_what_its_terms_have_in_common_in_front(expression, text, latex):
    found = growth(expression)

    assert (str(found), repr(found), found.text, found.latex) == (text, text, text, latex)
    assert found._repr_latex_() == f"${latex}$"


def test_a_bound_is_an_expression_that_every_format_writes():
    order = growth(T * H + T * I).order

    assert sc.text(order) == "O(T (H + I))"
    assert sc.latex(order) == r"\mathcal{O}(T (H + I))"
    assert sc.expressions.normal(order) == order


# --- leading terms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "variables", "assume", "count", "terms"),
    [
        (4 * T * H**2 + 8 * H + 3, None, (), 1, [4 * T * H**2]),
        (4 * T * H**2 + 8 * H + 3, None, (), 2, [4 * T * H**2, 8 * H]),
        (4 * T * H**2 + 8 * H + 3, None, (), 9, [4 * T * H**2, 8 * H, 3]),
        (T * (T + 1) / 2, None, (), 2, [T**2 / 2, T / 2]),
        (floor(T / 2) * H, None, (), 1, [T * H / 2]),
        (T * H * (I + 2) + H, [T], (), 1, [T * H * I + 2 * T * H]),
        (T**2 + T * H + H**2, None, (), 3, [T**2, H**2, T * H]),
        (K + 2 * T, None, ("K <= T",), 2, [2 * T, K]),
        (K + 2 * T, None, ("K = o(T)",), 1, [2 * T]),
        (T - 3 * K, None, ("K = o(T)",), 2, [T, -3 * K]),
        (5 * T * H / (T + H) + 7, None, (), 1, [5 * T * H / (T + H)]),
        (Max(T**2, T) + T, None, (), 2, [T**2, T]),
        (n * log(n, 2) - n + 1, None, (), 2, [n * log(n) / log(2), -n]),
        (Sum(t, (t, 1, T)), None, (), 2, [T**2 / 2, T / 2]),
        (Sum(t * log(t), (t, 1, T)), None, (), 1, [T**2 * log(T) / 2]),
        (sqrt(4 * T**2 + T), None, (), 1, [2 * T]),
        (0 * T, None, (), 1, []),
    ],
)  # fmt: skip
def test_the_leading_terms_come_with_their_constants(expression, variables, assume, count, terms):
    assert list(growth(expression, variables, assume).leading(count)) == terms


def test_a_leading_term_that_is_only_known_by_size_is_refused():
    found = growth(T * floor(T / 2))

    assert found.leading() == (T**2 / 2,)
    with pytest.raises(UndecidedError) as caught:
        found.leading(2)
    assert str(caught.value) == (
        "leading terms: a term of size T, number 2 or later, is only known up to a constant; expected at most 1 terms"
    )


@pytest.mark.parametrize("count", [0, -1, True, 1.5, "two"])
def test_a_number_of_leading_terms_is_a_whole_number(count):
    with pytest.raises(DimensionError, match="expected a whole number from 1"):
        growth(T).leading(count)
