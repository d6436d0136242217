from __future__ import annotations

from pathlib import Path

import pytest

from symcost import folders
from symcost.errors import FileError


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package, in place of the installed one."""
    made = tmp_path / "site" / "symcost"
    made.mkdir(parents=True)
    monkeypatch.setattr(folders, "__file__", str(made / "folders.py"))
    return made


@pytest.mark.parametrize("name", ["templates", "examples"])
def test_the_folders_that_come_along_are_there_and_hold_files(name: str) -> None:
    place = folders.folder(name)

    assert (place.name, any(each.is_file() for each in place.rglob("*"))) == (name, True)


def test_a_wheel_has_its_folders_inside(package: Path) -> None:
    (package / "templates").mkdir()
    (package.parent / "templates").mkdir()

    assert folders.folder("templates") == package / "templates"


def test_a_source_tree_has_its_folders_at_the_top(package: Path) -> None:
    (package.parent / "templates").mkdir()

    assert folders.folder("templates") == package.parent / "templates"


def test_a_file_of_that_name_is_no_folder(package: Path) -> None:
    (package / "templates").touch()

    with pytest.raises(FileError):
        folders.folder("templates")


def test_a_folder_that_is_nowhere_is_refused(package: Path) -> None:
    with pytest.raises(FileError) as caught:
        folders.folder("examples")

    assert str(caught.value) == f"{package}: there is no folder 'examples'; install symcost again"
