from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import symcost as sc
from symcost import api
from symcost.layer import Layer

NAMES = [
    "T", "H", "I", "K", "B", "N", "T_self", "T_cross", "dimension", "DIMENSIONS",
    "Input", "Tensor", "Layer", "Size", "Network", "Sequential", "Repeat", "Add", "Concat", "Flatten", "Identity",
    "Linear", "Conv1d", "Conv2d", "RNN", "LSTM", "GRU", "Attention", "MultiheadAttention", "ScaledDotProductAttention",
    "ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softplus", "Softmax", "LogSoftmax",
    "Work", "Cost", "KINDS", "Convention", "CONVENTIONS", "convention",
    "read", "at", "text", "latex", "load", "table", "Table", "Entry",
    "FORMATS", "QUANTITIES", "architecture", "ARCHITECTURES", "CATALOGUE",
    "compare", "Comparison", "solve", "eliminate", "reuse", "regimes", "elasticity", "optimum",
    "plot", "plot_regimes", "Plot", "PLOT_FORMATS", "execute", "count", "weights_of",
    "SymcostError", "DimensionError", "FormulaError", "UnknownName", "ShapeError", "GraphError",
    "FileError", "RenderError", "UnpricedError", "UndecidedError",
    "growth", "Growth", "Relations", "receptive_field", "ReceptiveField", "path_length", "layers_to_see",
]  # fmt: skip


def loaded(code: str, *packages: str) -> set[str]:
    """Which of some packages a fresh interpreter has imported after a piece of code."""
    script = f"import sys\n{code}\nprint(*sorted({{m.split('.')[0] for m in sys.modules}} & set({packages!r})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_there_and_listed(name: str) -> None:
    assert getattr(sc, name) is not None
    assert name in dir(sc)


@pytest.mark.parametrize("name", api.__all__)
def test_a_name_of_the_api_is_that_of_the_package(name: str) -> None:
    assert getattr(sc, name) is getattr(api, name)


@pytest.mark.parametrize("name", sorted(api.DIMENSIONS))
def test_a_dimension_of_the_table_is_a_name(name: str) -> None:
    assert getattr(sc, name) is sc.dimension(name)
    assert getattr(sc, name).is_positive
    assert getattr(sc, name).is_integer


def test_no_module_hides_a_public_name() -> None:
    for module in pkgutil.walk_packages(sc.__path__, "symcost."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    public = {*api.__all__, *api.DIMENSIONS, "execute", "count", "weights_of"}
    assert {name for name in public if type(getattr(sc, name)).__name__ == "module"} == set()


def test_every_layer_of_the_catalogue_is_a_public_name() -> None:
    ours = {name for name, layer in sc.CATALOGUE.items() if layer.__module__.startswith("symcost.layers")}

    assert ours <= set(api.__all__)
    assert all(issubclass(getattr(sc, name), Layer) for name in ours)


def test_every_error_is_one_of_the_family() -> None:
    errors = [name for name in api.__all__ if name.endswith("Error") or name == "UnknownName"]

    assert len(errors) == 10
    assert all(issubclass(getattr(sc, name), sc.SymcostError) for name in errors)


def test_dir_lists_names_once_and_in_order() -> None:
    names = dir(sc)

    assert names == sorted(set(names))
    assert {"T", "Linear", "execute", "__version__"} <= set(names)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Sigmiod", "did you mean 'Sigmoid' or 'LogSigmoid'?"),
        ("Sequental", "did you mean 'Sequential'?"),
        ("excute", "did you mean 'execute' or 'lecture'?"),
        ("T_slef", "did you mean 'T_self'?"),
        ("archtecture", "did you mean 'architecture' or 'ARCHITECTURES'?"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(name: str, remedy: str) -> None:
    with pytest.raises(AttributeError) as error:
        getattr(sc, name)

    assert str(error.value) == f"symcost has no {name!r}; {remedy}"


def test_an_unknown_private_name_is_as_in_every_module() -> None:
    with pytest.raises(AttributeError, match="module 'symcost' has no attribute '_nothing'"):
        _ = sc._nothing


def test_an_unknown_name_cannot_be_imported() -> None:
    with pytest.raises(ImportError, match="Liner"):
        from symcost import Liner  # noqa: F401


def test_the_package_alone_imports_nothing_heavy() -> None:
    heavy = ("sympy", "networkx", "numpy", "jinja2", "click", "rich", "torch")

    assert loaded("import symcost", *heavy) == set()
    assert loaded("import symcost; symcost.__version__", *heavy) == set()


def test_the_api_needs_neither_numpy_nor_networkx() -> None:
    assert loaded("import symcost.api", "sympy", "networkx", "numpy") == {"sympy"}


def test_pricing_a_network_needs_neither_numpy_nor_networkx() -> None:
    code = "import symcost as sc\nnet = sc.architecture('lstm')\nnet.at(T=3).flops, net.depth, net.width, net.terms()"

    assert loaded(code, "sympy", "networkx", "numpy") == {"sympy"}


def test_to_list_the_names_imports_no_numpy() -> None:
    assert loaded("import symcost; dir(symcost)", "numpy") == set()


@pytest.mark.parametrize("name", ["execute", "count", "weights_of"])
def test_executing_imports_numpy_when_it_is_asked_for(name: str) -> None:
    assert loaded(f"import symcost; symcost.{name}", "numpy") == {"numpy"}


def test_the_version_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    assert sc.__version__ == version("symcost")


def test_the_example_of_the_package_is_right() -> None:
    x = sc.Input(sc.T, sc.I)
    net = sc.Network("language model", x, sc.Linear(sc.H, sc.V)(sc.LSTM(sc.I, sc.H)(x)))

    assert net.at(T=100, I=64, H=512, V=1000).macs == 100 * (4 * (64 * 512 + 512 * 512) + 512 * 1000)
