"""What verbs say on standard error while they work: on a terminal how far they are, and if asked how long it took.

The bars come after half a second, and are gone before anything is written. Nothing of this is seen in a pipe.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import rich_click as click

from symcost import progress
from symcost.progress import Part

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_AFTER = 0.5  # seconds

quiet_option = click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
verbose_option = click.option(
    "--verbose", "-v", is_flag=True, help="Say on standard error what is done, and how long it took."
)


def reported(verb: click.Command) -> click.Command:
    """A verb that tells how far it is; it takes ``--quiet`` and ``--verbose``, as the command in front of it does."""
    work = verb.callback
    assert work is not None

    @functools.wraps(work)
    def reporting(context: click.Context, /, *, quiet: bool, verbose: bool, **given: Any) -> Any:
        before = context.parent.params if context.parent else {}
        quiet, verbose = quiet or bool(before.get("quiet")), verbose or bool(before.get("verbose"))
        if quiet and verbose:
            raise click.UsageError("--quiet and --verbose; expected one of them.")
        context.obj = report = _Report(shown=not quiet and _draws(), told=verbose)
        with report.open(), progress.told(report.part), report.part(Part("symcost", verb.name or "")):
            with progress.part("import", "sympy"):  # all that follows needs it
                import sympy  # noqa: F401
            return work(**given)

    verb.callback = click.pass_context(reporting)
    return verbose_option(quiet_option(verb))


def finish() -> None:
    """Takes what is shown off the terminal, for something is to be written there."""
    context = click.get_current_context(silent=True)
    if report := context and context.find_object(_Report):
        report.close()


def on_one_line(text: str) -> str:
    r"""Text as it may be said on a terminal: what is no letter or sign is spelt out.

    >>> print(on_one_line("a\x1b[31m b\n"))
    a\x1b[31m b\n
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _draws() -> bool:
    """Whether standard error is a terminal on which lines may be drawn over."""
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")


class _Report:
    """The parts that a verb is at, from the outermost one in."""

    def __init__(self, *, shown: bool, told: bool) -> None:
        self._under_way: list[Part] = []
        self._told, self._begin = told, time.monotonic()
        self._live: Live | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(_AFTER, self._show) if shown else None

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Shows what is under way, if it takes long."""
        if self._timer:
            self._timer.daemon = True
            self._timer.start()
        try:
            yield
        finally:
            self.close()

    @contextlib.contextmanager
    def part(self, part: Part) -> Iterator[None]:
        """A part, from its begin to its end."""
        begin = time.monotonic()
        self._under_way.append(part)
        try:
            yield
        finally:
            self._under_way.remove(part)  # what has failed within it may end later
        if self._told:
            self._say(f"{time.monotonic() - begin:7.2f} s  {'  ' * len(self._under_way)}{_said(part)}")

    def _say(self, line: str) -> None:
        if self._live:
            self._live.console.print(line, highlight=False, markup=False, emoji=False, soft_wrap=True)
        else:
            click.echo(line, err=True)

    def _show(self) -> None:
        from rich.console import Console  # only what takes long pays for it
        from rich.live import Live

        with self._lock:
            if self._timer:
                console = Console(stderr=True)
                self._live = Live(
                    get_renderable=self._bars, console=console, transient=True, refresh_per_second=8,
                    redirect_stdout=False, redirect_stderr=False,
                )  # fmt: skip
                self._live.start()

    def close(self) -> None:
        """Shows nothing from now on, and leaves nothing behind."""
        if self._timer:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._live:
                self._live.stop()
            self._live = None

    def _bars(self) -> Table:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        rows = Table.grid(padding=(0, 1, 0, 0), expand=True)
        rows.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        rows.add_column(width=20)
        rows.add_column(no_wrap=True)
        for depth, part in enumerate(tuple(self._under_way)):
            bar = ProgressBar(part.of, part.place - 1) if part.of > 1 else ""
            far = f"{part.place}/{part.of}" if part.of > 1 else ""
            rows.add_row(
                Text("  " * depth + _said(part)), bar, far if depth else f"{time.monotonic() - self._begin:.0f} s"
            )
        return rows


def _said(part: Part) -> str:
    return on_one_line(f"{part.doing} {part.to}".strip())
