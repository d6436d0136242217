"""Libraries that only some outputs need: what to install where one is missing."""

from __future__ import annotations

import importlib
from typing import Any

from symcost.errors import RenderError


def required(module: str, extra: str) -> Any:
    """A module of a library that an extra of symcost brings, such as ``matplotlib.figure`` of ``plot``.

    >>> required("json", "plot").loads("[1]")
    [1]

    Raises:
        RenderError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != module.partition(".")[0]:
            raise  # it is there, and lacks something itself
        library = module.partition(".")[0]
        raise RenderError(f"{library} is not installed", remedy=f'pip install "symcost[{extra}]"') from None
