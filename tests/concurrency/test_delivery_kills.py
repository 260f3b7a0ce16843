"""Programs that are killed while they send: no message twice, none lost, and what is in doubt is said."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.process import BaseProcess

import pytest

from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from tests.support.delivery_driver import deliver
from tests.support.mail_server import MailServerOfTests, mail_server
from tests.support.outbox_books import OutboxBook, outbox_book
from tests.support.warm_processes import warm_context

KILLS = int(os.environ.get("DELIVERY_KILLS", "4"))
"""So many programs are killed in one test; 50 for a thorough look."""


class Sending:
    """Programs that send what waits in a book."""

    def __init__(self, book: OutboxBook, server: MailServerOfTests) -> None:
        self._book = book
        self._server = server
        self._arrived = threading.Condition()
        server.on_accept = self._note

    def begin(self) -> BaseProcess:
        url = self._book.database.url.render_as_string(hide_password=False)
        process = warm_context().Process(target=deliver, args=(url, self._book.clock.moment.isoformat()))
        process.start()
        return process

    def wait_for(self, more: int, process: BaseProcess) -> None:
        """Until so many more mails have arrived, or the program has ended."""
        wanted = len(self._server.mails) + more
        with self._arrived:
            while len(self._server.mails) < wanted and process.is_alive():
                self._arrived.wait(0.2)

    def _note(self, _mail: object) -> None:
        with self._arrived:
            self._arrived.notify_all()


@pytest.fixture
def book(database: Database, clock: FixedClock) -> OutboxBook:
    return outbox_book(database, clock)


@pytest.fixture
def server(book: OutboxBook) -> Iterator[MailServerOfTests]:
    with mail_server() as running:
        book.use_mail(running)
        yield running


def arrived(server: MailServerOfTests) -> list[int]:
    """The messages that arrived, in their order."""
    return [int(mail.message_id.split(".")[0]) for mail in server.mails]


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [1, 2])
def test_killed_at_random_each_message_leaves_once_or_is_in_doubt(
    book: OutboxBook, server: MailServerOfTests, at_once: int
) -> None:
    ids = book.queue_all([f"a{number}@example.net" for number in range(10 * KILLS)])
    sending, dice = Sending(book, server), random.Random(at_once)
    for _ in range(KILLS):
        programs = [sending.begin() for _ in range(at_once)]
        sending.wait_for(dice.randint(0, 6), programs[0])
        time.sleep(dice.uniform(0, 0.02))
        for program in programs:
            program.kill()
            program.join()
    last = sending.begin()
    last.join(60)
    assert last.exitcode == 0
    got = arrived(server)
    states = dict(zip(ids, book.states(), strict=True))
    assert max(Counter(got).values()) == 1
    assert got == sorted(got), "in their order"
    assert set(states.values()) <= {"sent", "unknown"}
    assert {id_ for id_, state in states.items() if state == "sent"} <= set(got)
    assert len([state for state in states.values() if state == "unknown"]) <= KILLS
    assert len(got) >= len(ids) - KILLS
