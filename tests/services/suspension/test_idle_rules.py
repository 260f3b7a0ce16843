"""Rules in force that act for nobody are found, and only those."""

from __future__ import annotations

from app.services.database.unit_of_work import Database
from app.services.providers.modules import Module, switch_module
from app.services.suspension.idle_rules import idle_rules
from tests.support.filled_books import FilledBooks
from tests.support.small_book import build
from tests.support.switches import switch_off


def found(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(row.provider_name, row.profile) for row in idle_rules(session)]


def test_rules_are_idle_where_their_event_is_off_for_a_profile_with_members(database: Database,
                                                                            filled_books: FilledBooks) -> None:
    book = filled_books.put(database, build)
    assert found(database) == [], "Auto Suspend is on"
    with database.write() as session:
        switch_off(session, provider_id=book.provider, event="auto_suspend")
    assert found(database) == [("Harbour Telecom", "Default Profile")]
    with database.write() as session:
        switch_module(session, provider_id=book.provider, module=Module.AUTOMATED_SUSPENSION, on=False, seen=None)
    assert found(database) == [], "the provider does not suspend by itself at all"
