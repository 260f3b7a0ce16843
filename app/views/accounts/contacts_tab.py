"""The contacts of an account: who owns it, who receives its invoices, and the envelope as it will be printed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.services.accounts.contact_jobs import give_flag, read_contacts, take_contact
from app.services.accounts.contacts import AccountContactRow, ContactSheet, removal_refusal
from app.services.accounts.header import AccountHeader
from app.services.errors import BursarError
from app.views.accounts.contact_dialogs import AddressBookDialog, ContactDialog, NewContactDialog, serves_words
from app.views.accounts.page_tabs import PageTab
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import Tone
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, HorizontalRule, Label
from app.views.widgets.empty_state import WayOn


class ContactsTab(PageTab):
    """Shows one account."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._header: AccountHeader | None = None
        self._sheet: ContactSheet | None = None
        self._model: RowsTableModel[AccountContactRow] = RowsTableModel(
            contact_columns(), lambda row: row.id, theme.formatter, self)
        self._question = Question(runner, self)
        self._question.answered.connect(self._on_sheet)
        self._question.failed.connect(self._on_failed)
        self._build()
        self._on_current()

    def show_account(self, header: AccountHeader) -> None:
        self._header = header
        self._area.show_reading("Reading contacts.")
        self._ask()

    def focus_first(self) -> None:
        self._table.setFocus()

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self._table = DataTable(theme, "Contacts", self)
        self._table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._table.show_model(self._model)
        self._table.opened.connect(self._edit)
        self._table.current_row_changed.connect(self._on_current)
        self._table.menu_asked.connect(self._on_menu)
        self._area = StatefulArea(theme, self._table, self)
        self._says = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self._says.setContentsMargins(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8)
        self._says.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_tools())
        column.addWidget(self._says)
        column.addWidget(self._area, 1)
        column.addWidget(HorizontalRule(theme))
        column.addLayout(self._build_foot())

    def _build_tools(self) -> QHBoxLayout:
        theme = self._theme
        self._new = Button(theme, "&New contact…", self, icon=Icon.ACCOUNT)
        self._book = Button(theme, "From address &book…", self, icon=Icon.SEARCH)
        self._change = Button(theme, "E&dit contact…", self, icon=Icon.EDIT)
        self._primary = Button(theme, "Make &primary", self)
        self._billing = Button(theme, "Make bi&lling", self)
        self._remove = Button(theme, "&Remove contact", self, icon=Icon.REMOVE)
        row = QHBoxLayout()
        row.setContentsMargins(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8)
        row.setSpacing(8)
        for button, run in ((self._new, self._add_new), (self._book, self._add_known), (self._change, self._edit),
                            (self._primary, partial(self._flag, billing=False)),
                            (self._billing, partial(self._flag, billing=True)), (self._remove, self._take)):
            button.clicked.connect(_plain(run))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _build_foot(self) -> QHBoxLayout:
        theme = self._theme
        self._address = Label(theme, "", self)
        self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._address.setAccessibleName("Billing address as it will be printed")
        self._about = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        row = QHBoxLayout()
        row.setContentsMargins(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 14)
        row.setSpacing(32)
        for title, words in (("Billing address as it will be printed", self._address),
                             ("The chosen contact", self._about)):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(Label(theme, title, self, weight=600))
            column.addWidget(words)
            column.addStretch(1)
            row.addLayout(column, 1)
        return row

    # --- reading ---

    def _ask(self) -> None:
        if self._header is not None:
            self._question.ask(partial(read_contacts, account_id=self._header.id))

    def _on_sheet(self, sheet: ContactSheet) -> None:
        self._sheet = sheet
        self._model.set_rows(sheet.rows)
        self.counted.emit(len(sheet.rows))
        self.summary_changed.emit(self._theme.formatter.counted(len(sheet.rows), "contact", "contacts"))
        self._show_address(sheet)
        if sheet.rows:
            self._area.show_content()
        else:
            self._area.show_words("There is no contact.", "An account needs a primary and a billing contact.",
                                  icon=Icon.ACCOUNT)
        if sheet.rows and not self._table.currentIndex().isValid():
            self._table.go_to_row(0)
        self._on_current()

    def _show_address(self, sheet: ContactSheet) -> None:
        lines = sheet.billing_address
        missing = len(lines) == 1
        self._address.setText("\n".join((*lines, "No postal address is known.") if missing else lines))

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_words("The contacts could not be read.", str(error), icon=Icon.ERROR,
                              ways=[WayOn("Try again", self._ask)])

    # --- what may be done ---

    def current(self) -> AccountContactRow | None:
        row = self._table.current_row()
        return row if isinstance(row, AccountContactRow) else None

    def _on_current(self, _row: object = None) -> None:
        contact = self.current()
        rights = self._header.rights.edit if self._header is not None else "Being read."
        none = "Choose a contact first."
        self._offer(self._new, rights)
        self._offer(self._book, rights)
        self._offer(self._change, rights or ("" if contact else none))
        self._offer(self._primary, rights or (_flag_refusal(contact, "primary") if contact else none))
        self._offer(self._billing, rights or (_flag_refusal(contact, "billing") if contact else none))
        self._offer(self._remove, rights or (removal_refusal(contact.name, contact) if contact else none))
        self._about.setText(_about(contact, self._theme) if contact else "")
        self._say("")

    def _offer(self, button: Button, refusal: str) -> None:
        button.setEnabled(not refusal)
        button.setToolTip(refusal)

    def _on_menu(self, _index: QModelIndex, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in (self._change, self._primary, self._billing, self._remove):
            menu.addAction(button.text(), button.click).setEnabled(button.isEnabled())
        menu.addSeparator()
        menu.addAction("&Copy rows", self._table.copy_rows)
        menu.popup(position)

    # --- doing it ---

    def _add_new(self) -> None:
        if self._header is not None:
            NewContactDialog(self._theme, self._runner, self._header, self).open_and_forget()

    def _add_known(self) -> None:
        if self._header is not None and self._sheet is not None:
            taken = frozenset(row.id for row in self._sheet.rows)
            AddressBookDialog(self._theme, self._runner, self._header, taken, self).open_and_forget()

    def _edit(self, _index: object = None) -> None:
        contact = self.current()
        if self._header is not None and contact is not None and self._change.isEnabled():
            ContactDialog(self._theme, self._runner, self._header, contact, self).open_and_forget()

    def _flag(self, *, billing: bool) -> None:
        self._write(partial(give_flag, billing=billing))

    def _take(self) -> None:
        self._write(take_contact)

    def _write(self, command: Callable[..., Any]) -> None:
        contact = self.current()
        if self._header is not None and contact is not None:
            self._runner.write(partial(command, account_id=self._header.id, contact_id=contact.id),
                               failed=self._on_refused)

    def _on_refused(self, error: BaseException) -> None:
        self._say(str(error) if isinstance(error, BursarError) else f"That did not work: {error}")

    def _say(self, text: str) -> None:
        self._says.setText(text)
        self._says.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 edits, Delete removes the contact under the keyboard."""
        if event.key() == Qt.Key.Key_F2:
            self._change.click()
        elif event.key() == Qt.Key.Key_Delete:
            self._remove.click()
        else:
            super().keyPressEvent(event)


def _plain(run: Callable[[], None]) -> Callable[[], None]:
    def slot() -> None:
        run()

    return slot


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
        Column(key="name", title="Name", text=lambda r, _: r.name, width=150, stretches=True,
               sort_value=lambda r: r.name, tooltip=lambda r, _: r.name),
        Column(key="roles", title="Is", text=_roles, width=145,
               sort_value=lambda r: (not r.is_primary, not r.is_billing)),
        Column(key="email", title="E-mail", text=lambda r, _: r.values["email"], width=185,
               sort_value=lambda r: r.values["email"], tooltip=lambda r, _: r.values["email"]),
        Column(key="phone", title="Phone", text=lambda r, _: r.values["phone"] or r.values["mobile"], width=115),
        Column(key="place", title="Place", text=lambda r, _: r.place, width=120, is_second_rank=True,
               sort_value=lambda r: r.place, tooltip=lambda r, _: r.place),
        Column(key="state", title="State", kind=Kind.STATUS, width=110,
               text=lambda r, _: "Incomplete" if r.incomplete else "Complete",
               tone=lambda r: Tone.WARN if r.incomplete else None,
               icon=lambda r: Icon.WARNING if r.incomplete else None,
               dot=lambda r: None if r.incomplete else "good"),
    )


def _roles(row: AccountContactRow, _formatter: object) -> str:
    words = [word for word, has in (("primary", row.is_primary), ("billing", row.is_billing)) if has]
    return " and ".join(words).capitalize()
