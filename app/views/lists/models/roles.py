"""Custom roles of all item models, with the type each returns.

Models compare roles as plain integers: looking an enum member of Qt up inside `data()` costs more than everything else
there. So every role in use, Qt's own included, is a module-level int here.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtCore import Qt


class Role(IntEnum):
    """Custom roles. They survive proxies and are None where they do not apply."""

    CELL = int(Qt.ItemDataRole.UserRole) + 1
    """`cells.Cell`: all a delegate needs to paint one cell, in one call."""
    ROW_ID = CELL + 1
    """int: the id of the row's thing, stable over refreshes; None for a row that is not loaded."""
    ROW = CELL + 2
    """The row itself, as the service returned it; None for a row that is not loaded."""
    SORT = CELL + 3
    """A value comparable with those of the same column."""
    IS_PLACEHOLDER = CELL + 4
    """bool: the row is being read."""
    NODE = CELL + 5
    """`tree_source.TreeNode` of a tree; None for a placeholder."""


DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP: Final = int(Qt.ItemDataRole.ToolTipRole)
ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
ACCESSIBLE_TEXT: Final = int(Qt.ItemDataRole.AccessibleTextRole)

CELL: Final = int(Role.CELL)
ROW_ID: Final = int(Role.ROW_ID)
ROW: Final = int(Role.ROW)
SORT: Final = int(Role.SORT)
IS_PLACEHOLDER: Final = int(Role.IS_PLACEHOLDER)
NODE: Final = int(Role.NODE)

HORIZONTAL: Final = Qt.Orientation.Horizontal
LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
