import pytest

from symcost.errors import RenderError
from symcost.extras import required


def test_a_missing_library_says_what_to_install():
    with pytest.raises(RenderError) as error:
        required("no_such_library.figure", "plot")
    assert str(error.value) == 'no_such_library is not installed; pip install "symcost[plot]"'


def test_a_library_that_lacks_something_itself_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "half_installed.py").write_text("import another_that_is_not_there\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="another_that_is_not_there"):
        required("half_installed", "plot")
