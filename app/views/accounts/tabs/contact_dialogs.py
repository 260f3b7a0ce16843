"""A contact typed in anew, changed, or chosen from the address book of the provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.services.accounts.contacts import CONTACT_FIELDS, AccountContactRow, add_contact, change_contact
from app.services.accounts.header import AccountHeader
from app.services.changes import ChangeSet, Created
from app.services.database.asking import asking, doing
from app.services.hierarchy.new_contacts import ContactRow, NewContact, contacts_to_choose
from app.views.asking.form_dialog import FormDialog, in_fields
from app.views.forms.ui_contact_fields import Ui_ContactFields
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, text_column
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column

_ASK_AFTER_MS: Final = 200
_LABELS: Final[Mapping[str, str]] = {
    "name": "&Name", "attention": "A&ttention", "email": "&E-mail", "phone": "&Phone", "mobile": "&Mobile",
    "address_line1": "&Address", "address_line2": "Address, &second line", "city": "Tow&n", "region": "&Region",
    "postcode": "P&ostcode", "country": "Co&untry",
}


class _ContactForm:
    """The fields of a contact. What is wrong is said below them, with the keyboard in its field."""

    def __init__(self, fields: Ui_ContactFields) -> None:
        self._fields: dict[str, QLineEdit] = {}
        for name in CONTACT_FIELDS:
            field: QLineEdit = getattr(fields, name)
            label: QLabel = getattr(fields, f"{name}_name")
            note: QLabel = getattr(fields, f"{name}_note")
            label.setText(_LABELS[name])
            label.setBuddy(field)
            field.setAccessibleName(_LABELS[name].replace("&", ""))
            note.setMinimumHeight(0)
            note.hide()
            self._fields[name] = field

    def values(self) -> dict[str, str]:
        return {name: field.text() for name, field in self._fields.items()}

    def show_values(self, values: Mapping[str, str]) -> None:
        for name, field in self._fields.items():
            field.setText(values[name])

    def focus(self, name: str = "name") -> None:
        self._fields[name].setFocus()
        self._fields[name].selectAll()

    def refusal(self) -> str:
        """What is wrong as far as it can be said here; the keyboard goes to its field."""
        email = self._fields["email"].text().strip()
        if not self._fields["name"].text().strip():
            self.focus("name")
            return "Type a name: of a person or a company."
        if email and "@" not in email.strip("@"):
            self.focus("email")
            return f'"{email}" is no e-mail address. Write for instance ann@company.example.'
        return ""


class NewContactDialog(FormDialog):
    """A contact that the provider does not have yet."""

    def __init__(self, theme: Theme, runner: Runner, header: AccountHeader, parent: QWidget) -> None:
        super().__init__(theme, runner, f"New contact of {header.name}",
                         "It stands in the address book of the provider as well, and may serve other accounts.",
                         verb="Add contact", icon=Icon.ACCOUNT, parent=parent)
        self._header = header
        fields = Ui_ContactFields()
        self.lay_fields(fields)
        self.form = _ContactForm(fields)
        self.form.focus()

    def refusal(self) -> str:
        return self.form.refusal()

    def command(self) -> Job[Created]:
        contact = NewContact(**self.form.values(), incomplete=False)
        return doing(add_contact, account_id=self._header.id, contact=contact)


class ContactDialog(FormDialog):
    """A contact that is there, for every account it serves."""

    def __init__(self, theme: Theme, runner: Runner, header: AccountHeader, contact: AccountContactRow,
                 parent: QWidget) -> None:
        super().__init__(theme, runner, f"Edit {contact.name}", serves_words(contact, theme.formatter),
                         verb="Save contact", icon=Icon.TICK, parent=parent, seen=dict(contact.values), sees=in_fields)
        self._header = header
        self._contact = contact
        fields = Ui_ContactFields()
        self.lay_fields(fields)
        self.form = _ContactForm(fields)
        self.form.show_values(contact.values)
        self.form.focus()

    def refusal(self) -> str:
        return self.form.refusal()

    def command(self) -> Job[ChangeSet]:
        return doing(change_contact, account_id=self._header.id, contact_id=self._contact.id,
                     after=self.form.values(), seen=self.seen)

    def show_taken(self, taken: Mapping[str, Any]) -> bool:
        self.form.show_values({**self.form.values(), **taken})
        return any(value.strip() != self.seen[name] for name, value in self.form.values().items())


def serves_words(contact: AccountContactRow, formatter: Formatter) -> str:
    """Which other accounts a change reaches."""
    if not contact.other_accounts:
        return "It serves this account alone."
    more = contact.other_accounts - min(len(contact.others), 3)
    named = ", ".join(contact.others[:3]) + (f" and {formatter.number(more)} more" if more else "")
    count = formatter.counted(contact.other_accounts, "other account", "other accounts")
    return f"It also serves {count}, which change with it: {named}."


class AddressBookDialog(FormDialog):
    """Contacts of the provider that own other accounts, found by name or e-mail."""

    def __init__(self, theme: Theme, runner: Runner, header: AccountHeader, taken: frozenset[int], parent: QWidget
                 ) -> None:
        super().__init__(theme, runner, f"Add a contact to {header.name}",
                         f"From the address book of {header.provider_name}: one contact may serve several accounts.",
                         verb="Add contact", icon=Icon.ACCOUNT, parent=parent)
        self._header = header
        self._taken = taken
        self._question = Question(runner, self, answered=self._on_found,
                                  failed=lambda error: self._says.setText(str(error)))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_AFTER_MS)
        self._timer.timeout.connect(self.ask)
        self._model: RowsTableModel[ContactRow] = RowsTableModel(book_columns(), lambda row: row.id, theme.formatter,
                                                                 self)
        self._build(theme)
        self.ask()
        self.field.setFocus()

    def _build(self, theme: Theme) -> None:
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Name or e-mail")
        self.field.setAccessibleName("Find a contact")
        self.table = DataTable(theme, "Contacts found", self)
        self.table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self.table.show_model(self._model)
        self.table.setMinimumSize(theme.sizes.px(620), theme.sizes.px(230))
        self._says = Label(theme, "", self, ink=tk.Ink.MUTED)
        column(Label(theme, "&Find", ink=tk.Ink.MUTED, buddy=self.field), self.field, self.table, self._says,
               on=self.field_holder, spacing=6)
        self.field.textChanged.connect(lambda _text: self._timer.start())
        self.table.left_upwards.connect(self.field.setFocus)
        self.table.opened.connect(lambda _index: self.submit())

    def ask(self) -> None:
        """Look up what is typed."""
        self._question.ask(asking(contacts_to_choose, provider_id=self._header.provider_id, text=self.field.text()))

    def _on_found(self, rows: list[ContactRow]) -> None:
        left = [row for row in rows if row.id not in self._taken]
        self._model.set_rows(left)
        found = self._theme.formatter.counted(len(left), "contact", "contacts")
        self._says.setText(f"{found}; type more to narrow them down." if left else
                           "No other contact of the provider is called so.")
        if left:
            self.table.go_to_row(0)

    def refusal(self) -> str:
        return "" if self.table.current_row() is not None else "Choose a contact of the list first."

    def command(self) -> Job[Created]:
        row: ContactRow = self.table.current_row()
        return doing(add_contact, account_id=self._header.id, contact=row.id)


def book_columns() -> tuple[Column[ContactRow], ...]:
    return (
        text_column("name", "Name", lambda r: r.name, 170, stretches=True),
        text_column("email", "E-mail", lambda r: r.email, 180),
        Column(key="place", title="Place", text=lambda r, _: r.place, width=120, is_second_rank=True),
        Column(key="account", title="Serves", text=_serves, width=170, is_second_rank=True, tooltip=_serves),
    )


def _serves(row: ContactRow, formatter: Formatter) -> str:
    more = row.accounts - 1
    return row.account + (f" and {formatter.counted(more, 'other', 'others')}" if more else "")
