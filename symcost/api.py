"""The public names, all but those that need NumPy (``interpret``, ``measurement``)."""

from symcost import layers, notebooks  # noqa: F401 - what notebooks show of the classes
from symcost.analysis.estimate import Estimate, estimate
from symcost.analysis.growth import Growth, Relations, growth
from symcost.analysis.positions.receptive_field import ReceptiveField
from symcost.analysis.training import Training, training
from symcost.architectures import ARCHITECTURES, architecture
from symcost.comparing import Comparison, compare
from symcost.conventions import CONVENTIONS, Convention, convention
from symcost.cost import KINDS, ROLES, Cost, Work
from symcost.counters import COUNTERS, Counter, counter
from symcost.devices import DEVICES, Device, device
from symcost.differentiation.model import Gradients, gradients
from symcost.dimensions import DIMENSIONS, dimension
from symcost.drawing.draw import draw
from symcost.drawing.drawing import Drawing
from symcost.drawing.formats import DRAWING_FORMATS
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
)  # fmt: skip
from symcost.expressions import Size, at
from symcost.formula import read
from symcost.importers.files import load
from symcost.layer import CATALOGUE, Layer
from symcost.layers import *  # noqa: F403 - every layer is public
from symcost.mixing import layers_to_see, path_length, receptive_field
from symcost.network import Network
from symcost.notation import latex, text
from symcost.plotting.regime_map import plot_regimes
from symcost.plotting.scaling import plot
from symcost.render.columns import QUANTITIES
from symcost.render.comparison import Entry, table
from symcost.render.counters import counted
from symcost.render.exercise import Exercise, exercise
from symcost.render.explanation import Explanation, explain
from symcost.render.explorer.page import Explorer, explorer
from symcost.render.formats import FORMATS
from symcost.render.plots.formats import PLOT_FORMATS
from symcost.render.plots.plot import Plot
from symcost.render.table import Table
from symcost.sampled import Sampled
from symcost.scheduling import Schedule, operation_graph, schedule
from symcost.sequential import Sequential
from symcost.solving import elasticity, eliminate, optimum, regimes, reuse, solve
from symcost.teaching.lecture import lecture
from symcost.tensor import Input, Tensor

__all__ = [
    *layers.__all__,
    "ARCHITECTURES", "CATALOGUE", "CONVENTIONS", "COUNTERS", "DEVICES", "DIMENSIONS", "DRAWING_FORMATS", "FORMATS",
    "KINDS", "PLOT_FORMATS", "QUANTITIES", "ROLES",
    "Input", "Tensor", "Network", "Sequential", "Layer", "Size", "Work", "Cost", "Convention", "Counter", "Table",
    "Entry", "Device", "Estimate", "Growth", "Relations", "Comparison", "Explanation", "Exercise", "Training",
    "Explorer", "Gradients", "ReceptiveField", "Sampled", "Schedule", "Drawing", "Plot",
    "dimension", "read", "at", "text", "latex", "convention", "counter", "architecture", "load", "table", "counted",
    "growth", "compare", "solve", "eliminate", "reuse", "regimes", "elasticity", "optimum", "schedule",
    "draw", "plot", "plot_regimes", "operation_graph", "receptive_field", "path_length", "layers_to_see",
    "training", "gradients", "device", "estimate", "explain", "explorer", "exercise", "lecture",
    "SymcostError", "DimensionError", "FileError", "FormulaError", "GraphError", "RenderError", "ShapeError",
    "UndecidedError", "UnknownName", "UnpricedError",
]  # fmt: skip
