"""Forms drawn in Designer (`ui/*.ui`) put on and dressed with the theme.

A form knows words, places, buddies and the order of the tabulator, and no font, colour or picture. What the theme adds
is asked for by dynamic properties, which Designer shows and keeps like any others:

    look           of a label: one of `Look`
    glyph          of a button: its icon, a name of `Icon` in small letters
    kind, tall     of a button: "main", "danger", "quiet", and the height of a main button; read by the style sheet
    lines          room that is kept for so many lines of words
    least_width    width in px at 100 % of type that is kept; `most_width` is not exceeded

Widgets of our own need the theme to be made and cannot stand in a .ui file. A plain widget of Designer holds their
place there, and `Dressing.put` hands it over to them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import dress_button, dress_label

W = TypeVar("W", bound=QWidget)

_ASKED: Final = ("look", "glyph", "lines", "least_width", "most_width")


class Form(Protocol):
    """What `pyside6-uic` makes of a .ui file."""

    def setupUi(self, widget: Any) -> None: ...


class Look(StrEnum):
    """What the words of a label are; the value is what a .ui file says."""

    TITLE = "title"
    SECTION = "section"
    TEXT = "text"
    MUTED = "muted"
    HINT = "hint"
    REFUSAL = "refusal"


_LOOKS: Final = {
    Look.TITLE: (tk.TITLE, 600, tk.Ink.TEXT),
    Look.SECTION: (tk.SECTION, 600, tk.Ink.TEXT),
    Look.TEXT: (tk.BODY, 400, tk.Ink.TEXT),
    Look.MUTED: (tk.BODY, 400, tk.Ink.MUTED),
    Look.HINT: (tk.LABEL, 400, tk.Ink.MUTED),
    Look.REFUSAL: (tk.BODY, 400, tk.Ink.BAD),
}
"""Size, weight and ink."""


class Dressing(QObject):
    """Puts one form on a widget and keeps it dressed while the theme changes."""

    def __init__(self, form: Form, widget: QWidget, theme: Theme) -> None:
        super().__init__(widget)
        self._theme = theme
        self._root = widget
        form.setupUi(widget)
        everything = [widget, *widget.findChildren(QWidget)]
        self._dressed = [one for one in everything if any(one.property(name) is not None for name in _ASKED)]
        for one in everything:
            if isinstance(one, QPushButton):
                one.setCursor(Qt.CursorShape.PointingHandCursor)
            elif isinstance(one, QLabel):
                one.setTextFormat(Qt.TextFormat.PlainText)
        self._apply()
        theme.changed.connect(self._apply)

    def put(self, holder: QWidget, widget: W) -> W:
        """Let `widget` take over the place that `holder` kept: in the layout, as a buddy and for the tabulator.

        It also takes over what Designer says about the holder: name, words and dynamic properties. The holder is gone
        afterwards. Raises ValueError where the holder stands in no layout.
        """
        parent = holder.parentWidget()
        layout = None if parent is None else parent.layout()
        if layout is None or layout.replaceWidget(holder, widget) is None:
            raise ValueError(f'"{holder.objectName()}" stands in no layout, so nothing can take its place')
        _take_over(holder, widget)
        for label in self._root.findChildren(QLabel):
            if label.buddy() is holder:
                label.setBuddy(widget)
        QWidget.setTabOrder(holder, widget)
        if holder in self._dressed:
            self._dressed[self._dressed.index(holder)] = widget
            self._dress(widget)
        holder.setParent(None)
        holder.deleteLater()
        return widget

    def set_look(self, label: QLabel, look: Look) -> None:
        """Say something else with a label: a refusal, a hint."""
        label.setProperty("look", look.value)
        self._dress_from_now_on(label)

    def set_glyph(self, button: QPushButton, icon: Icon) -> None:
        """Give a button an icon that the form does not know."""
        button.setProperty("glyph", icon.name.lower())
        self._dress_from_now_on(button)

    def _dress_from_now_on(self, widget: QWidget) -> None:
        if widget not in self._dressed:
            self._dressed.append(widget)
        self._dress(widget)

    def _apply(self) -> None:
        for widget in self._dressed:
            self._dress(widget)

    def _dress(self, widget: QWidget) -> None:
        theme = self._theme
        lines, least, most = (widget.property(name) for name in ("lines", "least_width", "most_width"))
        if isinstance(widget, QLabel) and widget.property("look") is not None:
            size, weight, ink = _LOOKS[Look(widget.property("look"))]
            dress_label(widget, theme, size=size, weight=weight, ink=ink)
        if isinstance(widget, QPushButton) and widget.property("glyph") is not None:
            dress_button(widget, theme, _icon(widget.property("glyph")))
        if lines is not None:
            widget.setMinimumHeight(lines * theme.metrics().height())
        if least is not None:
            widget.setMinimumWidth(theme.sizes.px(least))
        if most is not None:
            widget.setMaximumWidth(theme.sizes.px(most))


def _icon(name: str) -> Icon:
    try:
        return Icon[name.upper()]
    except KeyError:
        raise ValueError(f'there is no icon "{name}"; a glyph is a name of Icon in small letters') from None


def _take_over(holder: QWidget, widget: QWidget) -> None:
    """What Designer says about the holder, as far as the widget does not say it itself."""
    widget.setObjectName(holder.objectName())
    widget.setAccessibleName(widget.accessibleName() or holder.accessibleName())
    if isinstance(widget, QLineEdit) and isinstance(holder, QLineEdit):
        widget.setPlaceholderText(holder.placeholderText())
    for name in holder.dynamicPropertyNames():
        key = bytes(name.data()).decode()
        widget.setProperty(key, holder.property(key))
