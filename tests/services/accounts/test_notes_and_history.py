"""Notes and history of an account: append-only, newest first, by kind, with old and new values in words."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.models.values import HoldKind, Tier
from app.services.accounts.history import history_count, history_page
from app.services.accounts.history_words import HistoryKind
from app.services.accounts.notes import LONGEST_NOTE, note_count, note_page, write_note
from app.services.attributes.writing import set_attribute
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.profiles.moves import Members, move_members, newest_move
from app.services.status.changes import lift_hold, place_hold
from tests.factories.books import Book, scratch, status_shown


def test_notes_are_kept_newest_first_and_stand_as_written(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        a1, a2 = book.account(provider, "A1"), book.account(provider, "A2")
        for words in ("  Rang about the bill. ", "Pays on Friday.", "Paid."):
            changes = write_note(session, account_id=a1, text=words)
        assert changes.account_ids == {a1}
        page = note_page(session, account_id=a1, limit=2)
        assert [row.text for row in page.rows] == ["Paid.", "Pays on Friday."]
        assert page.more
        rest = note_page(session, account_id=a1, after=page.last, limit=2)
        assert ([row.text for row in rest.rows], rest.more) == (["Rang about the bill."], False)
        assert (note_count(session, account_id=a1), note_count(session, account_id=a2)) == (3, 0)
        for bad in (" \n ", "x" * (LONGEST_NOTE + 1)):
            with pytest.raises(RefusedByRule):
                write_note(session, account_id=a1, text=bad)
        with pytest.raises(NotFound):
            write_note(session, account_id=999_999, text="Nobody")
        with pytest.raises(DBAPIError, match="a note stands as it was written"):
            session.execute(text("UPDATE account_note SET text = 'else'"))


def test_history_says_who_what_and_from_which_value_to_which(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        account = book.account(provider, "A1", name="Acme", credit_limit=1_500)
        other = book.account(provider, "A2", credit_limit=1)
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="credit_limit", value=None,
                      seen={"credit_limit": 1_500})
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="invoice_delivery_method", value="email",
                      seen={})
        move_members(session, seen=newest_move(session, provider_id=provider),
                     provider_id=provider, members=Members(account_ids=(account,)),
                     to_profile_id=book.profile(provider, "Business"))
        day = date(2024, 6, 1)
        place_hold(session, account_id=account, kind=HoldKind.MANUAL, reason="credit check", on=day,
                   seen=status_shown(session, account))
        (hold,) = session.execute(text("SELECT id FROM hold")).scalars()
        lift_hold(session, account_id=account, hold_id=hold, reason="fine", on=day)

        def said(kind: HistoryKind | None) -> list[tuple[str, str, str, str, str]]:
            rows = history_page(session, account_id=account, kind=kind).rows
            assert len(rows) == history_count(session, account_id=account, kind=kind)
            assert kind is None or {row.kind for row in rows} == {kind}
            return [(row.what, row.field, row.old, row.new, row.detail) for row in rows]

        assert said(HistoryKind.ATTRIBUTES) == [
            ("Attribute changed", "Invoice delivery", "Not set here", "Email", ""),
            ("Attribute changed", "Credit limit", "15.00 AUD", "Not set here", ""),
            ("Attribute changed", "Credit limit", "Not set here", "15.00 AUD", ""),
        ]
        assert said(HistoryKind.PROFILE) == [
            ("Profile changed", "Profile", "Default Profile", "Business", "Moved to another profile.")]
        assert said(HistoryKind.STATUS) == [
            ("Hold lifted", "", "", "", "By staff: fine"),
            ("Hold placed", "", "", "", "By staff: credit check"),
            ("Status changed", "Status", "Suspended", "Active", "fine"),
            ("Status changed", "Status", "Active", "Suspended", "credit check"),
        ]
        assert said(HistoryKind.DETAILS) == [("Account created", "", "", "", "1 account")]
        everything = said(None)
        assert len(everything) == 9
        walked, after, more = [], None, True
        while more:
            page = history_page(session, account_id=account, after=after, limit=2)
            walked += [(row.what, row.field, row.old, row.new, row.detail) for row in page.rows]
            after, more = page.last, page.more
        assert walked == everything
        assert history_count(session, account_id=other) == 2, "its own rows alone"
        with pytest.raises(NotFound):
            history_page(session, account_id=999_999)
