"""What crowded rows do to buttons: the words beside them give way, never their own."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from app.views.look.theme import Theme
from app.views.widgets.basics import Button, ElidedLabel, LinkButton


@pytest.mark.parametrize("kind", ["", "main", "link"])
def test_buttons_keep_their_words_in_a_crowded_row(qapp: QApplication, qtbot, kind: str) -> None:
    theme, box = Theme(qapp), QWidget()
    qtbot.addWidget(box)
    button = LinkButton(theme, "See the whole reasoning") if kind == "link" else Button(
        theme, "Restore by hand and tell them", kind=kind)
    row = QHBoxLayout(box)
    row.addWidget(ElidedLabel(theme, "Overdue payable is at least what the rule set wants. " * 5), 1)
    row.addWidget(button)
    box.resize(420, 60)
    box.show()
    qapp.processEvents()
    words = button.fontMetrics().horizontalAdvance(button.text())
    assert button.width() >= words
