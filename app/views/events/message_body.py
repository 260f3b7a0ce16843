"""What a message says: formatted with chips, as HTML source, and as plain text, with the buttons that format it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from app.services.events.drafting import FieldFault, VariableRow, marks_of
from app.services.events.html import clean_html
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import FormField
from app.views.events.chip_edit import ChipEdit
from app.views.events.completing import written
from app.views.events.document_html import Found, has_more_in_source
from app.views.events.source_edit import SourceEdit
from app.views.events.variable_palette import VariablePalette
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, IconButton, Label, Panel
from app.views.widgets.layout import column, grows, holding, row
from app.views.widgets.tabs import SectionTabs

_DESIGN, _SOURCE, _PLAIN, _SENDING = 0, 1, 2, 3
_TITLES: Final = ("Design", "Source", "Plain", "Sending")
_ONLY_IN_SOURCE: Final = "Some of its formatting shows in Source alone; what is changed here is kept more simply."


def unbroken(words: str) -> str:
    """Words whose variables are not broken at their signs where a line ends."""
    return words.replace("%%", "%\u2060%")


class _ToolRow(QWidget):
    """Buttons of formatting and, at the right, what is always there; in two lines where one is too narrow."""

    def __init__(self, theme: Theme, tools: Sequence[QWidget], always: Sequence[QWidget]) -> None:
        super().__init__()
        self._theme = theme
        self._left = holding(row(*tools, ..., spacing=2))
        self._right = holding(row(always[0], ..., *always[1:], spacing=8))
        self._lines = row(self._left, grows(self._right), on=self, margins=(0, 2), spacing=8)
        theme.changed.connect(self._fold)
        self._fold()

    def _fold(self) -> None:
        """One line or two, by the width alone."""
        left, right = self._left.sizeHint().width(), self._right.sizeHint().width()
        self.setMinimumWidth(max(left, right))
        is_narrow = self.width() < left + right + 8
        direction = QBoxLayout.Direction.BottomToTop if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._lines.direction() is not direction:
            self._lines.setDirection(direction)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()


class LinkDialog(FormDialog):
    """Asks where a link leads."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget) -> None:
        super().__init__(
            theme, runner, "Set a link", "It may lead to a page (https), an address (mailto) or a telephone (tel).",
            verb="Set link", icon=Icon.CONNECT, parent=parent, fields=(
                FormField(key="address", label="&Leads to", longest=500, example="https://",
                          needed="Write where it leads."),))

    def refusal(self) -> str:
        address = str(self.values()["address"])
        fine = address.startswith(("http://", "https://", "mailto:", "tel:"))
        return "" if fine else "Begin with https://, mailto: or tel:."

    def submit(self) -> None:
        refusals = self.refusals()
        self.entries.refuse(refusals)
        refusal = "" if refusals else self.refusal()
        self._say(refusal)
        if not refusals and not refusal:
            self.accept()


class MessageBody(Panel):
    """`edited` says that a person changed something. `sending` is the side that says whom it goes to."""

    edited = Signal()

    def __init__(self, theme: Theme, runner: Runner, sending: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._runner = runner
        self._event = ""
        self._liked = _DESIGN
        """The side somebody chose last; actions without it show their first."""
        self._html = ""
        self._is_design_newer = False
        """Whether what is formatted was changed and not written down as HTML yet."""
        self._faults: tuple[FieldFault, ...] = ()
        self._shown_html: str | None = None
        """What the formatted side shows; None where it has to be filled anew."""
        self._tabs_of: tuple[int, ...] = (_DESIGN, _SOURCE, _PLAIN)
        self.design = ChipEdit(theme, "Message, formatted", self._found, self)
        self.source = SourceEdit(theme, "Message, HTML source", self._found, self, is_fixed_pitch=True)
        self.plain = SourceEdit(theme, "Message, plain text", self._found, self)
        self._stack = QStackedWidget(self)
        for page in (self.design, self.source, self.plain, sending):
            self._stack.addWidget(page)
        self.bar = SectionTabs(theme, "Sides of the message", self)
        self.bar.setUsesScrollButtons(False)
        for title in _TITLES:
            self.bar.add(title)
        self.palette_button = Button(theme, "Variable", self, icon=Icon.VARIABLE, run=self.open_palette)
        self.variables = VariablePalette(theme, self)
        self.variables.chosen.connect(self.insert_mark)
        self._tools = self._make_tools()
        self._note = Label(theme, _ONLY_IN_SOURCE, self, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        self._hint = Label(theme, "", self, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        column(_ToolRow(theme, self._tools, (self.palette_button, self.bar)), grows(self._stack),
               column(self._note, self._hint, margins=(4, 4), spacing=2), on=self)
        self.bar.currentChanged.connect(self._on_tab)
        self.bar.tabBarClicked.connect(self._like)
        self.design.edited.connect(self._on_design)
        self.source.edited.connect(self._on_source)
        self.plain.edited.connect(self.edited)
        self._show_notes()

    def _make_tools(self) -> list[IconButton]:
        theme, design = self.theme, self.design
        return [
            IconButton(theme, Icon.BOLD, "Bold", self, keys="Ctrl+B", run=partial(design.toggle, "bold")),
            IconButton(theme, Icon.ITALIC, "Italic", self, keys="Ctrl+I", run=partial(design.toggle, "italic")),
            IconButton(theme, Icon.UNDERLINE, "Underline", self, keys="Ctrl+U",
                       run=partial(design.toggle, "underline")),
            IconButton(theme, Icon.BULLETS, "List", self, run=partial(design.toggle_list, numbered=False)),
            IconButton(theme, Icon.NUMBERS, "Numbered list", self, run=partial(design.toggle_list, numbered=True)),
            IconButton(theme, Icon.CONNECT, "Link…", self, run=self._ask_for_link),
            IconButton(theme, Icon.TABLE, "Table", self, run=design.insert_table),
        ]

    # --- what it holds ---

    def show_words(self, content: Mapping[str, str], *, event: str, fields: Collection[str], what: str,
                   variables: Sequence[VariableRow]) -> None:
        """Show the words of a template; `what` names it to screen readers: "E-mail", "SMS"."""
        self._event = event
        self.variables.set_variables(variables)
        for part in (self.design, self.source, self.plain):
            part.set_variables(variables)
        sides = ((_DESIGN, "html"), (_SOURCE, "html"), (_PLAIN, "text"), (_SENDING, "recipients"))
        self._tabs_of = tuple(place for place, key in sides if key in fields)
        for place, _ in sides:
            self.bar.setTabVisible(place, place in self._tabs_of)
        self.bar.setVisible(len(self._tabs_of) > 1)
        self.bar.updateGeometry()  # Qt does not say that it is wider by now
        self.plain.setAccessibleName(f"{what}, plain text" if "html" in fields else what)
        self.design.setAccessibleName(f"{what}, formatted")
        self.source.setAccessibleName(f"{what}, HTML source")
        self._take_html(content.get("html", ""))
        self.plain.show_text(content.get("text", ""))
        self.bar.setCurrentIndex(self._liked if self._liked in self._tabs_of else self._tabs_of[0])
        self._on_tab(self.bar.currentIndex())

    def words(self) -> dict[str, str]:
        """HTML and plain text as they stand."""
        if self._is_design_newer:
            self._html = self._shown_html = self.design.html()
            self._is_design_newer = False
        return {"html": self._html, "text": self.plain.text()}

    @property
    def length(self) -> int:
        """How many characters it has, roughly: what is written is read anew after each key."""
        return max(part.document().characterCount() for part in (self.design, self.source, self.plain))

    def show_faults(self, faults: Sequence[FieldFault]) -> None:
        """Mark what is wrong in the source that is in front."""
        self._faults = tuple(faults)
        for field, part in (("html", self.source), ("text", self.plain)):
            if part is self._stack.currentWidget():
                part.show_found(marks_of(part.text(), event=self._event) if self._event else (),
                                [fault for fault in faults if fault.field == field and fault.end > fault.start])

    def go_to(self, fault: FieldFault) -> None:
        """Show a fault where it stands."""
        if fault.field == "text":
            self.bar.setCurrentIndex(_PLAIN)
            self.plain.go_to(fault.start, fault.end)
        elif self.bar.currentIndex() != _DESIGN or not self.design.go_to_chip(fault.name):
            self.bar.setCurrentIndex(_SOURCE)
            self.source.go_to(fault.start, fault.end)

    def mend(self, fault: FieldFault) -> None:
        """Put the name that was meant in the place of the one that is unknown."""
        if fault.field == "text":
            self.plain.replace(fault.start, fault.end, written(fault.mended))
        elif self.bar.currentIndex() == _DESIGN and self.design.go_to_chip(fault.name):
            self.design.replace_chip(fault.name, fault.mended)
        else:
            self.bar.setCurrentIndex(_SOURCE)
            self.source.replace(fault.start, fault.end, written(fault.mended))

    def insert_mark(self, name: str) -> None:
        """Put a variable where the cursor is."""
        part = self._stack.currentWidget()
        if isinstance(part, ChipEdit | SourceEdit):
            part.insert_mark(name)

    def open_palette(self) -> None:
        """Show all variables."""
        self.variables.open_below(self.palette_button)

    def set_hint(self, words: str) -> None:
        """A muted line below the text."""
        self._hint.setText(words)
        self._hint.setVisible(bool(words))

    def set_read_only(self, *, read_only: bool) -> None:
        """Let the words be looked at alone."""
        for part in (self.design, self.source, self.plain):
            part.setReadOnly(read_only)
        for tool in (*self._tools, self.palette_button):
            tool.setEnabled(not read_only)

    def focus_words(self) -> None:
        """Put the keyboard into the words."""
        if self.bar.currentIndex() == _SENDING:
            self.bar.setCurrentIndex(self._tabs_of[0])
        part = self._stack.currentWidget()
        if part is not None:
            part.setFocus()

    def show_sending(self) -> None:
        """Bring whom it goes to to the front."""
        self.bar.setCurrentIndex(_SENDING)

    @property
    def is_choosing(self) -> bool:
        """Whether a variable is begun and its list is open."""
        return any(part.offers.names for part in (self.design, self.source, self.plain))

    # --- inside ---

    def _found(self, text: str) -> list[Found]:
        if not self._event:
            return []
        return [Found(mark.start, mark.end, mark.words) for mark in marks_of(text, event=self._event)]

    def _take_html(self, source: str) -> None:
        self._html, self._shown_html, self._is_design_newer = source, None, False
        self.source.show_text(source)

    def _like(self, place: int) -> None:
        if place in self._tabs_of:
            self._liked = place

    def _on_tab(self, place: int) -> None:
        source = self.words()["html"]
        self._stack.setCurrentIndex(place)
        if place == _SOURCE and self.source.text() != source:
            self.source.show_text(source)
        self.show_faults(self._faults)
        if place == _DESIGN and self._shown_html != self._html:
            self.design.show_html(clean_html(self._html))
            self._shown_html = self._html
        self._show_notes()

    def _show_notes(self) -> None:
        is_design = self._stack.currentWidget() is self.design
        self.palette_button.setVisible(self.bar.currentIndex() != _SENDING)
        for tool in self._tools:
            tool.setVisible(is_design)
        self._note.setVisible(is_design and has_more_in_source(self._html))
        self._hint.setVisible(bool(self._hint.text()))

    def _on_design(self) -> None:
        self._is_design_newer = True
        self.edited.emit()

    def _on_source(self) -> None:
        self._html = self.source.text()
        self.edited.emit()

    def _ask_for_link(self) -> None:
        dialog = LinkDialog(self.theme, self._runner, self)
        dialog.accepted.connect(lambda: self.design.set_link(str(dialog.values()["address"])))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
