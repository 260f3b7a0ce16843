"""Primary and billing contact: a new one, one that the provider knows already, or for bills the primary one."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QStackedWidget, QWidget

from app.services.database.asking import asking
from app.services.hierarchy.new_contacts import ContactRow, contacts_to_choose
from app.views.asking.choices import RadioDot
from app.views.asking.dressing import Dressing
from app.views.asking.field_notes import FieldNotes
from app.views.asking.wizard import WizardPage
from app.views.creation.answers import CONTACT_FIELDS, Answers, ContactAnswer, ContactMode
from app.views.creation.form_pages import follow_texts
from app.views.forms.ui_contact_fields import Ui_ContactFields
from app.views.lists.line_list import LineItem, LineList
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row
from app.views.widgets.search_field import SearchField

_WAYS: Final = {ContactMode.SAME: "The primary contact", ContactMode.NEW: "A new contact",
                ContactMode.KNOWN: "A contact that is there already"}


class KnownContacts(QWidget):
    """Finds contacts of the provider; the current row is the one that is chosen."""

    def __init__(self, theme: Theme, runner: Runner, answers: Answers, contact: ContactAnswer, page: ContactPage
                 ) -> None:
        super().__init__(page)
        self._answers, self._contact, self._page = answers, contact, page
        self._provider_id = 0
        self._ask = Question(runner, self, answered=self._on_found)
        self.field = SearchField(theme, "Name or e-mail of a contact", self)
        self.list = LineList(theme, "Contacts found", self, answers_field=True)
        self.words = Label(theme, "", self, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        column(self.field, self.words, grows(self.list), on=self, margins=(0, 0, 8, 0), spacing=8)
        self.list.setMinimumHeight(theme.sizes.px(240))
        self.field.settled.connect(self._on_typed)
        self.field.left_downwards.connect(self.list.setFocus)
        self.list.left_upwards.connect(self.field.setFocus)
        self.list.escaped.connect(self.field.setFocus)
        self.list.selectionModel().currentChanged.connect(self._on_current)

    def begin(self) -> None:
        """Ask for the contacts of the provider of now."""
        if self._provider_id != self._answers.options.parent.id:
            self._provider_id = self._answers.options.parent.id
            self._on_typed(self.field.text())

    def refuse(self, words: str) -> None:
        self.words.set_ink(tk.Ink.BAD)
        self.words.setText(words)
        self.field.setFocus()

    def _on_typed(self, text: str) -> None:
        self._ask.ask(asking(contacts_to_choose, provider_id=self._answers.options.parent.id, text=text))

    def _on_found(self, rows: list[ContactRow]) -> None:
        kept = self._contact.known_id
        self.list.set_items([_item(row) for row in rows])
        place = next((n for n, row in enumerate(rows) if row.id == kept), None)
        if place is not None:
            self.list.setCurrentIndex(self.list.line_model().index(place, 0))
        self.words.set_ink(tk.Ink.MUTED)
        self.words.setText("" if rows else "No contact here has these words in its name or e-mail.")
        self._take()

    def _on_current(self, _now: object, _before: object) -> None:
        self._take()

    def _take(self) -> None:
        item = self.list.current_item()
        row: ContactRow | None = item.row if item is not None else None
        self._contact.known_id = row.id if row is not None else None
        self._contact.known_name = row.name if row is not None else ""
        self._page.changed.emit()


class ContactPage(WizardPage):
    """`which` is "primary" or "billing"."""

    def __init__(self, theme: Theme, runner: Runner, answers: Answers, which: str,
                 parent: QWidget | None = None) -> None:
        step, heading, text = _TITLES[which]
        super().__init__(step, heading, text, parent)
        self._answers = answers
        self._which = which
        self._contact: ContactAnswer = getattr(answers, which)
        modes = [mode for mode in ContactMode if which == "billing" or mode is not ContactMode.SAME]
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget(self)
        self.dots: dict[ContactMode, RadioDot] = {}
        for mode in modes:
            dot = RadioDot(theme, _WAYS[mode], self)
            dot.setChecked(mode is self._contact.mode)
            self._group.addButton(dot)
            self.dots[mode] = dot
        self._build_form(theme)
        self.known = KnownContacts(theme, runner, answers, self._contact, self)
        self._places: dict[ContactMode, QWidget] = {ContactMode.SAME: QWidget(self), ContactMode.NEW: self._fields,
                                                    ContactMode.KNOWN: self.known}
        for place in self._places.values():
            self._stack.addWidget(place)
        column(row(*self.dots.values(), ..., spacing=20), grows(self._stack), on=self, spacing=12)
        for mode, dot in self.dots.items():
            dot.toggled.connect(partial(self._on_mode, mode))
        self._show_mode()

    def _build_form(self, theme: Theme) -> None:
        self._fields = QWidget(self)
        self.form = form = Ui_ContactFields()
        dressing = Dressing(form, self._fields, theme)
        form.grid.setRowStretch(form.grid.rowCount(), 1)
        lines = {name: getattr(form, name) for name in CONTACT_FIELDS}
        self.notes = FieldNotes(dressing, form, lines, self)
        follow_texts(self._contact.texts, lines, self.changed.emit)

    def chosen(self) -> str:
        if self._contact.mode is ContactMode.SAME:
            return "The primary contact"
        return self._contact.name

    def enter(self) -> None:
        if self._which == "primary" and not self.form.name.text():
            self.form.name.setText(self._answers.text("name"))
        self._show_mode()

    def check(self) -> bool:
        if self._contact.mode is ContactMode.KNOWN and self._contact.known_id is None:
            self.known.refuse("Choose a contact of the list, or make a new one.")
            return False
        is_new = self._contact.mode is ContactMode.NEW
        refusals = {"name": "Type the name of the contact."} if is_new and not self._contact.name else {}
        return not self.notes.refuse_all(refusals)

    def refuse(self, field: str, words: str) -> bool:
        which, _, name = field.partition(".")
        if which != self._which:
            return False
        if not name:
            self.known.refuse(words)
            return True
        return self.notes.refuse_all({name: words})

    def focus_first(self) -> None:
        if self.notes.refused:
            return
        if self._contact.mode is ContactMode.NEW and self._which == "primary":
            self.form.name.setFocus()
        else:
            self.dots[self._contact.mode].setFocus()

    def _on_mode(self, mode: ContactMode, on: bool) -> None:  # noqa: FBT001  a slot
        if on:
            self._contact.mode = mode
            self._show_mode()
            self.changed.emit()

    def _show_mode(self) -> None:
        for mode, place in self._places.items():  # what is hidden takes no room, so nothing scrolls without need
            policy = QSizePolicy.Policy.Preferred if mode is self._contact.mode else QSizePolicy.Policy.Ignored
            place.setSizePolicy(policy, policy)
        self._stack.setCurrentWidget(self._places[self._contact.mode])
        if self._contact.mode is ContactMode.KNOWN:
            self.known.begin()


_TITLES: Final = {
    "primary": ("Primary contact", "Who owns the account?",
                "The person or company to talk to. One contact may own several accounts."),
    "billing": ("Billing contact", "Who receives its invoices?", "Invoices go to the address of this contact."),
}


def _item(row: ContactRow) -> LineItem:
    second = ", ".join(filter(None, (row.email, row.place, row.phone)))
    more = f" and {row.accounts - 1} more" if row.accounts > 1 else ""
    return LineItem(title=row.name, second=second, right=f"{row.account}{more}", icon=Icon.ACCOUNT, row=row)
