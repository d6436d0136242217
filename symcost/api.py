"""The public names, all but those that need NumPy (``symcost.interpret``)."""

from symcost import layers
from symcost.analysis.training import Training, training
from symcost.architectures import ARCHITECTURES, architecture
from symcost.conventions import CONVENTIONS, Convention, convention
from symcost.cost import KINDS, Cost, Work
from symcost.differentiation.model import Gradients, gradients
from symcost.dimensions import DIMENSIONS, dimension
from symcost.errors import (
    DimensionError,
    FileError,
    FormulaError,
    GraphError,
    RenderError,
    ShapeError,
    SymcostError,
    UnknownName,
    UnpricedError,
)  # fmt: skip
from symcost.expressions import Size, at
from symcost.formula import read
from symcost.importers.files import load
from symcost.layer import CATALOGUE, Layer
from symcost.layers import *  # noqa: F403 - every layer is public
from symcost.network import Network
from symcost.notation import latex, text
from symcost.render.columns import QUANTITIES
from symcost.render.comparison import Entry, table
from symcost.render.formats import FORMATS
from symcost.render.table import Table
from symcost.sequential import Sequential
from symcost.tensor import Input, Tensor

__all__ = [
    *layers.__all__,
    "ARCHITECTURES", "CATALOGUE", "CONVENTIONS", "DIMENSIONS", "FORMATS", "KINDS", "QUANTITIES",
    "Input", "Tensor", "Network", "Sequential", "Layer", "Size", "Work", "Cost", "Convention", "Table", "Entry",
    "Training", "training", "Gradients", "gradients",
    "dimension", "read", "at", "text", "latex", "convention", "architecture", "load", "table",
    "SymcostError", "DimensionError", "FileError", "FormulaError", "GraphError", "RenderError", "ShapeError",
    "UnknownName", "UnpricedError",
]  # fmt: skip
