"""`bursar scan` and `bursar rules`: documents, exit codes and refusals of the contract.

Here time is real, so the book is laid out around today: the zone of the provider is UTC.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app.cli import run
from app.models.events.outbox import OutboxMessage
from app.models.suspension.brake import BrakeStop
from app.models.suspension.scans import ScanLease
from app.models.values import GroupKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.scans.lease import this_owner
from tests.support import warm_processes
from tests.support.scan_books import Book, dump
from tests.support.sources import ROOT

TODAY = datetime.now(UTC).date()
Answer = tuple[int, str, str]
Bursar = Callable[..., Answer]

FIELDS: dict[str, tuple[type, ...]] = {
    "provider": (str,), "code": (str,), "outcome": (str,), "overdue_payable_minor": (int,), "currency": (str,),
    "oldest_overdue_days": (int,), "rule_version": (int,), "exclusions": (list,), "reasons": (list,),
    "applied": (bool,), "blocked_by": (str, type(None)), "apply_from": (str, type(None)),
}


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    """A1 is to be suspended, A2 is left alone, A3 owes nothing; the rules ask 50.00, 14 days, 10.00."""
    clock.moment = datetime.now(UTC)
    book = Book(database, clock, zone="UTC", currency="EUR", start=ago(400))
    book.rules(since=ago(300))
    book.account("A1", services=2)
    book.invoice("A1", 6600, due=ago(15))
    book.account("A2", omitted=True)
    book.invoice("A2", 9900, due=ago(20))
    book.account("A3")
    return book


@pytest.fixture
def bursar(book: Book, capsys: pytest.CaptureFixture[str]) -> Bursar:
    """The command line in this process."""
    url = book.database.url.render_as_string(hide_password=False)

    def call(*words: str) -> Answer:
        code = run(["--database", url, *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def in_a_process(book: Book, *words: str) -> Answer:
    """The command line in a process of its own."""
    url = book.database.url.render_as_string(hide_password=False)
    return warm_processes.bursar(["--database", url, *words])


def document(answer: Answer, code: int = 0) -> dict[str, Any]:
    """The one JSON document, with the fields and types of the contract."""
    assert answer[0] == code, answer[2]
    found: dict[str, Any] = json.loads(answer[1])
    assert isinstance(found, dict)
    assert list(found)[:4] == ["as_of", "run_id", "providers_without_rules", "accounts"]
    date.fromisoformat(found["as_of"])
    for account in found["accounts"]:
        assert list(account) == list(FIELDS)
        for name, types in FIELDS.items():
            assert type(account[name]) in types, name
        assert account["overdue_payable_minor"] >= 0
        assert account["oldest_overdue_days"] >= 0
        assert account["outcome"] in {"suspend", "restore", "excluded", "none"}
        assert all(re.fullmatch("X[1-7]", x) for x in account["exclusions"])
        assert all(isinstance(r, str) and r.endswith(".") for r in account["reasons"])
        assert account["apply_from"] is None or datetime.fromisoformat(account["apply_from"]).tzinfo is not None
    return found


def outcomes(found: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    return {a["code"]: (a["outcome"], a["applied"]) for a in found["accounts"]}


# ---- the document


def test_what_a_scan_raised_has_its_words_when_it_ends(bursar: Bursar, book: Book) -> None:
    assert bursar("scan")[0] == 0
    with book.database.read() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [(row.event, row.text, row.composed_at is not None) for row in rows] == [
            ("auto_suspend", "Auto Suspend: Customer A1 (A1).", True)] * 2


def test_a_dry_run_and_a_scan(bursar: Bursar, book: Book) -> None:
    before = dump(book.database)
    dry = document(bursar("scan", "--dry-run", "--json"))
    assert dump(book.database) == before
    assert (dry["as_of"], dry["run_id"], dry["providers_without_rules"]) == (TODAY.isoformat(), None, [])
    assert outcomes(dry) == {"A1": ("suspend", False), "A2": ("excluded", False)}

    done = document(bursar("scan", "--json"))
    assert isinstance(done["run_id"], int)
    assert outcomes(done) == {"A1": ("suspend", True), "A2": ("excluded", False)}
    for then, now in zip(dry["accounts"], done["accounts"], strict=True):
        assert {k: v for k, v in then.items() if k != "applied"} == {k: v for k, v in now.items() if k != "applied"}
    first = done["accounts"][0]
    assert (first["provider"], first["overdue_payable_minor"], first["currency"]) == ("HARBOUR", 6600, "EUR")
    assert (first["oldest_overdue_days"], first["rule_version"], first["exclusions"]) == (15, 1, [])
    assert (first["blocked_by"], first["apply_from"]) == (None, None)
    assert done["accounts"][1]["exclusions"] == ["X3"]

    again = document(bursar("scan", "--json"))
    assert outcomes(again) == {"A2": ("excluded", False)}
    book.pay("A1", 5600, on=TODAY.isoformat())
    assert outcomes(document(bursar("scan", "--json")))["A1"] == ("restore", True)


def test_all_lists_every_end_user(bursar: Bursar) -> None:
    found = document(bursar("scan", "--dry-run", "--all", "--json"))
    assert outcomes(found) == {"A1": ("suspend", False), "A2": ("excluded", False), "A3": ("none", False)}
    quiet = found["accounts"][2]
    assert (quiet["overdue_payable_minor"], quiet["oldest_overdue_days"], quiet["exclusions"]) == (0, 0, [])
    assert outcomes(document(bursar("scan", "--all", "--json"))) == {
        "A1": ("suspend", True), "A2": ("excluded", False), "A3": ("none", False)}
    assert outcomes(document(bursar("scan", "--all", "--json")))["A1"] == ("none", False)


def test_the_same_through_a_process(book: Book) -> None:
    dry = in_a_process(book, "scan", "--dry-run", "--json")
    assert outcomes(document(dry)) == {"A1": ("suspend", False), "A2": ("excluded", False)}
    assert dry[2].splitlines()[-1] == (
        f"3 accounts judged as of {TODAY.isoformat()}: 1 to suspend, 0 to restore, 1 left alone (proposed).")
    assert outcomes(document(in_a_process(book, "scan", "--json")))["A1"] == ("suspend", True)
    spoken = in_a_process(book, "scan", "--as-of", ago(1), "--dry-run")
    assert spoken[0] == 0
    assert spoken[1].startswith("HARBOUR/A2  excluded")


def test_a_shut_window_says_from_when(bursar: Bursar, book: Book) -> None:
    later = TODAY + timedelta(days=3)
    book.rules(since=ago(200), windows=[f"{later:%a} 09:00-16:00"])
    found = document(bursar("scan", "--json"))
    assert outcomes(found) == {"A1": ("suspend", False), "A2": ("excluded", False)}
    assert found["accounts"][0]["apply_from"] == f"{later.isoformat()}T09:00:00+00:00"
    assert found["accounts"][0]["blocked_by"] is None
    assert found["accounts"][1]["apply_from"] is None
    assert found["accounts"][0]["rule_version"] == 2


def test_what_waits_for_an_event_says_so_in_words(bursar: Bursar) -> None:
    assert bursar("events", "disable", "--provider", "HARBOUR", "--profile", "Default Profile",
                  "--event", "auto_suspend", "--action", "log")[0] == 0
    found = document(bursar("scan", "--dry-run", "--json"))
    assert [a["blocked_by"] for a in found["accounts"]] == ["auto_suspend_off", None]
    first, second = bursar("scan")[1].splitlines()
    assert "Auto Suspend is off for the profile  Overdue payable" in first
    assert "is off" not in second
    assert "Not applied: Auto Suspend is off for the profile." in bursar("scan", "--explain", "A1")[1]
    assert "Not applied" not in bursar("scan", "--explain", "A2")[1]


def test_providers_without_rules_are_named(bursar: Bursar, book: Book) -> None:
    Book(book.database, book.clock, code="QUIET", zone="UTC")
    assert document(bursar("scan", "--json"))["providers_without_rules"] == ["QUIET"]
    alone = document(bursar("scan", "--provider", "QUIET", "--json"))
    assert (alone["providers_without_rules"], alone["accounts"], alone["run_id"]) == (["QUIET"], [], None)
    early = document(bursar("scan", "--dry-run", "--as-of", ago(301), "--json"))
    assert early["providers_without_rules"] == ["HARBOUR", "QUIET"]


def test_a_dry_run_of_any_date(bursar: Bursar) -> None:
    assert outcomes(document(bursar("scan", "--dry-run", "--as-of", ago(1), "--json"))) == {"A2": ("excluded", False)}
    assert outcomes(document(bursar("scan", "--dry-run", "--as-of", ago(-400), "--json"))) == {
        "A1": ("suspend", False), "A2": ("excluded", False)}
    assert document(bursar("scan", "--dry-run", "--as-of", "1950-01-01", "--json"))["accounts"] == []


def test_explain(bursar: Bursar, book: Book) -> None:
    before = dump(book.database)
    code, out, said = bursar("scan", "--explain", "A1")
    assert (code, said) == (0, "")
    assert out.startswith(f"Customer A1 (A1) would be suspended as of {TODAY.isoformat()}.\nRule set version 1")
    assert "Changes if 16.01 EUR or more is paid" in out
    found = document(bursar("scan", "--explain", "HARBOUR/A2", "--json"))
    assert outcomes(found) == {"A2": ("excluded", False)}
    assert found["explanation"]["outcome"] == "excluded"
    assert [c["holds"] for c in found["explanation"]["conditions"]] == [True, True, False]
    past = document(bursar("scan", "--explain", "A1", "--as-of", ago(2), "--json"))["explanation"]
    assert past["outcome"] == "none"
    assert past["changes_when"].startswith("Would be suspended on ")
    assert past["reasons"][-1].startswith("Whether an ombudsman case is open is judged as it is now")
    assert dump(book.database) == before


# ---- exit codes


@pytest.mark.parametrize("days", [1, -1, 400])
def test_only_today_can_be_applied(bursar: Bursar, book: Book, days: int) -> None:
    before = dump(book.database)
    code, out, said = bursar("scan", "--as-of", ago(days), "--json")
    assert (code, out) == (2, "")
    assert "dry run" in said
    assert dump(book.database) == before


def test_today_may_be_named(bursar: Bursar) -> None:
    assert outcomes(document(bursar("scan", "--as-of", TODAY.isoformat(), "--json")))["A1"] == ("suspend", True)


@pytest.mark.parametrize("words", [
    ["--provider", "NOBODY"], ["--provider", "operator"], ["--explain", "Z9"], ["--explain", "operator"],
    ["--explain", "A1", "--as-of", ago(301)], ["--explain", "A1", "--as-of", ago(500)],
    ["--dry-run", "--as-of", "0001-01-01"], ["--dry-run", "--as-of", "9999-12-31"],
])
def test_what_cannot_be_scanned_is_refused(bursar: Bursar, book: Book, words: list[str]) -> None:
    before = dump(book.database)
    code, out, said = bursar("scan", *words, "--json")
    assert (code, out) == (2, "")
    assert len(said.splitlines()) == 1
    assert "Traceback" not in said
    assert dump(book.database) == before


def test_an_unusable_database(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    done = subprocess.run([sys.executable, "-m", "app", "--database", str(path), "scan", "--json"], cwd=ROOT,
                          capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (3, "")
    assert not path.exists()


def test_another_scan_holds_the_lease(bursar: Bursar, book: Book) -> None:
    owner = this_owner(book.database, "")
    now = datetime.now(UTC)
    with book.database.write() as session:
        session.add(ScanLease(
            provider_id=book.provider_id, token="of another scan", run_id=None, owner="R. Haddad on COUNTER-2",
            host_key=owner.host_key, pid=os.getpid(), process_started=owner.process_started, server_session="",
            acquired_at=now, heartbeat_at=now, done=30, total=100))
    before = dump(book.database)
    for words in (["scan", "--json"], ["scan", "--provider", "HARBOUR"]):
        code, out, said = in_a_process(book, *words)
        assert (code, out) == (4, "")
        assert said == ("Harbour Telecom is being scanned by R. Haddad on COUNTER-2 "
                        f"(process {os.getpid()}), 30 %. Nothing was changed. Start again when that scan ends.\n")
    assert dump(book.database) == before
    assert outcomes(document(bursar("scan", "--dry-run", "--json")))["A1"] == ("suspend", False), "dry runs take none"


# ---- rules


def set_rules(bursar: Bursar, **changes: str | list[str]) -> Answer:
    options: dict[str, str | list[str]] = {
        "provider": "HARBOUR", "from": "2025-06-01", "min_overdue": "50.00", "min_days": "14", "restore_at": "10.00"}
    words = []
    for name, value in (options | changes).items():
        each = [value] if isinstance(value, str) else value
        words += [f"--{name.replace('_', '-')}={one}" for one in each]
    return bursar("rules", "set", *words)


def test_rules_are_entered_and_shown(bursar: Bursar, book: Book) -> None:
    book.group("VIP")
    code, out, said = set_rules(
        bursar, **{"from": ago(1)}, min_overdue="60", restore_at="0", min_days="0", resuspend_days="3", name="Winter",
        window=["Mon-Thu 09:00-16:00", "Sat  10:00-12:00"], exclude_group="VIP")
    assert (code, out) == (0, "")
    assert said == f"Version 2 of the rules of HARBOUR holds from {ago(1)}.\n"
    set_rules(bursar, **{"from": ago(-30)})
    code, out, _ = bursar("rules", "show", "--provider", "HARBOUR", "--json")
    assert code == 0
    rows = json.loads(out)
    assert [(r["version"], r["from"], r["in_force"]) for r in rows] == [
        (3, ago(-30), False), (2, ago(1), True), (1, ago(300), False)]
    newest = {k: v for k, v in rows[1].items() if k != "recorded_by"}
    assert newest == {
        "provider": "HARBOUR", "version": 2, "from": ago(1), "name": "Winter", "min_overdue": "60.00", "min_days": 0,
        "restore_at": "0.00", "currency": "EUR", "resuspend_days": 3, "exclude_groups": ["VIP"],
        "windows": ["Mon-Thu 09:00-16:00", "Sat 10:00-12:00"], "in_force": True}
    code, out, _ = bursar("rules", "show")
    assert code == 0
    assert f"HARBOUR version 2 from {ago(1)} Winter  (in force)" in out
    assert json.loads(bursar("rules", "show", "--json")[1]) == rows


@pytest.mark.parametrize(("changes", "said"), [
    ({"restore_at": "50.00"}, "must be less than the minimum overdue amount of 50.00 EUR"),
    ({"restore_at": "50.01"}, "must be less than"),
    ({"min_overdue": "0"}, "more than nothing"), ({"min_overdue": "-5"}, "more than nothing"),
    ({"min_overdue": "50.001"}, "--min-overdue: "), ({"restore_at": "10.000"}, "--restore-at: "),
    ({"min_overdue": "fifty"}, "is not an amount"), ({"min_overdue": "5e1"}, "is not an amount"),
    ({"min_overdue": "1,000"}, "is not an amount"), ({"min_overdue": "9" * 30}, "beyond what one amount may be"),
    ({"window": "Mon-Thu"}, "is not a window"), ({"window": "Mon 16:00-09:00"}, "ends before it begins"),
    ({"window": ["Mon 09:00-16:00", "Mondy 09:00-16:00"]}, "write days as"),
    ({"provider": "NOBODY"}, 'no provider with the code "NOBODY"'), ({"provider": "operator"}, "no end users"),
    ({"exclude_group": "NONE"}, 'no account group with the code "NONE"'),
    ({"exclude_group": "STAFF"}, '"STAFF" is a security group'),
    ({"min_days": "99999999999999999999"}, "hundred years"), ({"resuspend_days": "4000000"}, "hundred years"),
])
def test_rules_that_are_refused(bursar: Bursar, book: Book, changes: dict[str, str | list[str]], said: str) -> None:
    book.group("STAFF", GroupKind.SECURITY)
    before = dump(book.database)
    answer = set_rules(bursar, **changes)
    assert answer[:2] == (2, "")
    assert said in answer[2]
    assert dump(book.database) == before


@pytest.mark.parametrize("changes", [
    {"min_days": "-1"}, {"min_days": "1.5"}, {"resuspend_days": "-1"}, {"from": "2025-02-30"}, {"from": "tomorrow"},
    {"window": ""}, {"name": " "},
])
def test_rules_that_are_no_usage(bursar: Bursar, book: Book, changes: dict[str, str]) -> None:
    before = dump(book.database)
    with pytest.raises(SystemExit) as end:
        set_rules(bursar, **changes)
    assert end.value.code == 2
    assert dump(book.database) == before


def test_a_yen_has_no_places(bursar: Bursar, book: Book) -> None:
    Book(book.database, book.clock, code="TOKYO", zone="Asia/Tokyo", currency="JPY")
    assert set_rules(bursar, provider="TOKYO", min_overdue="5000", restore_at="0")[0] == 0
    code, _, said = set_rules(bursar, provider="TOKYO", min_overdue="5000.0", restore_at="0")
    assert (code, '"5000.0" has 1 decimal place, JPY has 0' in said) == (2, True)


def test_an_explanation_stays_within_the_provider_that_is_named(bursar: Bursar, book: Book) -> None:
    before = dump(book.database)
    for words in (["A1"], ["A1", "--provider", "HARBOUR"], ["HARBOUR/A1", "--provider", "HARBOUR"]):
        assert bursar("scan", "--explain", *words)[0] == 0
    code, out, said = bursar("scan", "--explain", "A1", "--provider", "OTHER")
    assert (code, out) == (2, "")
    assert '"OTHER' in said
    assert dump(book.database) == before


def test_the_safety_brake_refuses_and_is_released(book: Book, bursar: Bursar) -> None:
    book.brake(share=5, accounts=0)
    bookkeeping = ("scan_run", "scan_run_provider", "scan_run_chunk", "scan_result", "scan_lease", "brake_stop")
    before = dump(book.database, without=bookkeeping)
    code, out, err = bursar("scan", "--json")
    assert (code, out) == (2, "")
    assert "of 3 end users it would suspend 1 and restore 0; more than 5 % of them want a second person." in err
    assert dump(book.database, without=bookkeeping) == before
    assert bursar("scan", "--dry-run")[0] == 0, "looking is never braked"
    code, out, err = bursar("scan", "--provider", "HARBOUR", "--approve", "Too early", "--json")
    assert (code, out) == (2, "")
    assert "a minute after the stop" in err
    with book.database.write() as session:
        session.execute(update(BrakeStop).values(started_by="somebody else"))
    answer = document(bursar("scan", "--approve", "Looked at it", "--json"))
    assert {a["code"]: a["applied"] for a in answer["accounts"]} == {"A1": True, "A2": False}
    code, out, err = bursar("scan", "--approve", "Again")
    assert (code, err) == (2, "The safety brake holds nothing back here, so there is nothing to approve.\n")
