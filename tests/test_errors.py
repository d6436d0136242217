from __future__ import annotations

import pickle

import pytest

from symcost import errors
from symcost.errors import (
    DimensionError,
    FileError,
    FormulaError,
    GraphError,
    RenderError,
    ShapeError,
    SymcostError,
    UndecidedError,
    UnknownName,
    UnpricedError,
    nearest,
    unknown,
)

FAMILY = {
    DimensionError: ValueError,
    FormulaError: ValueError,
    UnknownName: LookupError,
    ShapeError: ValueError,
    GraphError: ValueError,
    FileError: ValueError,
    RenderError: RuntimeError,
    UnpricedError: ValueError,
    UndecidedError: ValueError,
}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "found"),
        ({"where": "here"}, "here: found"),
        ({"expected": "more"}, "found; expected more"),
        ({"remedy": "try more"}, "found; try more"),
        ({"where": "here", "expected": "more"}, "here: found; expected more"),
        ({"where": "here", "remedy": "try more"}, "here: found; try more"),
        ({"expected": "more", "remedy": "try more"}, "found; expected more; try more"),
        ({"where": "here", "expected": "more", "remedy": "try more"}, "here: found; expected more; try more"),
    ],
)
def test_a_message_says_where_then_what_then_what_was_expected_then_what_to_do(
    parts: dict[str, str], message: str
) -> None:
    error = SymcostError("found", **parts)

    assert str(error) == message


def test_the_family_is_known_to_these_tests() -> None:
    members = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, SymcostError)}

    assert members == {SymcostError, *FAMILY}


@pytest.mark.parametrize(("kind", "base"), FAMILY.items())
def test_an_error_is_caught_as_ours_and_as_the_kind_that_python_has(
    kind: type[SymcostError], base: type[Exception]
) -> None:
    with pytest.raises(base) as caught:
        raise kind("found")

    assert isinstance(caught.value, SymcostError)


@pytest.mark.parametrize("kind", FAMILY)
def test_an_error_survives_pickling(kind: type[SymcostError]) -> None:
    error = kind("found", where="here", expected="more", remedy="try more")

    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), vars(again)) == (kind, "here: found; expected more; try more", vars(error))


def test_an_error_seen_from_further_out_names_the_outer_place_first() -> None:
    error = ShapeError("found", where="inner", expected="more", remedy="try more")

    assert str(error.within("middle").within("outer")) == "outer: middle: inner: found; expected more; try more"


def test_an_error_without_a_place_gets_one_from_further_out() -> None:
    assert str(ShapeError("found").within("outer")) == "outer: found"


def test_an_error_seen_from_further_out_is_of_the_same_kind() -> None:
    assert type(GraphError("found").within("outer")) is GraphError


@pytest.mark.parametrize(
    ("name", "known", "remedy"),
    [
        ("Lnear", ["Linear", "LSTM"], "did you mean 'Linear'?"),
        ("linear", ["Linear", "LSTM"], "did you mean 'Linear'?"),
        ("RELU", ["GELU", "ReLU"], "did you mean 'ReLU' or 'GELU'?"),
        ("conv", ["Conv1d", "Conv2d", "Conv3d"], "did you mean 'Conv3d' or 'Conv2d'?"),
        ("xyz", ["Linear", "LSTM"], "there are LSTM, Linear"),
        ("", ["b", "a"], "there are a, b"),
        ("xyz", [], "there are none"),
    ],
)
def test_a_name_that_is_not_known_is_answered_by_near_ones_or_by_all(name: str, known: list[str], remedy: str) -> None:
    assert nearest(name, known) == remedy


def test_near_names_do_not_depend_on_the_order_of_the_table() -> None:
    assert nearest("relu", ["ReLU", "RELU", "Relu"]) == nearest("relu", ["Relu", "RELU", "ReLU"])


def test_a_name_that_is_in_no_table_says_so_with_the_place_and_the_nearest_name() -> None:
    error = unknown("layer", "Lnear", ["Linear"], "file net.json")

    assert str(error) == "file net.json: no layer is called 'Lnear'; did you mean 'Linear'?"
