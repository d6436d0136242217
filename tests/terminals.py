"""A terminal of a given width, for the tests of what people see on one."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata

ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def on_terminal(*arguments, width=80, output=True, errors=True, cwd=None, code=None, **environment):
    """What a command writes on a pseudo-terminal, and its exit status; or only on output or errors, else in a pipe."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    command = [sys.executable, *(("-c", code) if code else ("-m", "symcost")), *map(str, arguments)]
    running = subprocess.Popen(
        command, stdin=terminal, stdout=terminal if output else subprocess.PIPE,
        stderr=terminal if errors else subprocess.PIPE, cwd=cwd,
        env={**inherited, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip
    os.close(terminal)
    written = b""
    while True:
        try:
            part = os.read(controller, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        written += part
    os.close(controller)
    piped = b"".join(stream for stream in running.communicate(timeout=120) if stream)
    return Seen(written.decode().replace("\r\n", "\n"), piped.decode(), running.returncode)


class Seen:
    """What was written: on the terminal, and in the pipe."""

    def __init__(self, terminal, piped, status):
        self.terminal, self.piped, self.status = terminal, piped, status

    @property
    def plain(self):
        """What is on the terminal, without escapes."""
        return ESCAPES.sub("", self.terminal)

    @property
    def lines(self):
        return self.plain.split("\n")

    @property
    def screen(self):
        """What is left to be seen, after all that was drawn over."""
        lines, row = [""], 0
        for part in re.findall(r"\x1b\[[0-?]*[ -/]*[@-~]|[\r\n]|[^\x1b\r\n]+", self.terminal):
            if part == "\n":
                row += 1
                lines += [""] * (row == len(lines))
            elif part == "\x1b[1A":
                row -= 1
            elif part == "\x1b[2K":
                lines[row] = ""
            elif not part.startswith(("\x1b", "\r")):
                lines[row] += part
        return "\n".join(line.rstrip() for line in lines)


def columns(line):
    """How many columns a line takes, by Unicode's own tables."""
    return sum(
        0 if unicodedata.combining(c) or unicodedata.category(c) in ("Cf", "Mn", "Me") else
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line
    )  # fmt: skip
