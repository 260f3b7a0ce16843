"""Statuses from a file: all or nothing, every wrong row, and what each name does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.models.audit import AuditEntry
from app.models.parties.account import Account, AccountStatusChange
from app.models.parties.service import Service
from app.models.suspension.hold import Hold
from app.models.values import AccountStatus, HoldKind, Lifecycle, ServiceState
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed
from app.services.jobs import JobContext
from app.services.rules.rule_sets import set_rules
from app.services.scans.scan import run_scan
from app.services.status.changes import place_hold
from app.services.status.from_file import StatusChange, StatusReport, import_statuses
from app.services.status.stored import derived_status
from tests.conftest import TEST_NOW
from tests.factories.books import Book, status_shown
from tests.support.switches import switch_on

TODAY = TEST_NOW.date()
HEAD = "ACCOUNT_ID,ACCOUNT_STATUS,ACCOUNT_STATUS_REASON"


@pytest.fixture
def book(database: Database) -> dict[str, int]:
    """A1 free, A2 and A3 held by staff (A3 overdue as well), A4 inactive, A5 with a service; CC has an A1 too."""
    ids: dict[str, int] = {}
    with database.write() as session:
        made = Book(session)
        ids["HT"], ids["CC"] = made.provider("HT", name="Harbour"), made.provider("CC")
        for code in ("A1", "A2", "A3", "A5"):
            ids[code] = made.account(ids["HT"], code, name=f"Customer {code}")
        ids["A4"] = made.account(ids["HT"], "A4", name="Customer A4", lifecycle=Lifecycle.INACTIVE)
        ids["CC/A1"] = made.account(ids["CC"], "A1")
        made.service(ids["A5"], "N-1")
        made.invoice(ids["A3"], 9900, TODAY - timedelta(days=60), TODAY - timedelta(days=40))
        set_rules(session, provider_id=ids["HT"], effective_from=TODAY - timedelta(days=90), min_overdue_minor=100,
                  min_overdue_days=1, restore_at_minor=0, seen=0)
        switch_on(session, provider_id=ids["HT"])
    run_scan(database, JobContext())
    with database.write() as session:
        for code in ("A2", "A3"):
            place_hold(session, account_id=ids[code], kind=HoldKind.MANUAL, reason="Dispute", on=TODAY,
                       seen=status_shown(session, ids[code]))
    return ids


def run(database: Database, tmp_path: Path, *rows: str, head: str = HEAD, dry_run: bool = False,
        seen: Sequence[StatusChange] | None = None) -> StatusReport:
    path = tmp_path / "statuses.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return import_statuses(database, JobContext(), path=path, dry_run=dry_run, seen=seen)


def states(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {row.code: row.status for row in session.execute(
            select(Account.code, Account.status).where(Account.name.like("Customer%")))}


def test_what_each_name_does(database: Database, book: dict[str, int], tmp_path: Path) -> None:
    rows = ("HT/A1,suspended,Credit check", "A2,ACTIVE,Dispute", "A4,Active,other",
            "CC/A1,Suspended \u2013 Billing and Ordering,Non-payment", "A5,Restricted by Parent,Other")
    dry = run(database, tmp_path, *rows, dry_run=True)
    assert (dry.rows, dry.changed, dry.skipped, dry.errors) == (5, 5, 0, ())
    assert states(database)["A1"] == "active", "a dry run writes nothing"
    report = run(database, tmp_path, *rows)
    assert (report.changed, report.skipped) == (5, 0)
    assert report.sentence == "5 accounts changed, 0 unchanged, from 5 rows."
    assert states(database) == {"A1": "suspended", "A2": "active", "A3": "suspended", "A4": "active",
                                "A5": "restricted_by_parent"}
    with database.read() as session:
        kinds = session.execute(select(Account.code, Hold.kind, Hold.reason).join(Hold, Hold.account_id == Account.id)
                                .where(Hold.lifted_on.is_(None)).order_by(Account.code, Hold.kind)).all()
        assert [tuple(k) for k in kinds] == [
            ("A1", "billing_and_ordering", "Non-payment"), ("A1", "manual", "Credit check"),
            ("A3", "manual", "Dispute"), ("A3", "overdue", "Non-payment"), ("A5", "parent_provider", "Other")]
        lifted = session.scalars(select(Hold.lift_reason).where(Hold.account_id == book["A2"])).one()
        assert lifted == "Dispute"
        wrong = session.scalar(select(func.count()).select_from(Account).where(Account.status != derived_status()))
        assert wrong == 0
        history = session.scalars(select(AccountStatusChange.reason).where(
            AccountStatusChange.account_id == book["A4"])).all()
        assert history == ["Other"]
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(6)).all()
        assert actions[0] == "statuses_imported"
        assert sorted(actions[1:]) == ["account_activated", "hold_lifted", "hold_placed", "hold_placed", "hold_placed"]
    again = run(database, tmp_path, *rows)
    assert (again.changed, again.skipped) == (0, 5), "the same file again changes nothing"


def test_who_was_changed_since_the_file_was_shown_keeps_it_out(
    database: Database, book: dict[str, int], tmp_path: Path
) -> None:
    rows = ("A2,Active,Dispute", "HT/A1,Active,Other")
    shown = run(database, tmp_path, *rows, dry_run=True)
    assert (shown.changed, shown.skipped) == (1, 1)
    database.actor = "ann@ht.example"
    with database.write() as session:
        place_hold(session, account_id=book["A1"], kind=HoldKind.MANUAL, reason="Credit check", on=TODAY,
                   seen=AccountStatus.ACTIVE)
    report = run(database, tmp_path, *rows, seen=shown.accounts)
    assert [(e.row, e.field, e.message) for e in report.errors] == [
        (2, "ACCOUNT_STATUS", 'ann@ht.example changed Customer A1 to "Suspended" on 16 Mar 2026 at 09:30, after you '
                              "looked.")]
    assert states(database)["A2"] == "suspended", "nothing of the file was done"
    assert run(database, tmp_path, *rows).changed == 2, "given anew, it does what it says"


def test_one_wrong_row_keeps_the_file_out_and_all_are_listed(
    database: Database, book: dict[str, int], tmp_path: Path
) -> None:
    report = run(
        database, tmp_path, "HT/A1,Suspended,Dispute", "A3,Active,Dispute", "A9,Active,Other", "A1,Active,Other",
        ",Active,Other", "A2,Held,Other", "A2,Preactive,", "HT/A1,Inactive,Other", "A5,Cancelled,Account closure",
        "OPERATOR,Inactive,Other", "A4,Suspended,Other", "A2,Inactive", head=HEAD)
    found = {(e.row, e.field): e.message for e in report.errors}
    expected = {
        (2, "ACCOUNT_STATUS"): "Customer A3 has an overdue hold, so it would not become Active. Restore it by hand.",
        (3, "ACCOUNT_ID"): 'There is no account with the code "A9".',
        (4, "ACCOUNT_ID"): "Several accounts have this code. Write CC/A1 or HT/A1.",
        (5, "ACCOUNT_ID"): "The code of the account is missing. Write it.",
        (8, "ACCOUNT_ID"): "Row 1 names this account already. Leave one of them.",
        (9, "ACCOUNT_STATUS"): "Customer A5 cannot be cancelled: 1 service has not ended (Mobile N-1).",
        (11, "ACCOUNT_STATUS"): "Customer A4 is inactive; only an active account can be held.",
    }
    assert {key: found.get(key) for key in expected} == expected
    assert found[6, "ACCOUNT_STATUS"].startswith("Write one of: Active, Inactive, Cancelled, Restricted by Parent,")
    assert "cannot be chosen" in found[7, "ACCOUNT_STATUS"]
    assert found[7, "ACCOUNT_STATUS_REASON"].startswith("Write one of: Dispute, Credit check, Non-payment,")
    assert (12, "row") in found
    assert [e.row for e in report.errors] == sorted(e.row for e in report.errors)
    assert report.sentence == "11 of 12 rows are wrong, so nothing was changed."
    assert states(database)["A1"] == "active"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_files_as_a_whole(database: Database, book: dict[str, int], tmp_path: Path) -> None:
    del book
    missing = run(database, tmp_path, "A1,Active", head="ACCOUNT_ID,Account status")
    assert [(e.row, e.field) for e in missing.errors] == [(0, "ACCOUNT_STATUS"), (0, "ACCOUNT_STATUS_REASON")]
    assert run(database, tmp_path).sentence == "statuses.csv has no rows below its header. Nothing was changed."
    many = run(database, tmp_path, *[f"X{n},Active,Other" for n in range(2000)])
    assert many.sentence == ("statuses.csv has 2,001 rows with its header. At most 2,000 are taken at once; part the "
                             "file. Nothing was changed.")
    most = run(database, tmp_path, *[f"X{n},Active,Other" for n in range(1999)])
    assert (most.rows, len(most.errors)) == (1999, 1999)
    semicolons = run(database, tmp_path, "HT/A1;Suspended;Other;x", head=HEAD.replace(",", ";") + ";NOTE")
    assert semicolons.changed == 1


@pytest.mark.parametrize("backend", ["sqlite"])
def test_on_the_command_line(
    database: Database, book: dict[str, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from app.cli import run as bursar

    path = tmp_path / "s.csv"
    path.write_text(f"{HEAD}\nA2,Active,Dispute\n", encoding="utf-8")
    base = ["--database", str(database.url.database), "status", "import", str(path), "--json"]
    assert bursar([*base, "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "rows": 1, "changed": 1, "skipped": 0, "errors": [],
        "accounts": [{"row": 1, "account": "A2", "name": "Customer A2", "old": "suspended", "new": "active"}]}
    assert states(database)["A2"] == "suspended"
    assert bursar(base) == 0
    assert states(database)["A2"] == "active"
    path.write_text(f"{HEAD}\nA2,Gone,Dispute\n", encoding="utf-8")
    capsys.readouterr()
    assert bursar(base) == 1
    answer = capsys.readouterr()
    assert json.loads(answer.out)["errors"][0]["field"] == "ACCOUNT_STATUS"
    assert "1 of 1 row is wrong, so nothing was changed." in answer.err
    assert book


def test_what_is_out_of_reach_does_not_exist(database: Database, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    from app.models.parties.powers import ALL_POWERS, Power
    from app.models.values import GroupAccess, GroupLevel
    from app.services.staff import sign_in as signing
    from tests.services.access.test_authorize import Office

    monkeypatch.setattr(signing, "hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with database.write() as session:
        office = Office(session)
        kim = office.user(office.harbour, "kim")
        office.tie(kim, office.group(office.harbour, "W", GroupAccess.ALLOW, "A1"), GroupLevel.EDIT)
        office.tie(kim, office.group(office.harbour, "L", GroupAccess.ALLOW, "A2"), GroupLevel.VIEW)
        poor = office.user(office.harbour, "poor", ALL_POWERS - {Power.CUSTOMERS_STATUS})
        session.execute(update(Service).values(state=ServiceState.CANCELLED.value))
    database.staff_id = kim
    report = run(database, tmp_path, "A1,Suspended,Other", "A2,Suspended,Other", "A3,Suspended,Other",
                 "HT,Inactive,Other")
    assert [(e.row, e.field) for e in report.errors] == [
        (2, "ACCOUNT_STATUS"), (3, "ACCOUNT_ID"), (4, "ACCOUNT_STATUS")]
    assert "cannot change its own status" in report.errors[2].message
    assert run(database, tmp_path, "A1,Suspended,Other").changed == 1
    database.staff_id = poor
    with pytest.raises(NotAllowed, match="Account status"):
        run(database, tmp_path, "A1,Suspended,Other")
