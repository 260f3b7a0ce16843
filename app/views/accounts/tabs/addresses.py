"""The addresses of an account's contacts: which one its invoices go to, and adding, changing and removing them."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.models.values import AddressType
from app.services.accounts.addresses import (
    AddressRow,
    AddressSheet,
    add_address,
    address_sheet,
    change_address,
    choose_billing_address,
    remove_address,
)
from app.services.accounts.header import AccountHeader
from app.services.addresses.new import ADDRESS_LIMITS, AddressChoice, NewAddress
from app.services.changes import ChangeSet, Created
from app.services.database.asking import asking, doing
from app.services.saving import SavedMeanwhile
from app.views.asking.address_fields import ADDRESS_FORM
from app.views.asking.choices import TickBox
from app.views.asking.conflict_sheet import ConflictSheet, Settlement
from app.views.asking.form_dialog import FormDialog, in_fields
from app.views.asking.form_fields import FormField
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column, text_column
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import ADDRESS_TYPE
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row

_WORDS: Final = ListWords(
    name="Addresses", reading="Reading addresses.", unread="The addresses could not be read.",
    empty=Instead(head="There is no address.", icon=Icon.LETTER))
_NAMED_AT_MOST: Final = 3


class AddressPanel(QWidget):
    """Shows the addresses of one account."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._runner = theme, runner
        self._header: AccountHeader | None = None
        self._sheet: AddressSheet | None = None
        self.listing: RowListing[AddressRow] = RowListing(
            theme, runner, _WORDS, address_columns(), one_at_a_time=True, row_id=_ident,
            rows_of=lambda sheet: sheet.rows)
        may = self._may_edit
        self._actions: RowActions[AddressRow] = RowActions(theme, self.listing.table, (
            RowAction(text="An&other address…", icon=Icon.LETTER, needs_row=False, run=self._add,
                      refusal=lambda _row: may() or ("" if self._sheet is not None else "Being read.")),
            RowAction(text="Ed&it address…", icon=Icon.EDIT, key=Qt.Key.Key_F2, refusal=may,
                      run=self._edit),
            RowAction(text="Send invoices there", run=lambda row: self._choose(row.choice),
                      refusal=lambda row: may() or _choice_refusal(row)),
            RowAction(text="Follow the billing contact", needs_row=False, run=lambda _row: self._choose(None),
                      refusal=lambda _row: may() or self._follow_refusal()),
            RowAction(text="Remove address", icon=Icon.REMOVE, key=Qt.Key.Key_Delete, run=self._remove,
                      refusal=lambda row: may() or _removal_refusal(row)),
        ), owner=self, none="Choose an address first.")
        self._actions.offer_menu(self.listing.table)
        self._about = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._says = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._says.hide()
        self._conflict = ConflictSheet(theme, self)
        margin = tk.PAGE_MARGIN
        column(row(Label(theme, "Addresses", weight=600), grows(self._about), margins=(margin, 10, margin, 0),
                   spacing=16),
               row(*self._actions.buttons, ..., margins=(margin, 8)), row(grows(self._says), margins=(margin, 0)),
               grows(self.listing), self._conflict, on=self)
        self.listing.table.opened.connect(self._on_opened)
        self.listing.table.current_row_changed.connect(lambda _row: self._say(""))
        self.listing.answered.connect(self._on_sheet)
        self._actions.refresh()

    def ask(self, header: AccountHeader) -> None:
        """Read the addresses of an account."""
        self._header = header
        self.listing.ask(asking(address_sheet, account_id=header.id))

    def _on_sheet(self, sheet: AddressSheet) -> None:
        self._sheet = sheet
        is_there = any(row.is_in_use and row.lines for row in sheet.rows)
        self._about.setText("" if not sheet.is_needed else "The provider asks for a billing address." if is_there else
                            "The provider asks for a billing address, and there is none yet.")
        self._about.set_ink(tk.Ink.MUTED if is_there else tk.Ink.WARN)
        self._actions.refresh()

    def _may_edit(self, _row: object = None) -> str:
        return self._header.rights.edit if self._header is not None else "Being read."

    def _follow_refusal(self) -> str:
        is_chosen = self._sheet is not None and self._sheet.chosen is not None
        return "" if is_chosen else "None was chosen: invoices go to the first address of the billing contact."

    # --- doing it ---

    def _add(self, current: AddressRow | None) -> None:
        if self._header is not None and self._sheet is not None:
            dialog = NewAddressDialog(self._theme, self._runner, self._header, self._sheet, self,
                                      current=current)
            dialog.created.connect(self.listing.table.go_to_new)
            dialog.open_and_forget()

    def _on_opened(self, _index: QModelIndex) -> None:
        self._actions.press(Qt.Key.Key_F2)

    def _edit(self, address: AddressRow) -> None:
        if self._header is not None:
            AddressDialog(self._theme, self._runner, self._header, address, self).open_and_forget()

    def _remove(self, address: AddressRow) -> None:
        further = address.choice.address_id
        if self._header is not None and further is not None:
            self._runner.write(doing(remove_address, account_id=self._header.id, contact_id=address.choice.contact_id,
                                     address_id=further), failed=self._on_refused)

    def _choose(self, choice: AddressChoice | None) -> None:
        if self._sheet is not None:
            self._write_choice(choice, self._sheet.chosen)

    def _write_choice(self, choice: AddressChoice | None, seen: AddressChoice | None) -> None:
        if self._header is not None:
            self._runner.write(doing(choose_billing_address, account_id=self._header.id, choice=choice, seen=seen),
                               failed=partial(self._on_choice_refused, choice))

    def _on_choice_refused(self, choice: AddressChoice | None, error: BaseException) -> None:
        if isinstance(error, SavedMeanwhile):
            self._conflict.offer(error, partial(self._settle, choice))
        else:
            self._on_refused(error)

    def _settle(self, choice: AddressChoice | None, settlement: Settlement) -> None:
        (theirs,) = settlement.theirs.values()
        if settlement.mine:
            self._write_choice(choice, theirs)
        elif self._header is not None:
            self.ask(self._header)

    def _on_refused(self, error: BaseException) -> None:
        self._say(in_words(error))

    def _say(self, text: str) -> None:
        self._says.setText(text)
        self._says.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 edits, Delete removes the address under the keyboard."""
        if not self._actions.press(event.key()):
            super().keyPressEvent(event)


class NewAddressDialog(FormDialog):
    """A further address of one of the contacts, to which the invoices may go at once."""

    def __init__(self, theme: Theme, runner: Runner, header: AccountHeader, sheet: AddressSheet,
                 parent: QWidget, *, current: AddressRow | None) -> None:
        contacts = {each.choice.contact_id: each.contact for each in sheet.rows}
        super().__init__(
            theme, runner, f"Another address of {header.name}",
            "It belongs to a contact, and any account of that contact may choose it.", verb="Add address",
            icon=Icon.LETTER, parent=parent, limits=ADDRESS_LIMITS, fields=(
                FormField(key="contact", label="&Contact", choices=[(name, key) for key, name in contacts.items()]),
                *ADDRESS_FORM,
                FormField(key="goes_there", label="", spoken=_GOES_THERE,
                          made=lambda theme: TickBox(theme, _GOES_THERE))))
        self._header, self._sheet = header, sheet
        used = next((each for each in sheet.rows if each.is_in_use), None)
        first = current or used
        self.entries.fill({"address_type": AddressType.BILLING.value,
                           **({"contact": first.choice.contact_id} if first is not None else {})})
        self.entries.focus("address_line1")

    def refusals(self) -> dict[str, str]:
        return _address_refusals(self)

    def command(self) -> Job[Created]:
        values = dict(self.values())
        contact_id, goes_there = values.pop("contact"), values.pop("goes_there")
        account_id, seen = self._header.id, self._sheet.chosen

        def add(session: Any) -> Created:
            made = add_address(session, account_id=account_id, contact_id=contact_id, address=NewAddress(**values))
            if not goes_there:
                return made
            chosen = choose_billing_address(session, account_id=account_id, seen=seen, choice=AddressChoice(
                contact_id=contact_id, address_id=made.id))
            return Created(id=made.id, changes=(made.changes | chosen).with_undo(chosen.undo))

        return doing(add)


_GOES_THERE: Final = "Send the invoices of this account there"


class AddressDialog(FormDialog):
    """An address that is there, for every account of its contact."""

    def __init__(self, theme: Theme, runner: Runner, header: AccountHeader, address: AddressRow, parent: QWidget
                 ) -> None:
        super().__init__(theme, runner, f"Edit an address of {address.contact}", reach_words(address, theme.formatter),
                         verb="Save address", icon=Icon.TICK, parent=parent, fields=ADDRESS_FORM,
                         limits=ADDRESS_LIMITS, seen=dict(address.values), sees=in_fields)
        self._header, self._choice = header, address.choice
        self.entries.fill(address.values)
        self.entries.focus("address_line1")

    def refusals(self) -> dict[str, str]:
        return {} if self._choice.address_id is None else _address_refusals(self)

    def command(self) -> Job[ChangeSet]:
        return doing(change_address, account_id=self._header.id, choice=self._choice, after=self.values(),
                     seen=self.seen)

    def show_taken(self, taken: Any) -> bool:
        self.entries.fill(taken)
        return any(value.strip() != self.seen[name] for name, value in self.values().items())


def _address_refusals(dialog: FormDialog) -> dict[str, str]:
    has_place = any(dialog.entries.text(name) for name in ("address_line1", "city"))
    return {} if has_place else {"address_line1": "Type its first line, or a city at least."}


def reach_words(address: AddressRow, formatter: Formatter) -> str:
    """Which other accounts a change of an address reaches, and whose invoices go there."""
    if not address.serves:
        return f"{address.contact} serves this account alone."
    count = formatter.counted(len(address.serves), "other account", "other accounts")
    words = f"{address.contact} also serves {count}, which this change reaches: {_named(address.serves, formatter)}."
    if address.others:
        words += f" Their invoices go there: {_named(address.others, formatter)}."
    return words


def _named(accounts: tuple[str, ...], formatter: Formatter) -> str:
    more = len(accounts) - _NAMED_AT_MOST
    return ", ".join(accounts[:_NAMED_AT_MOST]) + (f" and {formatter.number(more)} more" if more > 0 else "")


def _ident(address: AddressRow) -> int:
    """A first address has no row of its own, so that of its contact stands for it."""
    return -address.choice.contact_id if address.choice.address_id is None else address.choice.address_id


def _choice_refusal(address: AddressRow) -> str:
    return "The invoices go there already: it was chosen." if address.is_chosen else ""


def _removal_refusal(address: AddressRow) -> str:
    if address.choice.address_id is None:
        return f"It is the first address of {address.contact}, which is edited and not removed."
    return "The invoices of this account go there. Choose another one first." if address.is_chosen else ""


def address_columns() -> tuple[Column[AddressRow], ...]:
    return (
        text_column("lines", "Address", _lines, 280, sorts=True, stretches=True),
        text_column("type", "Type", lambda r: ADDRESS_TYPE[r.type], 110, sorts=True),
        text_column("contact", "Contact", lambda r: r.contact, 160, sorts=True, is_second_rank=True),
        Column(key="invoices", title="Invoices", text=_invoices, width=170, tooltip=_whose),
    )


def _lines(address: AddressRow) -> str:
    return ", ".join(address.lines) or "None yet"


def _invoices(address: AddressRow, formatter: Formatter) -> str:
    here = "Go there, chosen" if address.is_chosen else "Go there" if address.is_in_use else ""
    others = formatter.counted(len(address.others), "other account's", "other accounts'") if address.others else ""
    return ", ".join(filter(None, (here, others)))


def _whose(address: AddressRow, formatter: Formatter) -> str:
    return _named(address.others, formatter)
