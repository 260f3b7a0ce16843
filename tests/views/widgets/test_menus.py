"""The menu of a row: its lines, which of them can be chosen, and the line between two groups."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from app.views.widgets.menus import Entry, pop_up


def test_a_menu_has_its_lines_and_runs_what_is_chosen(qtbot) -> None:
    owner, ran = QWidget(), []
    qtbot.addWidget(owner)
    menu = pop_up(owner, QPoint(0, 0), Entry("&Open", lambda: ran.append("open")), None,
                  Entry("&Print", lambda: ran.append("print"), is_enabled=False))
    opens, line, prints = menu.actions()
    assert (opens.text(), line.isSeparator(), prints.text()) == ("&Open", True, "&Print")
    assert (opens.isEnabled(), prints.isEnabled()) == (True, False)
    opens.trigger()
    prints.trigger()
    assert ran == ["open"]
    menu.close()
