"""Sentences below a figure: in two lines where there is room for two, and short where there is one."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.figure_card import wrapped


def test_words_are_kept_whole_and_in_order(qapp: QApplication) -> None:
    metrics = Theme(qapp).metrics(tk.LABEL)
    text = "2 services restricted, then the account is suspended."
    width = metrics.horizontalAdvance("2 services restricted, then")
    assert wrapped(text, metrics, width, 2) == ["2 services restricted, then", "the account is suspended."]
    assert wrapped(text, metrics, width, 1) == [text]
    assert wrapped(text, metrics, 10_000, 2) == [text]
    assert wrapped("", metrics, width, 2) == [""]
