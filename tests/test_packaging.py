"""The package as it is installed: complete, and of use outside of a checkout."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import symcost
from symcost.importers import files

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "symcost"


def run(*arguments, cwd):
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


IMPORTS = """
import os, sys
import jinja2, networkx, numpy, rich_click, sympy  # once, for all
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            __import__(name)
        except BaseException as error:
            print(name, repr(error), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.mark.slow
def test_every_module_may_be_the_first_that_is_imported(tmp_path):
    modules = [path.relative_to(ROOT).with_suffix("") for path in sorted(PACKAGE.rglob("*.py"))]
    names = [".".join(path.parts).removesuffix(".__init__") for path in modules if path.name != "__main__"]
    assert len(names) > 30
    assert run("-c", IMPORTS, *names, cwd=ROOT) == ""


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert symcost.__version__ == project["version"]


def test_every_public_name_is_there():
    api = symcost.api
    for name in [*api.__all__, "count", "execute", "weights_of", *api.DIMENSIONS]:
        assert getattr(symcost, name) is not None
        assert name in dir(symcost)


def test_a_name_that_is_not_there_suggests_near_ones():
    with pytest.raises(AttributeError, match="symcost has no 'Lineer'; did you mean 'Linear'"):
        symcost.Lineer  # noqa: B018 - asking is the test
    with pytest.raises(AttributeError, match="module 'symcost' has no attribute '_private'"):
        symcost._private  # noqa: B018


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    alone = [] if importlib.util.find_spec("hatchling") is None else ["--no-build-isolation"]
    run("-m", "pip", "wheel", ROOT, "--no-deps", *alone, "-w", folder, "-q", cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder into which the wheel is installed, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    run("-m", "pip", "install", wheel, "--no-deps", "--no-index", "--target", folder, "-q", cwd=folder)
    return folder


@pytest.mark.slow
def test_templates_and_examples_are_in_the_wheel_and_tests_are_not(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("templates", "examples"):
        expected = {f"symcost/{folder}/{path.name}" for path in (ROOT / folder).iterdir() if path.is_file()}
        assert expected <= set(names)
        assert expected
    modules = {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py")}
    assert modules <= set(names)
    assert "symcost/cli/names.json" in names
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"symcost", f"symcost-{symcost.__version__}.dist-info"}
    assert not [name for name in names if "test" in name or "golden" in name]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["latex", "markdown", "text"])
def test_the_table_of_the_lecture_is_printed_far_from_the_checkout(installed, tmp_path, form):
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from symcost.cli import main; main()"
    printed = run("-c", code, installed, "table", "lecture", "-f", form, cwd=tmp_path)
    assert printed == files.table("lecture").render(form)


@pytest.mark.slow
def test_what_is_installed_is_what_runs(installed, tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import symcost.folders as f; print(f.__file__, f.folder('examples'))"
    )
    file, examples = run("-c", code, installed, cwd=tmp_path).split()
    assert Path(file).is_relative_to(installed)
    assert Path(examples) == installed / "symcost" / "examples"


@pytest.mark.slow
def test_an_incomplete_installation_is_said(installed, tmp_path):
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import symcost.folders as f\n"
        "f.__file__ = str(pathlib.Path('nowhere/else/folders.py').absolute())\n"
        "try: f.folder('templates')\nexcept Exception as error: print(error)"
    )
    said = run("-c", code, installed, cwd=tmp_path)
    assert said.endswith("there is no folder 'templates'; install symcost again\n")


@pytest.mark.slow
def test_the_command_is_declared(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = [each for each in archive.namelist() if each.endswith("entry_points.txt")]
    assert "symcost = symcost.cli:main" in archive.read(name).decode()
