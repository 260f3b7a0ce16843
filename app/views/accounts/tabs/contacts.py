"""The contacts of an account: who owns it, who receives its invoices, and the envelope as it will be printed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.services.accounts.contacts import (
    AccountContactRow,
    ContactSheet,
    contact_sheet,
    make_billing,
    make_primary,
    removal_refusal,
    remove_contact,
)
from app.services.accounts.header import AccountHeader
from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking, doing
from app.services.saving import SavedMeanwhile
from app.views.accounts.tabs.addresses import AddressPanel
from app.views.accounts.tabs.contact_dialogs import AddressBookDialog, ContactDialog, NewContactDialog, serves_words
from app.views.accounts.tabs.reading import ListTab
from app.views.asking.conflict_sheet import ConflictSheet, Settlement
from app.views.asking.form_dialog import FormDialog
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column, state_column, text_column
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import Look
from app.views.running.failures import in_words
from app.views.running.runner import Runner
from app.views.widgets.basics import HorizontalRule, Label
from app.views.widgets.layout import column, grows, holding, row, split

_WORDS: Final = ListWords(
    name="Contacts", reading="Reading contacts.", unread="The contacts could not be read.",
    empty=Instead(head="There is no contact.", text="An account needs a primary and a billing contact.",
                  icon=Icon.ACCOUNT))
_COMPLETE: Final = Look("Complete", None, Icon.GOOD)
_INCOMPLETE: Final = Look("Incomplete", tk.Tone.WARN, Icon.WARNING)


class ContactsTab(ListTab[AccountContactRow]):
    """Shows one account."""

    concerned_by = frozenset({Changed.ACCOUNTS})

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        self._rows = RowListing(theme, runner, _WORDS, contact_columns(), one_at_a_time=True,
                                rows_of=lambda sheet: sheet.rows)
        super().__init__(theme, self._rows, ("contact", "contacts"), parent)
        self._runner = runner
        self._sheet: ContactSheet | None = None
        may = self._may_edit
        self._actions: RowActions[AccountContactRow] = RowActions(theme, self._rows.table, (
            RowAction(text="&New contact…", icon=Icon.ACCOUNT, needs_row=False, refusal=may, run=self._add_new),
            RowAction(text="From address &book…", icon=Icon.SEARCH, needs_row=False, refusal=may, run=self._add_known),
            RowAction(text="E&dit contact…", icon=Icon.EDIT, key=Qt.Key.Key_F2, refusal=may, run=self._edit),
            RowAction(text="Ma&ke primary", run=self._make_primary,
                      refusal=lambda row: may() or _flag_refusal(row, "primary")),
            RowAction(text="Make bi&lling", run=self._make_billing,
                      refusal=lambda row: may() or _flag_refusal(row, "billing")),
            RowAction(text="&Remove contact", icon=Icon.REMOVE, key=Qt.Key.Key_Delete,
                      run=self._remove, refusal=lambda row: may() or removal_refusal(row.name, row)),
        ), owner=self, none="Choose a contact first.")
        self._actions.offer_menu(self._rows.table)
        self._says = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._says.setContentsMargins(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8)
        self._says.hide()
        self._address = Label(theme)
        self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._address.setAccessibleName("Billing address as it will be printed")
        self._conflict = ConflictSheet(theme, self)
        self._about = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self.addresses = AddressPanel(theme, runner, self)
        contacts = holding(column(grows(self._rows), self._conflict))
        foot = [grows(column(Label(theme, title, weight=600), words, ..., spacing=4)) for title, words in (
            ("Billing address as it will be printed", self._address), ("The chosen contact", self._about))]
        column(row(*self._actions.buttons, ..., margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8)), self._says,
               grows(split(contacts, self.addresses, shares=(1, 1), below=True)),
               HorizontalRule(theme),
               row(*foot, margins=(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 14), spacing=32), on=self)
        self._rows.table.opened.connect(self._on_opened)
        self._rows.table.current_row_changed.connect(self._on_current)
        self._rows.answered.connect(self._on_sheet)
        self._actions.refresh()

    def ask(self, header: AccountHeader) -> None:
        self._rows.ask(asking(contact_sheet, account_id=header.id))
        self.addresses.ask(header)

    # --- showing ---

    def _on_sheet(self, sheet: ContactSheet) -> None:
        self._sheet = sheet
        lines = sheet.billing_address
        self._address.setText("\n".join((*lines, "No postal address is known.") if len(lines) == 1 else lines))
        self._actions.refresh()
        self._on_current(self._rows.current)

    def _on_current(self, contact: AccountContactRow | None) -> None:
        self._about.setText(_about(contact, self.theme) if contact is not None else "")
        self._say("")

    def _may_edit(self, _row: object = None) -> str:
        return self.header.rights.edit if self.header is not None else "Being read."

    # --- doing it ---

    def _add_new(self, _row: object) -> None:
        if self.header is not None:
            self._open(NewContactDialog(self.theme, self._runner, self.header, self))

    def _add_known(self, _row: object) -> None:
        if self.header is not None and self._sheet is not None:
            taken = frozenset(row.id for row in self._sheet.rows)
            self._open(AddressBookDialog(self.theme, self._runner, self.header, taken, self))

    def _open(self, dialog: FormDialog) -> None:
        """Whoever was added has the keyboard then."""
        dialog.created.connect(self._rows.table.go_to_new)
        dialog.open_and_forget()

    def _on_opened(self, _index: QModelIndex) -> None:
        self._actions.press(Qt.Key.Key_F2)

    def _edit(self, contact: AccountContactRow) -> None:
        if self.header is not None:
            ContactDialog(self.theme, self._runner, self.header, contact, self).open_and_forget()

    def _make_primary(self, contact: AccountContactRow) -> None:
        self._flag(make_primary, contact, _id(None if self._sheet is None else self._sheet.primary))

    def _make_billing(self, contact: AccountContactRow) -> None:
        self._flag(make_billing, contact, _id(None if self._sheet is None else self._sheet.billing))

    def _flag(self, command: Callable[..., ChangeSet], contact: AccountContactRow, seen: int | None) -> None:
        """Give a contact a flag that another was seen to have."""
        self._write(partial(command, seen=seen), contact, partial(self._on_flag_refused, command, contact))

    def _remove(self, contact: AccountContactRow) -> None:
        self._write(remove_contact, contact, self._on_refused)

    def _write(self, command: Callable[..., ChangeSet], contact: AccountContactRow,
               failed: Callable[[BaseException], None]) -> None:
        if self.header is not None:
            self._runner.write(doing(command, account_id=self.header.id, contact_id=contact.id), failed=failed)

    def _on_flag_refused(self, command: Callable[..., ChangeSet], contact: AccountContactRow, error: BaseException
                         ) -> None:
        if isinstance(error, SavedMeanwhile):
            self._conflict.offer(error, partial(self._settle, command, contact))
        else:
            self._on_refused(error)

    def _settle(self, command: Callable[..., ChangeSet], contact: AccountContactRow, settlement: Settlement) -> None:
        (theirs,) = settlement.theirs.values()
        if settlement.mine:
            self._flag(command, contact, theirs)
        elif self.header is not None:
            self.ask(self.header)

    def _on_refused(self, error: BaseException) -> None:
        self._say(in_words(error))

    def _say(self, text: str) -> None:
        self._says.setText(text)
        self._says.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 edits, Delete removes the contact under the keyboard."""
        if not self._actions.press(event.key()):
            super().keyPressEvent(event)


def _id(contact: AccountContactRow | None) -> int | None:
    return None if contact is None else contact.id


def _flag_refusal(contact: AccountContactRow, word: str) -> str:
    has = contact.is_primary if word == "primary" else contact.is_billing
    return f"{contact.name} is the {word} contact already." if has else ""


def _about(contact: AccountContactRow, theme: Theme) -> str:
    values = contact.values
    lines = [serves_words(contact, theme.formatter)]
    if contact.incomplete:
        lines.insert(0, "Incomplete: nothing but a name was known when the account was imported.")
    reach = [values[name] for name in ("email", "phone", "mobile") if values[name]]
    return "\n".join([*([", ".join(reach)] if reach else []), *lines])


def contact_columns() -> tuple[Column[AccountContactRow], ...]:
    return (
        text_column("name", "Name", lambda r: r.name, 150, sorts=True, stretches=True),
        Column(key="roles", title="Is", text=_roles, width=145,
               sort_value=lambda r: (not r.is_primary, not r.is_billing)),
        text_column("email", "E-mail", lambda r: r.values["email"], 185, sorts=True),
        Column(key="phone", title="Phone", text=lambda r, _: r.values["phone"] or r.values["mobile"], width=115),
        text_column("place", "Place", lambda r: r.place, 120, sorts=True, is_second_rank=True),
        state_column("state", "State", lambda r: _INCOMPLETE if r.incomplete else _COMPLETE, 110),
    )


def _roles(row: AccountContactRow, _formatter: object) -> str:
    words = [word for word, has in (("primary", row.is_primary), ("billing", row.is_billing)) if has]
    return " and ".join(words).capitalize()
