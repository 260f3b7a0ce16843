"""The worked example told by the command line alone, day by day: reminders, plan and dispute, suspension, restoration.

A set-up file, files of accounts, services, invoices and payments, and one `bursar watch --once` after another, while
the clock of the process is moved (ARCHITECTURE.md, "The worked example"). Mails and short messages go to real servers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from app.cli import run
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.service import Service
from app.models.values import PlanFrequency
from app.services.clock import FixedClock, SystemClock
from app.services.database.unit_of_work import Database
from app.services.ledger.disputes import raise_dispute
from app.services.ledger.plans import CoveredPart, create_plan
from app.services.scans.restore import restore_by_hand
from tests.support.http_server import HttpServerOfTests, http_server
from tests.support.mail_server import MailServerOfTests, mail_server

ZONE = ZoneInfo("Australia/Sydney")
ALL_PROFILES = ("Default Profile", "Business Profile", "Residential Profile")


def _events() -> str:
    """The mappings of the example: reminders as each profile has them, suspensions told to everybody."""
    told = [("Business Profile", "invoice_due", 0, ""), ("Business Profile", "invoice_overdue", 3, "message sms"),
            ("Residential Profile", "invoice_due", 0, "message"), ("Default Profile", "invoice_overdue", 3, "")]
    told += [(profile, event, 0, "message") for profile in ALL_PROFILES for event in ("auto_suspend", "auto_unsuspend")]
    lines = []
    for profile, event, period, actions in told:
        lines.append(f'[[event]]\nprofile = "{profile}"\nevent = "{event}"')
        lines.append(f"period = {period}" if period else "")
        for action in actions.split():
            subject = f'subject = "{event}"\n' if action == "message" else ""
            amount = "" if event.startswith("auto") else " %%amountDueIncTax%%/%%amountPayableIncTax%%"
            lines.append(f'[event.{action}]\nenabled = true\n{subject}text = "%%accountId%%{amount}"')
    return "\n".join(lines)


def _set_up(mail: MailServerOfTests, sms: HttpServerOfTests) -> str:
    return f"""
[provider]
code = "HARB"
name = "Harbour Telecom"
realm = "@harbour.example"
currency = "AUD"
time_zone = "Australia/Sydney"
start_date = "2020-01-01"
[provider.attributes]
trading_due_days = 10
paper_invoice_fee = "2.50"
[modules]
sms_events = true
[letterhead]
email = "accounts@harbour.example"
[gateway.smtp]
host = "{mail.host}"
port = {mail.port}
security = "none"
[gateway.sms]
url = "{sms.url}/sms"
[[profile]]
name = "Default Profile"
default = true
[[profile]]
name = "Business Profile"
layout = "business"
[profile.attributes]
trading_due_days = 21
[[profile]]
name = "Residential Profile"
[profile.attributes]
trading_due_days = 14
[[group]]
code = "VIP"
[[rule_set]]
from = "2025-06-01"
min_overdue = "50.00"
min_days = 14
restore_at = "10.00"
resuspend_days = 3
windows = ["Mon-Thu 09:00-16:00"]
excluded_groups = ["VIP"]
{_events()}
"""


_ACCOUNTS = """code,name,profile,email,groups
A1,Acme Pty Ltd,Business Profile,acme@example.net,
A2,Jane Citizen,Residential Profile,jane@example.net,
A3,Bob Plain,Default Profile,bob@example.net,
A4,Delta Ltd,Business Profile,delta@example.net,
A5,Vip Ng,Residential Profile,vip@example.net,VIP
A6,Small Lee,Residential Profile,small@example.net,
A7,Plan Roe,Residential Profile,plan@example.net,
A8,Dora Dispute,Residential Profile,dora@example.net,
"""
_SERVICES = "account,number\nA1,1\nA2,1\nA2,2\nA3,1\nA4,1\nA5,1\nA6,1\nA7,1\nA8,1\n"
_INVOICES = """account,amount,due
A1,112.50,2025-06-24
A2,66.00,2025-06-17
A3,57.50,2025-06-13
A4,220.00,2025-06-10
A5,99.00,2025-06-17
A6,49.99,2025-06-17
A7,200.00,2025-06-17
A8,100.00,2025-06-17
"""
_MAPS = {
    "accounts": 'kind = "accounts"\nkey = "{code}"\n[provider]\ncode = "HARB"\n[columns]\nname = "name"\n'
                'profile = "profile"\nemail = "email"\ngroups = "groups"\n[constants]\nstart_date = "2024-01-01"\n',
    "services": 'kind = "services"\n[provider]\ncode = "HARB"\n[columns]\naccount = "account"\n[[service]]\n'
                'key = "{account}-{number}"\nname = "Telephone"\n',
    "invoices": 'kind = "invoices"\nkey = "INV-{account}"\n[provider]\ncode = "HARB"\n[columns]\naccount = "account"\n'
                'amount = "amount"\ndue_on = "due"\n[constants]\nissued_on = "2025-06-03"\n',
    "payments": 'kind = "payments"\nkey = "{number}"\n[provider]\ncode = "HARB"\n[columns]\naccount = "account"\n'
                'amount = "amount"\nreceived_on = "on"\n',
}


@dataclass
class Story:
    """The books, the clock of the process, and the two servers that count what arrives."""

    folder: Path
    mail: MailServerOfTests
    sms: HttpServerOfTests
    set_clock: Callable[[datetime], None]
    answers: Callable[[], str]
    read: int = 0
    texts: int = 0
    payments: int = 0
    statuses: dict[str, str] = field(default_factory=dict)

    def at(self, text: str) -> datetime:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)
        self.set_clock(moment)
        return moment

    def bursar(self, *words: str) -> str:
        """What a command answers; it must have gone well."""
        assert run(["--database", str(self.folder / "books.db"), *words]) == 0, words
        return self.answers()

    def load(self, kind: str, text: str) -> None:
        (self.folder / f"{kind}.toml").write_text(_MAPS[kind])
        (self.folder / f"{kind}.csv").write_text(text)
        self.bursar("import", kind, str(self.folder / f"{kind}.csv"), "--map", str(self.folder / f"{kind}.toml"))

    def pay(self, account: str, amount: str, on: str) -> None:
        self.payments += 1
        self.load("payments", f"number,account,amount,on\nP-{self.payments},{account},{amount},{on}\n")

    def watch(self, at: str) -> dict[str, int]:
        """One round; the figures that are not 0."""
        moment = self.at(at)
        answer = json.loads(self.bursar("watch", "--once", "--json"))
        assert list(answer) == ["at", "reminders", "suspended", "restored", "sent", "failed", "stopped_by_brake"]
        assert answer.pop("at") == moment.isoformat()
        return {name: count for name, count in answer.items() if count}

    def arrived(self) -> Counter[tuple[str, str]]:
        """What arrived since it was asked last: subject and text of each mail; "sms" and its text."""
        mails, self.read = self.mail.mails[self.read:], len(self.mail.mails)
        found = Counter((str(mail.message["Subject"]), _plain(mail)) for mail in mails)
        texts, self.texts = self.sms.requests[self.texts:], len(self.sms.requests)
        found.update(("sms", str(asked.json["text"])) for asked in texts)
        return found

    def open(self) -> Database:
        """The books, for what has no verb."""
        from app.services.database.opening import open_database

        return open_database(str(self.folder / "books.db"))


def _plain(mail: object) -> str:
    part = mail.message.get_body(preferencelist=("plain",))  # type: ignore[attr-defined]
    return str(part.get_content()).strip()


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Story]:
    clock = FixedClock(datetime(2025, 6, 2, tzinfo=UTC))
    monkeypatch.setattr(SystemClock, "now", lambda _self: clock.moment)

    def answers() -> str:
        return capsys.readouterr().out

    with mail_server() as mail, http_server() as sms:
        story = Story(tmp_path, mail, sms, lambda moment: setattr(clock, "moment", moment), answers)
        story.at("2025-06-02 10:00")
        story.bursar("db", "upgrade")
        (tmp_path / "harbour.toml").write_text(_set_up(mail, sms))
        story.bursar("setup", "apply", str(tmp_path / "harbour.toml"))
        story.at("2025-06-03 10:00")
        for kind, text in (("accounts", _ACCOUNTS), ("services", _SERVICES), ("invoices", _INVOICES)):
            story.load(kind, text)
        yield story


def _agree(story: Story) -> None:
    """A plan over 195.00 of A7 and a dispute of 95.00 of A8; mobile numbers, which no file has."""
    database = story.open()
    with database.write() as session:
        invoices = dict(session.execute(select(FinancialTransaction.number, FinancialTransaction.id)).all())
        plan_roe = session.scalars(select(Account.id).where(Account.code == "A7")).one()
        create_plan(session, account_id=plan_roe, first_on=date(2025, 8, 10), frequency=PlanFrequency.MONTHLY, count=3,
                    parts=[CoveredPart(invoice_id=invoices["INV-A7"], covered_minor=195_00)])
        raise_dispute(session, invoice_id=invoices["INV-A8"], amount_minor=95_00, on=date(2025, 6, 10))
        for code in ("A1", "A4"):
            contacts = select(AccountContact.contact_id).join(Account, Account.id == AccountContact.account_id)
            session.execute(update(Contact).where(Contact.id.in_(contacts.where(Account.code == code)))
                            .values(mobile="+61400000001"))
    database.close()


def _restore(story: Story, code: str) -> None:
    database = story.open()
    with database.write() as session:
        account = session.scalars(select(Account.id).where(Account.code == code)).one()
        restore_by_hand(session, account_id=account, reason="Promised to pay")
    database.close()


def _suspended(story: Story) -> str:
    database = story.open()
    with database.read() as session:
        found = session.scalars(
            select(Account.code).join(Service, Service.account_id == Account.id)
            .where(Service.state == "restricted").distinct().order_by(Account.code)).all()
    database.close()
    return " ".join(found)


_DAYS: dict[str, tuple[dict[str, int], dict[tuple[str, str], int]]] = {
    "2025-06-13": ({"reminders": 1, "sent": 2},
                   {("invoice_overdue", "A4 220.00/220.00"): 1, ("sms", "A4 220.00/220.00"): 1}),
    "2025-06-17": ({"reminders": 5, "sent": 5},
                   {("invoice_due", "A2 66.00/66.00"): 1, ("invoice_due", "A5 99.00/99.00"): 1,
                    ("invoice_due", "A6 49.99/49.99"): 1, ("invoice_due", "A7 200.00/5.00"): 1,
                    ("invoice_due", "A8 100.00/5.00"): 1}),
    "2025-06-25": ({"suspended": 1, "sent": 1}, {("auto_suspend", "A4"): 1}),
    "2025-06-27": ({"reminders": 1, "sent": 2},
                   {("invoice_overdue", "A1 112.50/112.50"): 1, ("sms", "A1 112.50/112.50"): 1}),
    "2025-06-30": ({"suspended": 1, "sent": 1}, {("auto_suspend", "A3"): 1}),
    "2025-07-02": ({"suspended": 1, "sent": 2}, {("auto_suspend", "A2"): 2}),
    "2025-07-09": ({"suspended": 1, "sent": 1}, {("auto_suspend", "A1"): 1}),
    "2025-07-14": ({"suspended": 1, "sent": 1}, {("auto_suspend", "A1"): 1}),
}
"""What the two rounds of a day come to, at 08:00 and 09:00, and what arrives; on every other day nothing does."""


def test_the_worked_example_by_the_command_line(story: Story) -> None:
    day = date(2025, 6, 4)
    while day <= date(2025, 7, 14):
        if day == date(2025, 6, 10):
            story.at("2025-06-10 07:00")
            _agree(story)
        figures: Counter[str] = Counter()
        expected, letters = _DAYS.get(day.isoformat(), ({}, {}))
        for hour in ("08:00", "08:00", "09:00") if expected else ("09:00",):  # the poller may run twice
            figures.update(story.watch(f"{day} {hour}"))
        assert (day, dict(figures)) == (day, expected)
        assert (day, dict(story.arrived())) == (day, letters)
        if day == date(2025, 7, 5):
            _jane_pays(story)
        if day == date(2025, 7, 10):
            story.at("2025-07-10 10:00")
            _restore(story, "A1")
            assert story.watch("2025-07-10 10:00") == {"sent": 1}
            assert story.arrived() == {("auto_unsuspend", "A1"): 1}
        day += timedelta(days=1)
    assert _suspended(story) == "A1 A3 A4"
    rows = json.loads(story.bursar("outbox", "list", "--json"))
    assert {row["state"] for row in rows} == {"sent"}
    assert len(rows) == 2 + 5 + 1 + 2 + 1 + 2 + 1 + 2 + 1 + 1
    assert story.mail.connections > 0


def _jane_pays(story: Story) -> None:
    """A Saturday: 55.99 leave one cent too much; one cent more and she is restored at the next full hour."""
    assert _suspended(story) == "A2 A3 A4"
    story.at("2025-07-05 10:10")
    story.pay("A2", "55.99", "2025-07-05")
    assert story.watch("2025-07-05 11:00") == {}
    story.pay("A2", "0.01", "2025-07-05")
    assert story.watch("2025-07-05 11:30") == {}
    assert story.watch("2025-07-05 12:00") == {"restored": 1, "sent": 2}
    assert story.arrived() == {("auto_unsuspend", "A2"): 2}
    assert _suspended(story) == "A3 A4"
