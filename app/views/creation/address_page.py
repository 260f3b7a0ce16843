"""Billing address: that of the billing contact, another one of it, or one that a contact of the account has already."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from app.models.values import AddressType
from app.services.addresses.new import ADDRESS_FIELDS, ADDRESS_LIMITS
from app.services.database.asking import asking
from app.services.hierarchy.new_contacts import KnownAddress, addresses_to_choose
from app.views.asking.address_fields import ADDRESS_FORM
from app.views.asking.choices import RadioDot
from app.views.asking.form_fields import Form
from app.views.asking.wizard import WizardPage
from app.views.creation.answers import Answers, ContactMode
from app.views.lists.line_list import LineItem, LineList
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import ADDRESS_TYPE
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row

_WAYS: Final = {ContactMode.SAME: "That of the billing contact", ContactMode.NEW: "Another address",
                ContactMode.KNOWN: "One that is on file"}


class AddressPage(WizardPage):
    """Writes where the invoices of a customer or agent go."""

    def __init__(self, theme: Theme, runner: Runner, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__("Billing address", "Where do its invoices go?", "", parent)
        self._answers = answers
        self._address = answers.address
        self._asked: list[int] | None = None
        self._ask = Question(runner, self, answered=self._on_found, failed=self._on_failed)
        self._ask.busy_changed.connect(lambda _busy: self.changed.emit())
        self._group = QButtonGroup(self)
        self.dots: dict[ContactMode, RadioDot] = {}
        for mode, words in _WAYS.items():
            dot = RadioDot(theme, words, self)
            dot.setChecked(mode is self._address.mode)
            self._group.addButton(dot)
            self.dots[mode] = dot
        holder = QWidget(self)
        self.form = Form(theme, holder, ADDRESS_FORM, limits=ADDRESS_LIMITS)
        self.list = LineList(theme, "Addresses on file", self)
        self.list.setMinimumHeight(theme.sizes.px(200))
        self._stack = QStackedWidget(self)
        self._places = {ContactMode.SAME: QWidget(self), ContactMode.NEW: holder, ContactMode.KNOWN: self.list}
        for place in self._places.values():
            self._stack.addWidget(place)
        self._says = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self._says.hide()
        column(row(*self.dots.values(), ..., spacing=20), self._says, grows(self._stack), on=self, spacing=12)
        self._take_draft()
        for mode, dot in self.dots.items():
            dot.toggled.connect(partial(self._on_mode, mode))
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self._show_mode()

    def _take_draft(self) -> None:
        texts = self._address.texts
        texts.setdefault("address_type", AddressType.BILLING.value)
        self.form.fill({name: texts.get(name, "") for name in ADDRESS_FIELDS})
        for name in ADDRESS_FIELDS:
            if name == "address_type":
                self.form.choice(name).activated.connect(partial(self._on_typed, name))
            else:
                self.form.field(name, QLineEdit).textChanged.connect(partial(self._on_typed, name))

    def applies(self) -> bool:
        return not self._answers.is_provider

    def chosen(self) -> str:
        return self._address.words or ("That of the billing contact" if self._address.mode is ContactMode.SAME else "")

    def is_ready(self) -> bool:
        return not self._ask.is_busy

    def enter(self) -> None:
        answers, known = self._answers, self._answers.known_contacts
        self.text = ("The provider asks its customers for one." if answers.options.needs_address else
                     "It may be left to the billing contact, now and later.")
        self.dots[ContactMode.KNOWN].setEnabled(bool(known))
        self.dots[ContactMode.KNOWN].setToolTip("" if known else
                                               "Neither contact is one that the provider has already.")
        if not known and self._address.mode is ContactMode.KNOWN:
            self.dots[ContactMode.SAME].setChecked(True)
        self._say("")
        if known != self._asked:
            self._asked = known
            self._ask.ask(asking(addresses_to_choose, provider_id=answers.options.parent.id, contact_ids=known))

    def check(self) -> bool:
        self._say("")
        is_empty = not any(self.form.text(name) for name in ("address_line1", "city"))
        if self._address.mode is ContactMode.NEW and is_empty:
            self.form.refuse({"address_line1": "Type its first line, or a city at least."})
            return False
        if self._address.mode is ContactMode.KNOWN and self._address.known is None:
            self._say("Choose an address of the list, or another way.")
            return False
        return True

    def refuse(self, field: str, words: str) -> bool:
        if field == "billing_address":
            self._say(words)
            return True
        which, _, name = field.partition(".")
        if which != "billing_address":
            return False
        self.form.refuse({name: words})
        return True

    def focus_first(self) -> None:
        if not self.form.refused:
            self.dots[self._address.mode].setFocus()

    def _on_found(self, found: list[KnownAddress]) -> None:
        self.list.set_items([LineItem(title=each.words, second=each.contact, right=ADDRESS_TYPE[each.type],
                                      icon=Icon.ACCOUNT, row=each) for each in found])
        kept = next((place for place, each in enumerate(found) if each.choice == self._address.known), None)
        if kept is None:
            self._address.known, self._address.known_words = None, ""
        else:
            self.list.setCurrentIndex(self.list.line_model().index(kept, 0))
        if self._address.mode is ContactMode.KNOWN:
            self._take_current()
            if not found:
                self._say("None of its contacts has an address on file.")

    def _on_failed(self, error: BaseException) -> None:
        self._asked = None
        self._say(str(error))

    def _on_current(self, _now: object, _before: object) -> None:
        if self._address.mode is ContactMode.KNOWN:
            self._take_current()

    def _take_current(self) -> None:
        item = self.list.current_item()
        known: KnownAddress | None = item.row if item is not None else None
        self._address.known = known.choice if known is not None else None
        self._address.known_words = known.words if known is not None else ""
        self.changed.emit()

    def _on_typed(self, name: str, _what: object) -> None:
        self._address.texts[name] = str(self.form.value(name))
        self.changed.emit()

    def _on_mode(self, mode: ContactMode, on: bool) -> None:  # noqa: FBT001  a slot
        if on:
            self._address.mode = mode
            self._say("")
            self._show_mode()
            if mode is ContactMode.KNOWN:
                self._take_current()
            self.changed.emit()

    def _show_mode(self) -> None:
        for mode, place in self._places.items():  # what is hidden takes no room
            policy = QSizePolicy.Policy.Preferred if mode is self._address.mode else QSizePolicy.Policy.Ignored
            place.setSizePolicy(policy, policy)
        self._stack.setCurrentWidget(self._places[self._address.mode])

    def _say(self, words: str) -> None:
        self._says.setText(words)
        self._says.setVisible(bool(words))
