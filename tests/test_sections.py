"""Sections of a file: each value is what it should be, or an error says where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcost as sc
from symcost.errors import FileError, FormulaError, ShapeError, SymcostError
from symcost.importers.sections import Section, formula, section_of, told, within

GOOD = {
    "text": "words", "flag": True, "items": [1, "a"], "texts": ["a", "b"], "section": {"a": 1}, "formula": "T*H",
    "sections": [{"a": 1}, {"b": 2}],
}  # fmt: skip


@pytest.fixture
def section():
    return Section("f.toml", GOOD)


def test_values_are_handed_out_as_they_are(section):
    assert section.text("text") == "words"
    assert section.flag("flag") is True
    assert section.items("items") == [1, "a"]
    assert section.texts("texts") == ["a", "b"]
    assert section.formula("formula") == sc.T * sc.H
    assert section.section("section") == Section("f.toml, 'section'", {"a": 1})


def test_the_sections_of_a_list_are_numbered(section):
    assert [each.place for each in section.sections("sections")] == ["f.toml, sections 1", "f.toml, sections 2"]


def test_what_is_missing_has_a_default(section):
    assert (section.text("no"), section.text("no", "x"), section.flag("no"), section.flag("no", True)) == (
        "", "x", False, True,
    )  # fmt: skip
    assert section.items("no") == section.texts("no") == section.sections("no") == []
    assert section.section("no").entries == {}


@pytest.mark.parametrize(
    ("ask", "value", "message"),
    [
        ("text", 3, "f.toml, 'k': 3; expected text"),
        ("text", ["a"], "f.toml, 'k': ['a']; expected text"),
        ("text", True, "f.toml, 'k': True; expected text"),
        ("flag", "true", "f.toml, 'k': 'true'; expected true or false"),
        ("flag", 1, "f.toml, 'k': 1; expected true or false"),
        ("items", "a", "f.toml, 'k': 'a'; expected a list"),
        ("items", {"a": 1}, "f.toml, 'k': {'a': 1}; expected a list"),
        ("texts", ["a", 2], "f.toml, 'k': 2 in the list; expected text"),
        ("section", [], "f.toml, 'k': []; expected a section"),
        ("sections", {"a": 1}, "f.toml, 'k': {'a': 1}; expected a list"),
        ("sections", [{}, 3], "f.toml, k 2: 3; expected a section"),
        ("formula", 1.5, "f.toml, 'k': 1.5; expected a whole number or a formula in quotes"),
        ("formula", True, "f.toml, 'k': True; expected a whole number or a formula in quotes"),
        ("formula", ["T"], "f.toml, 'k': ['T']; expected a whole number or a formula in quotes"),
        ("formula", 10**40, "f.toml, 'k': a number of too many digits; expected at most 40"),
        ("formula", -(10**40), "f.toml, 'k': a number of too many digits; expected at most 40"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_place(ask, value, message):
    with pytest.raises(FileError) as caught:
        getattr(Section("f.toml", {"k": value}), ask)("k")
    assert str(caught.value) == message


def test_a_broken_formula_is_refused_with_its_place():
    with pytest.raises(FormulaError) as caught:
        Section("f.toml, layers 2", {"k": "T*"}).formula("k")
    assert str(caught.value) == (
        "f.toml, layers 2, 'k': formula 'T*', character 3: the end; expected a number, a dimension, a function or '('"
    )


def test_keys_that_are_known_are_let_through(section):
    assert section.only(*GOOD) is section


def test_a_key_that_nobody_knows_is_refused(section):
    with pytest.raises(FileError) as caught:
        section.only(*(set(GOOD) - {"texts"}))
    assert str(caught.value) == "f.toml: the key 'texts'; expected a known one; did you mean 'text' or 'items'?"


def test_errors_inside_a_place_are_said_to_have_happened_there():
    with pytest.raises(ShapeError) as caught, within("f.toml"), within("layers 1"):
        raise ShapeError("no fit", where="Linear")
    assert str(caught.value) == "f.toml: layers 1: Linear: no fit"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("f.toml", "f.toml: no fit"),
        ("f.toml, layers 1", "f.toml, layers 1: no fit"),
        ("f.toml: Linear", "f.toml: Linear: no fit"),
        ("f.tomlx", "f.toml: f.tomlx: no fit"),
        ("", "f.toml: no fit"),
    ],
)
def test_a_place_is_not_said_twice(where, said):
    with pytest.raises(ShapeError) as caught, within("f.toml"):
        raise ShapeError("no fit", where=where)
    assert str(caught.value) == said


def test_errors_that_are_none_of_ours_pass():
    with pytest.raises(KeyError), within("f.toml"):
        raise KeyError("x")


@pytest.mark.parametrize("number", [0, 1, 300, 10**40 - 1, -7])
def test_a_whole_number_is_a_formula(number):
    assert formula(number, "here") == number


def test_long_values_are_cut_short_in_errors():
    assert told(16**5000) == "a number of too many digits"
    assert told("a" * 58) == repr("a" * 58)
    assert told("a" * 59) == "'" + "a" * 56 + "..."
    assert len(told(list(range(1000)))) == 60


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_value_is_a_formula_or_is_refused(value):
    try:
        formula(value, "here")
    except SymcostError as error:
        assert str(error).startswith("here: ")


def refused(path):
    with pytest.raises(FileError) as caught:
        section_of(path)
    return str(caught.value)


def test_a_file_is_a_section_under_its_own_name(tmp_path):
    (tmp_path / "a.toml").write_text("x = 1\n[y]\nz = 'ä'\n", encoding="utf-8")
    assert section_of(tmp_path / "a.toml") == Section("a.toml", {"x": 1, "y": {"z": "ä"}})


def test_a_missing_file_is_named_with_its_path(tmp_path):
    path = tmp_path / "no.toml"
    assert refused(path) == f"{path}: it cannot be read: No such file or directory"


def test_a_folder_is_no_file(tmp_path):
    assert refused(tmp_path) == f"{tmp_path}: it cannot be read: Is a directory"


def test_a_path_with_a_zero_byte_is_refused(tmp_path):
    assert refused(tmp_path / "a\0.toml") == "a\0.toml: it cannot be read: embedded null byte"


def test_a_path_that_is_too_long_is_refused(tmp_path):
    assert refused(tmp_path / ("a" * 5000)).endswith("it cannot be read: File name too long")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x = '\xff'", "bytes that are no UTF-8; expected a TOML file"),
        (b"\x00", "Invalid statement (at line 1, column 1); expected TOML"),
        (b"x = 1\ny = = 2\n", "Invalid value (at line 2, column 5); expected TOML"),
        (b"x = 1\nx = 2\n", "Cannot overwrite a value (at line 2, column 6); expected TOML"),
        (b"x = [1, 2\n", "Unclosed array (at end of document); expected TOML"),
        (b"x = " + b"[" * 100_000, "brackets too deep; expected TOML"),
        (b"x = " + b"9" * 5000, "a number of too many digits; expected at most 40"),
        (b"#" * 4_000_001, "it is too large; expected at most 4000000 bytes"),
    ],
    ids=["no UTF-8", "NUL", "no value", "twice", "open", "deep", "digits", "huge"],
)
def test_what_is_no_toml_is_refused_with_its_place(tmp_path, content, message):
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    assert refused(path) == f"bad.toml: {message}"


def test_a_file_of_the_largest_size_is_read(tmp_path):
    path = tmp_path / "large.toml"
    path.write_bytes(b"x=1\n" + b"#" * 3_999_996)
    assert section_of(path).entries == {"x": 1}


def test_a_file_without_end_is_refused():
    from pathlib import Path

    endless = Path("/dev/zero")
    if not endless.exists():
        pytest.skip("there is no file without end here")
    assert refused(endless) == "zero: it is too large; expected at most 4000000 bytes"
