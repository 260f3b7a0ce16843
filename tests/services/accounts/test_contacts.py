"""Contacts of an account: flags move and never vanish, a contact may serve several accounts, saves do not collide."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.values import GroupAccess, GroupLevel
from app.services.access.principal import set_staff
from app.services.accounts.contacts import (
    AccountContactRow,
    add_contact,
    change_contact,
    contact_sheet,
    make_billing,
    make_primary,
    remove_contact,
)
from app.services.accounts.history import history_page
from app.services.accounts.history_words import HistoryKind
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed, NotFound, RefusedByRule
from app.services.hierarchy.new_contacts import NewContact
from app.services.saving import SavedMeanwhile
from tests.factories.books import Book, scratch
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks


def rows(session: Session, account: int) -> dict[str, AccountContactRow]:
    return {row.name: row for row in contact_sheet(session, account_id=account).rows}


def flags(session: Session, account: int) -> dict[str, str]:
    return {name: "PB"[:row.is_primary] + "PB"[1:1 + row.is_billing] for name, row in rows(session, account).items()}


def test_flags_move_and_the_envelope_follows(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        account = book.account(provider, "A1", name="Acme")
        ann = NewContact(name="Ann Lee", attention="Accounts", address_line1="1 Quay St", city="Sydney",
                         postcode="2000")
        assert add_contact(session, account_id=account, contact=ann).changes.account_ids == {account}
        assert flags(session, account) == {"A1": "PB", "Ann Lee": ""}
        first, second = rows(session, account)["A1"].id, rows(session, account)["Ann Lee"].id
        make_billing(session, account_id=account, contact_id=second, seen=first)
        assert flags(session, account) == {"A1": "P", "Ann Lee": "B"}
        lines = contact_sheet(session, account_id=account).billing_address
        assert lines[0] == "Ann Lee"
        assert "Sydney 2000" in " ".join(lines)
        for contact, words in ((first, "A1 is the primary contact."), (second, "Ann Lee is the billing contact.")):
            with pytest.raises(RefusedByRule, match=words):
                remove_contact(session, account_id=account, contact_id=contact)
        make_primary(session, account_id=account, contact_id=second, seen=first)
        assert not make_primary(session, account_id=account, contact_id=second, seen=second), "it is already"
        assert list(flags(session, account).items()) == [("Ann Lee", "PB"), ("A1", "")]
        remove_contact(session, account_id=account, contact_id=first)
        assert flags(session, account) == {"Ann Lee": "PB"}
        with pytest.raises(NotFound):
            make_primary(session, account_id=account, contact_id=first, seen=second)
        said = [(r.what, r.old, r.new) for r in history_page(session, account_id=account,
                                                             kind=HistoryKind.CONTACTS).rows]
        assert said == [
            ("Contact removed", "A1", "Nothing"), ("Primary contact changed", "A1", "Ann Lee"),
            ("Billing contact changed", "A1", "Ann Lee"), ("Contact added", "Nothing", "Ann Lee"),
        ]


def test_one_contact_serves_several_accounts_and_is_changed_for_all(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        a1, a2 = book.account(provider, "A1", name="Acme"), book.account(provider, "A2", name="Beta")
        stranger = book.account(book.provider("SB"), "X1")
        shared = rows(session, a1)["A1"]
        assert (shared.incomplete, shared.other_accounts) == (True, 0)
        add_contact(session, account_id=a2, contact=shared.id)
        with pytest.raises(RefusedByRule, match="A1 is a contact of Beta already"):
            add_contact(session, account_id=a2, contact=shared.id)
        with pytest.raises(NotFound):
            add_contact(session, account_id=stranger, contact=shared.id)
        assert rows(session, a1)["A1"].others == ("A2 Beta",)
        after = {**shared.values, "name": " Ann ", "email": "ann@acme.example"}
        changes = change_contact(session, account_id=a1, contact_id=shared.id, seen=shared.values, after=after)
        assert changes.account_ids == {a1, a2}
        assert not rows(session, a2)["Ann"].incomplete, "it can be reached now"
        for account in (a1, a2):
            page = history_page(session, account_id=account, kind=HistoryKind.CONTACTS).rows
            assert ("E-mail", "Nothing", "ann@acme.example") in [(r.field, r.old, r.new) for r in page]
        for bad, words in (({"name": " "}, "needs a name"), ({"email": "ann"}, "no e-mail address"),
                           ({"postcode": "1" * 21}, "20 characters fit")):
            now = rows(session, a1)["Ann"].values
            with pytest.raises(RefusedByRule, match=words):
                change_contact(session, account_id=a1, contact_id=shared.id, seen=now, after={**now, **bad})


def test_a_save_never_runs_over_somebody_elses(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1")
        read = rows(session, account)["A1"]
        theirs = {**read.values, "phone": "111", "city": "Perth"}
        change_contact(session, account_id=account, contact_id=read.id, seen=read.values, after=theirs)
        mine = {**read.values, "phone": "222", "email": "a@b.example"}
        with pytest.raises(SavedMeanwhile, match=r'changed Phone to "111" on .* while you were editing') as caught:
            change_contact(session, account_id=account, contact_id=read.id, seen=read.values, after=mine)
        assert [(c.field, c.before, c.theirs, c.yours) for c in caught.value.conflicts] == [("phone", "", "111", "222")]
        change_contact(session, account_id=account, contact_id=read.id, seen={**read.values, "phone": "111"},
                       after=mine)
        now = rows(session, account)["A1"].values
        assert (now["phone"], now["email"], now["city"]) == ("222", "a@b.example", "Perth"), "both saves count"


def test_who_may_change_contacts(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        looking = office.user(office.harbour, "kim")
        office.tie(looking, office.group(office.harbour, "LOOK", GroupAccess.ALLOW, "A1", "A2"), GroupLevel.VIEW)
        office.tie(looking, office.group(office.harbour, "WORK", GroupAccess.ALLOW, "A2"), GroupLevel.EDIT)
        poor = office.user(office.harbour, "poor", {Power.CUSTOMERS})
        shared = contact_sheet(session, account_id=office.id("A1")).rows[0]
        add_contact(session, account_id=office.id("A2"), contact=shared.id)
        set_staff(session, poor)
        with pytest.raises(NotAllowed):
            make_primary(session, account_id=office.id("A2"), contact_id=shared.id, seen=None)
        set_staff(session, looking)
        with pytest.raises(NotAllowed):
            add_contact(session, account_id=office.id("A1"), contact=NewContact(name="Ann"))
        with pytest.raises(NotFound):
            contact_sheet(session, account_id=office.id("A3"))
        with pytest.raises(RefusedByRule, match="which you may look at, but not change"):
            change_contact(session, account_id=office.id("A2"), contact_id=shared.id, seen=shared.values,
                           after={**shared.values, "phone": "1"})


def test_no_client_ends_a_transaction_without_the_flags(database: Database) -> None:
    with database.write() as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1")
    for act in ("UPDATE account_contact SET is_primary = false", "UPDATE account_contact SET is_billing = false",
                "DELETE FROM account_contact"):
        with pytest.raises(IntegrityError), database.write() as session:
            session.execute(text(f"{act} WHERE account_id = {account}"))
    with database.write() as session:  # on its way within one transaction it may be nobody's
        for value in ("false", "true"):
            session.execute(text(f"UPDATE account_contact SET is_primary = {value}, is_billing = {value} "
                                 f"WHERE account_id = {account}"))
    with database.read() as session:
        assert session.execute(text("SELECT COUNT(*) FROM contact_flag_owed")).scalar_one() == 0
        assert flags(session, account) == {"A1": "PB"}
