"""What staff see: windows, screens and the item models behind them; it asks the services and decides nothing.

PySide looks after each import whether the module speaks of PySide, for the sake of `from __feature__ import …`: it
reads the module's source, of every library as well, and the lines of all of them stay in memory (22 MiB, and a
twentieth of a start). Nothing here asks for another naming, so the name of the module is enough to know. A test looks
whether PySide still asks in this way.
"""

import linecache
from importlib import import_module
from types import ModuleType

import PySide6.QtCore  # noqa: F401  brings the support module with it


def _speaks_of_qt(module: ModuleType) -> bool:
    """Whether a module may use PySide: one of ours may, a library does not."""
    return module.__name__.partition(".")[0] == __name__.partition(".")[0]


vars(import_module("PySide6.support.feature"))["_mod_uses_pyside"] = _speaks_of_qt
linecache.clearcache()  # of what was read until here
