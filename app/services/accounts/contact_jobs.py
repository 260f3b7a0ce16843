"""What the window asks for about the contacts of one account: each question and command one job."""

from __future__ import annotations

from app.services.accounts.contacts import (
    ContactSheet,
    add_contact,
    change_contact,
    contact_sheet,
    make_billing,
    make_primary,
    remove_contact,
)
from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database
from app.services.hierarchy.new_contacts import ContactChoice, ContactRow, contacts_to_choose
from app.services.jobs import JobContext
from app.services.saving import Values


def read_contacts(database: Database, context: JobContext, *, account_id: int) -> ContactSheet:
    """The contacts of an account and its billing address."""
    del context
    with database.read() as session:
        return contact_sheet(session, account_id=account_id)


def find_contacts(database: Database, context: JobContext, *, provider_id: int, text: str) -> list[ContactRow]:
    """Contacts of the provider's address book."""
    del context
    with database.read() as session:
        return contacts_to_choose(session, provider_id=provider_id, text=text)


def join_contact(database: Database, context: JobContext, *, account_id: int, contact: ContactChoice) -> ChangeSet:
    """Add a contact to an account."""
    del context
    with database.write() as session:
        return add_contact(session, account_id=account_id, contact=contact)


def save_contact(
    database: Database, context: JobContext, *, account_id: int, contact_id: int, before: Values, after: Values
) -> ChangeSet:
    """Change a contact."""
    del context
    with database.write() as session:
        return change_contact(session, account_id=account_id, contact_id=contact_id, before=before, after=after)


def give_flag(
    database: Database, context: JobContext, *, account_id: int, contact_id: int, billing: bool
) -> ChangeSet:
    """Make a contact the billing one, or the primary one."""
    del context
    with database.write() as session:
        command = make_billing if billing else make_primary
        return command(session, account_id=account_id, contact_id=contact_id)


def take_contact(database: Database, context: JobContext, *, account_id: int, contact_id: int) -> ChangeSet:
    """Remove a contact from an account."""
    del context
    with database.write() as session:
        return remove_contact(session, account_id=account_id, contact_id=contact_id)
