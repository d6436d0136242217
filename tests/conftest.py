"""What all tests share: golden files, and the command line as people run it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from symcost import cli

Run = Callable[..., tuple[int, str, str]]  # of a command: exit status, standard output, standard error

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew; review what changes")


def pytest_collection_finish() -> None:
    gc.freeze()  # what is imported stays: to look through it for garbage again and again takes a twentieth of the time


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares text with a golden file, or writes the file anew under --update-golden."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{name} differs; if that is meant: pytest --update-golden"

    return compare


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs a command as the console script does, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["symcost", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        captured = capsys.readouterr()
        return stopped.value.code or 0, captured.out, captured.err

    return command


@pytest.fixture
def prints(run: Run) -> Callable[..., str]:
    """Runs what is to go well: hands out what it prints."""

    def command(*arguments: object) -> str:
        status, out, err = run(*arguments)
        assert (status, err) == (0, "")
        return out

    return command


@pytest.fixture
def refuses(run: Run) -> Callable[..., str]:
    """Runs what is refused: one line on standard error, exit status 2, nothing on standard output."""

    def command(*arguments: object) -> str:
        status, out, err = run(*arguments)
        assert (status, out) == (2, "")
        assert err.startswith("symcost: ")
        assert err.count("\n") == 1
        assert err.endswith("\n")
        return err.removeprefix("symcost: ").removesuffix("\n")

    return command
