"""The outbox on the command line: the document of a list, and what staff do to messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from tests.support.outbox_books import OutboxBook, outbox_book

KEYS = ("id", "event", "action", "account", "service", "invoice", "recipient", "subject", "state", "reason", "attempts",
        "created_at", "sent_at")


@pytest.fixture
def book(database: Database, clock: FixedClock) -> OutboxBook:
    return outbox_book(database, clock)


@pytest.fixture
def bursar(database_url: str, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command in this process: exit code, standard output, standard error."""
    def call(*words: str) -> tuple[int, str, str]:
        code = run(["--database", database_url, *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def listed(bursar: Callable[..., tuple[int, str, str]], *words: str) -> list[dict[str, Any]]:
    code, out, _ = bursar("outbox", "list", *words, "--json")
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_a_list_and_its_filters(book: OutboxBook, bursar: Callable[..., tuple[int, str, str]]) -> None:
    assert listed(bursar) == []
    first = book.queue(service_id=book.service)
    book.later(days=1)
    second = book.queue(state="sent", sent_at=book.clock.moment)
    rows = listed(bursar)
    assert [tuple(row) for row in rows] == [KEYS, KEYS]
    assert [row["id"] for row in rows] == [first, second]
    assert (rows[0]["service"], rows[0]["invoice"], rows[0]["account"]) == ("nbn-001", None, "A1")
    for words, ids in ((("--state", "sent"), [second]), (("--since", "2026-03-17"), [second]),
                       (("--provider", "HARB", "--account", "A1"), [first, second]),
                       (("--account", "HARB/A1", "--state", "held"), [])):
        assert [row["id"] for row in listed(bursar, *words)] == ids
    code, out, err = bursar("outbox", "list")
    assert (code, len(out.splitlines()), err.strip()) == (0, 2, "2 messages.")
    assert bursar("outbox", "list", "--provider", "NOBODY")[0] == 2


def test_messages_are_held_released_cancelled_and_sent_again(
    book: OutboxBook, bursar: Callable[..., tuple[int, str, str]]
) -> None:
    first, second, third = (str(book.queue()) for _ in range(3))
    assert bursar("outbox", "hold", first, second)[0] == 0
    code, out, err = bursar("outbox", "hold", first, third)
    assert (code, out) == (2, "")
    assert f"Message {first} is held, so it cannot be held." in err
    assert book.states() == ["held", "held", "queued"], "all or none"
    assert bursar("outbox", "release", first)[0] == 0
    code, _, err = bursar("outbox", "cancel", first, second)
    assert (code, err.strip()) == (0, "2 messages cancelled.")
    assert book.states() == ["cancelled", "cancelled", "queued"]
    code, out, _ = bursar("outbox", "resend", first)
    assert (code, out.strip()) == (0, f"Message {first} is sent again as {int(third) + 1}.")
    assert book.states() == ["cancelled", "cancelled", "queued", "queued"]
    unknown = book.queue(state="unknown")
    code, _, err = bursar("outbox", "resend", str(unknown))
    assert code == 0
    assert "may have arrived already" in err
    code, _, err = bursar("outbox", "cancel", "4711")
    assert code == 2
    assert "There is no message 4711. Nothing was changed." in err


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [("hold",), ("hold", "x"), ("hold", "-1"), ("list", "--state", "gone")])
def test_wrong_words_are_refused(
    words: tuple[str, ...], database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        run(["--database", database_url, "outbox", *words])
    assert end.value.code == 2
