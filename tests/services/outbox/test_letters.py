"""Letters that wait: which are handed out, and that they are marked only together with their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, RefusedByRule
from app.services.outbox.letters import Letter, print_letters, waiting_letters
from app.services.outbox.listing import OutboxFilter
from tests.support.outbox_books import OutboxBook, outbox_book

PDF = b"%PDF-1.4 of a test"


@pytest.fixture
def book(database: Database, clock: FixedClock) -> OutboxBook:
    return outbox_book(database, clock)


def waiting(book: OutboxBook, **which: int) -> tuple[Letter, ...]:
    with book.database.read() as session:
        return waiting_letters(session, which=OutboxFilter(**which))


def put_on_paper(book: OutboxBook, letters: tuple[Letter, ...], path: Path) -> None:
    with book.database.write() as session:
        print_letters(session, letters=letters, path=path, document=PDF)


def test_only_letters_that_wait_are_handed_out_the_oldest_first(book: OutboxBook) -> None:
    first = book.queue("Acme", action="letter")
    book.queue()
    book.queue("Acme", action="letter", state="held")
    second = book.queue("Acme", action="letter", html="", text="Please pay.")
    assert [(letter.id, letter.name) for letter in waiting(book)] == [(first, "Acme"), (second, "Acme")]
    assert [letter.id for letter in waiting(book, account_id=book.account)] == [first, second]
    assert waiting(book, account_id=book.provider) == ()


def test_they_are_marked_with_their_file_or_not_at_all(book: OutboxBook, tmp_path: Path) -> None:
    book.queue_all(["Acme"] * 2, action="letter")
    letters = waiting(book)
    with pytest.raises(InputRejected):
        put_on_paper(book, letters, tmp_path / "nowhere" / "letters.pdf")
    assert book.states() == ["queued", "queued"]
    put_on_paper(book, letters, tmp_path / "letters.pdf")
    assert book.states() == ["sent", "sent"]
    assert (tmp_path / "letters.pdf").read_bytes() == PDF
    with pytest.raises(RefusedByRule):
        put_on_paper(book, letters, tmp_path / "again.pdf")
    assert not (tmp_path / "again.pdf").exists()
