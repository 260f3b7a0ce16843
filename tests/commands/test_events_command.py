"""`bursar events`: what it provides, switches and lists, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.cli import run
from app.services.database.unit_of_work import Database
from tests.factories.books import Book

Answer = tuple[int, str, str]
Bursar = Callable[..., Answer]
OF = ("--provider", "GLEN", "--profile", "Firms")


@pytest.fixture
def bursar(database: Database, capsys: pytest.CaptureFixture[str]) -> Bursar:
    with database.write() as session:
        book = Book(session)
        book.profile(book.provider("GLEN"), "Firms")
    url = database.url.render_as_string(hide_password=False)

    def call(*words: str) -> Answer:
        code = run(["--database", url, "events", *words])
        out, said = capsys.readouterr()
        return code, out, said

    return call


def listed(bursar: Bursar) -> dict[tuple[str, str, int], Any]:
    code, out, said = bursar("list", "--provider", "GLEN", "--json")
    assert code == 0, said
    return {(row["profile"], row["event"], row["period"]): row for row in json.loads(out)}


def test_a_profile_gets_its_events_and_one_is_switched_on(bursar: Bursar) -> None:
    assert set(listed(bursar)) == {("Default Profile", "auto_suspend", 0), ("Default Profile", "auto_unsuspend", 0)}
    code, out, said = bursar("provision", *OF)
    assert (code, len(out.splitlines())) == (0, 16)
    assert said == "All of them are off. Switch them on one by one with bursar events enable.\n"
    assert bursar("provision", *OF) == (0, "", "Firms of GLEN has all standard events already.\n")
    words = ("--event", "invoice_overdue", "--period", "7", "--action", "message")
    assert bursar("enable", *OF, *words) == (0, "", "Message of Invoice Overdue, 7 days after switched on.\n")
    row = listed(bursar)["Firms", "invoice_overdue", 7]
    assert (row["event_type_id"], row["kind"], row["extended_logging"]) == (7, "account", True)
    assert [name for name, each in row["actions"].items() if each["enabled"]] == ["message"]
    assert bursar("disable", *OF, *words)[0] == 0
    assert not any(each["enabled"] for row in listed(bursar).values() for each in row["actions"].values())


def test_an_event_that_a_profile_lacks_comes_with_its_switch(bursar: Bursar) -> None:
    assert bursar("enable", *OF, "--event", "auto_suspend", "--action", "log")[0] == 0
    assert bursar("enable", *OF, "--event", "invoice_overdue", "--period", "5", "--action", "sms")[0] == 0
    assert {key for key in listed(bursar) if key[0] == "Firms"} == {
        ("Firms", "auto_suspend", 0), ("Firms", "invoice_overdue", 5)}


@pytest.mark.parametrize(("words", "code", "said"), [
    (("enable", *OF, "--event", "invoice_dew", "--action", "log"), 2, 'There is no event "invoice_dew"'),
    (("enable", *OF, "--event", "invoice_overdue", "--action", "log"), 2, "needs a period, such as 3, 7, 14"),
    (("disable", *OF, "--event", "auto_suspend", "--action", "log"), 2, "The profile has no event Auto Suspend."),
    (("enable", "--provider", "GLEN", "--profile", "Nobody", "--event", "auto_suspend", "--action", "log"), 2,
     "There are: Default Profile, Firms."),
    (("list", "--provider", "NONE"), 2, 'There is no provider with the code "NONE"'),
])
def test_what_is_refused(bursar: Bursar, words: tuple[str, ...], code: int, said: str) -> None:
    answer = bursar(*words)
    assert answer[:2] == (code, "")
    assert said in answer[2]
