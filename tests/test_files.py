"""Files of networks and tables: by path, by name, one within the other."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import symcost as sc
from symcost.errors import FileError, SymcostError, UnknownName
from symcost.folders import folder
from symcost.importers import files
from symcost.network import Network

T, H, I = sc.T, sc.H, sc.I
EXAMPLES = [path for path in sorted(folder("examples").glob("*.toml")) if path.name != "devices.toml"]

HEAD = 'name = "head"\ninput = ["T", "H"]\n[[layers]]\nlayer = "Linear"\nargs = ["H", "V", false]\n'
TABLE = 'columns = ["macs"]\n[[rows]]\nname = "r"\nnetwork = "rnn"\n'


def refused(make, *arguments):
    with pytest.raises(SymcostError) as caught:
        make(*arguments)
    return str(caught.value)


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return make


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_loads_and_prints(path):
    loaded = sc.load(path)
    if isinstance(loaded, sc.Table):
        assert loaded.rows
        assert files.table(str(path)) == loaded
        assert all(loaded.render(form) for form, each in sc.FORMATS.items() if not each.typeset)
    else:
        assert loaded.layers
        assert files.network(str(path)).total == loaded.total


def test_there_are_examples_of_both_kinds():
    kinds = {type(sc.load(path)) for path in EXAMPLES}
    assert kinds == {sc.Network, sc.Table}


def test_the_tables_that_come_along_are_known_by_name():
    assert "lecture" in files.tables()
    assert "mnist" not in files.tables()
    assert files.table("lecture").title == "Complexity vs. parameter count"


def test_the_classifier_for_digits_has_the_parameters_of_the_lecture():
    assert sc.load(folder("examples") / "mnist.toml").parameters == 238_510


def test_a_network_is_known_by_name_or_by_file(write):
    write("head.toml", HEAD)
    assert files.network("rnn").name == "RNN"
    assert files.network("head.toml").name == "head"
    assert files.network("./head.toml").macs == T * H * sc.V


def test_a_file_without_an_ending_is_a_file_if_it_is_there(write):
    write("head", HEAD)
    assert files.network("head").name == "head"


def test_a_network_without_a_name_is_called_as_its_file(write):
    assert sc.load(write("some.net.toml", 'input = ["T"]\n[[layers]]\nlayer = "ReLU"')).name == "some.net"


def test_a_path_may_be_text(write):
    assert isinstance(sc.load(str(write("head.toml", HEAD))), Network)


def test_a_network_within_a_network_is_sought_beside_its_file(write):
    write("parts/head.toml", HEAD)
    write("parts/deeper/middle.toml", 'input = ["T", "H"]\n[[layers]]\nnetwork = "../head.toml"\n')
    outer = write("outer.toml", 'input = ["T", "H"]\n[[layers]]\nnetwork = "parts/deeper/middle.toml"\n')
    assert sc.load(outer).macs == T * H * sc.V


def test_a_network_of_a_table_is_sought_beside_its_file(write):
    write("parts/head.toml", HEAD)
    path = write("parts/t.toml", 'columns = ["macs"]\n[[rows]]\nnetwork = "head.toml"\n')
    assert files.table(str(path)).column("MACs") == [T * H * sc.V]
    assert sc.load(path).column("MACs") == [T * H * sc.V]


def test_a_file_twice_is_no_reference_to_itself(write):
    write("square.toml", 'input = ["T", "H"]\n[[layers]]\nlayer = "Linear"\nargs = ["H", "H", false]\n')
    outer = write(
        "outer.toml", 'input = ["T", "H"]\n[[layers]]\nnetwork = "square.toml"\n[[layers]]\nnetwork = "square.toml"\n'
    )
    assert sc.load(outer).parameters == 2 * H**2


def test_a_table_takes_another_convention_and_may_be_strict(write):
    write("t.toml", 'columns = ["cost"]\n[[rows]]\nname = "r"\n[[rows.layers]]\nname = "a"\nwork = "T"\n')
    assert files.table("t.toml", "flops").column("Complexity") == [2 * T]
    write("u.toml", 'columns = ["depth"]\n[[rows]]\nname = "r"\n[[rows.layers]]\nname = "a"\nwork = "T"\n')
    assert refused(lambda: files.table("u.toml", strict=True)).startswith("u.toml: node 'a': its depth is not known")


def test_a_missing_file_is_named(write):
    missing = "no.toml: it cannot be read: No such file or directory"
    assert refused(files.network, "no.toml") == missing
    assert refused(files.table, "no.toml") == missing
    assert refused(sc.load, "no.toml") == missing


def test_a_folder_is_no_file(write, tmp_path):
    (tmp_path / "d").mkdir()
    assert refused(files.network, "d/") == "d: it cannot be read: Is a directory"
    assert refused(sc.load, tmp_path) == f"{tmp_path}: it cannot be read: Is a directory"


def test_a_file_that_may_not_be_read_is_named(write, monkeypatch):
    path = write("secret.toml", HEAD)

    def denied(*_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "open", denied)  # root may read anything
    assert refused(sc.load, path) == f"{path}: it cannot be read: Permission denied"


def test_a_misspelt_name_suggests_near_ones():
    assert refused(files.network, "lstn").startswith("no network is called 'lstn'; did you mean 'lstm'")
    assert refused(files.table, "lectrue") == "no table is called 'lectrue'; did you mean 'lecture'?"


@pytest.mark.parametrize("name", ["", ".", "x" * 5000, "rnn\0", "\n"])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(UnknownName):
        files.network(name)
    with pytest.raises(UnknownName):
        files.table(name)


@pytest.mark.parametrize("name", ["\0.toml", "x" * 5000 + ".toml", "x/" * 3000])
def test_a_path_that_is_none_is_refused(name):
    assert "it cannot be read: " in refused(files.network, name)
    assert "it cannot be read: " in refused(files.table, name)


def test_a_table_is_no_network(write):
    write("t.toml", TABLE)
    message = "t.toml: it describes a table; expected a network; try: symcost table t.toml"
    assert refused(files.network, "t.toml") == message
    outer = write("outer.toml", '[[layers]]\nnetwork = "t.toml"')
    assert refused(sc.load, outer) == f"outer.toml, layers 1, 'network': {message}"


def test_a_network_is_no_table(write):
    write("head.toml", HEAD)
    assert refused(files.table, "head.toml") == (
        "head.toml: it describes no table; expected [[rows]]; try: symcost show head.toml"
    )


def test_a_key_of_a_table_in_a_network_is_refused(write):
    assert refused(sc.load, write("n.toml", 'title = "x"\n' + HEAD)) == (
        "n.toml: the key 'title'; expected a known one; there are edges, input, inputs, layers, name"
    )


def test_a_key_of_a_network_in_a_table_is_refused(write):
    assert refused(sc.load, write("t.toml", "layers = []\n" + TABLE)).startswith(
        "t.toml: the key 'layers'; expected a "
    )


def test_an_empty_file_is_a_network_without_layers(write):
    path = write("empty.toml", "")
    assert refused(sc.load, path) == "empty.toml: no layers; expected [[layers]], one section for each"
    assert refused(files.table, str(path)).startswith("empty.toml: it describes no table")


def test_a_file_that_refers_to_itself_is_refused(write):
    path = write("self.toml", '[[layers]]\nnetwork = "self.toml"')
    assert refused(sc.load, path) == (
        "self.toml, layers 1, 'network': self.toml: the file refers to itself; expected files that end somewhere"
    )


def test_files_that_refer_to_one_another_are_refused(write):
    write("a.toml", '[[layers]]\nnetwork = "b.toml"')
    write("b.toml", 'input = ["T"]\n[[layers]]\nlayer = "ReLU"\n[[layers]]\nnetwork = "./a.toml"')
    assert refused(files.network, "a.toml") == (
        "a.toml, layers 1, 'network': b.toml, layers 2, 'network': a.toml: "
        "the file refers to itself; expected files that end somewhere"
    )


def test_a_row_that_refers_to_its_own_table_is_refused(write):
    path = write("t.toml", '[[rows]]\nnetwork = "t.toml"')
    assert refused(sc.load, path) == (
        "t.toml, rows 1, 'network': t.toml: the file refers to itself; expected files that end somewhere"
    )


def test_a_file_that_hides_that_it_refers_to_itself_is_refused_too(write, tmp_path):
    (tmp_path / "d").mkdir()
    path = write("self.toml", '[[layers]]\nnetwork = "d/../self.toml"')
    assert refused(sc.load, path).endswith("self.toml: files within files; expected at most 20 deep")


def test_files_may_be_twenty_deep_and_no_deeper(write):
    write("f0.toml", HEAD)
    for number in range(1, 22):
        write(f"f{number}.toml", f'input = ["T", "H"]\n[[layers]]\nnetwork = "f{number - 1}.toml"')
    assert files.network("f20.toml").macs == T * H * sc.V
    assert refused(files.network, "f21.toml").endswith("f0.toml: files within files; expected at most 20 deep")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "n.toml: Invalid value (at end of document); expected TOML"),
        ("[[layers]]\nlayer = Linear", "n.toml: Invalid value (at line 2, column 9); expected TOML"),
        ("layers = [1, 2", "n.toml: Unclosed array (at end of document); expected TOML"),
    ],
)
def test_broken_toml_is_refused_with_line_and_column(write, text, message):
    path = write("n.toml", text)
    for make in (sc.load, lambda path: files.network(str(path)), lambda path: files.table(str(path))):
        assert refused(make, path) == message


def test_errors_of_files_are_values_too(write):
    with pytest.raises(ValueError, match="no layers") as caught:
        sc.load(write("n.toml", ""))
    assert isinstance(caught.value, FileError)


def test_a_long_chain_is_read(write):
    path = write("long.toml", 'input = ["T", "H"]\n' + '[[layers]]\nlayer = "ReLU"\n' * 1500)
    assert sc.load(path).depth == 1500
