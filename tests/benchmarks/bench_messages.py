"""Putting the words into 10,000 reminders, against a loop that formats the same sentences and writes the same columns.

Each round raises a message for the newest invoice of every customer and composes them with the program, and again with
one SELECT, `str.format` and one `executemany`, in turns on fresh copies. The bare loop knows one sentence, checks and
escapes nothing and finds no addresses; what it writes into `text` is compared with the program's first.

    python -m tests.benchmarks.bench_messages [--messages N] [--rounds N] [--backend sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from app.models.events.mapping import EventMapping
from app.models.events.outbox import OutboxMessage
from app.models.parties.profile import AccountProfile
from app.models.values import EventAction
from app.services.database.unit_of_work import Database
from app.services.events.templates import EMPTY, write_version
from app.services.outbox.composing import compose_waiting
from tests.benchmarks.bench_scan import GOALS, _Copies, _ratio, _seconds
from tests.benchmarks.scan_book import NOW, TODAY, execute
from tests.support.pgtemp import TEST_SETTINGS, start_postgres

_HTML = ("<p>Dear %%contactName%%,</p><p>your invoice <b>%%invoiceId%%</b> was due on %%invoiceDueDate%%, and "
         "%%amountPayableIncTax%% %%currency%% are still open.</p><p>%%providerName%%</p>")
_SENTENCE = ("Dear {name},\n\nyour invoice {number} was due on {due}, and {open} EUR are still open.\n\n"
             "Bench Telecom")
_CONTACTS = (
    "INSERT INTO contact (id, provider_id, name, attention, email, phone, mobile, address_line1, address_line2, city, "
    "region, postcode, country, incomplete) SELECT id, provider_id, name, '', 'c' || id || '@mail.example', '', '', "
    "'', '', '', '', '', '', :no FROM account WHERE provider_id = :p AND type = 'end_user'",
    "INSERT INTO account_contact (account_id, contact_id, is_primary, is_billing) "
    "SELECT id, id, :yes, :yes FROM account WHERE provider_id = :p AND type = 'end_user'",
)
_RAISING = (
    "INSERT INTO outbox_message (provider_id, account_id, event, action, period_days, mapping_id, template_id, "
    "invoice_id, message_key, effective_on, recorded_at, state, state_reason, sender, recipient, cc, bcc, subject, "
    "html, text, attachment, segments, attempts, claimed_by, remote_id) "
    "SELECT t.provider_id, t.account_id, 'invoice_overdue', 'message', 0, :mapping, :template, t.id, "
    "'k' || t.id, :today, :now, 'queued', '', '', '', '', '', '', '', '', 'none', 0, 0, '', '' "
    "FROM financial_transaction t WHERE t.provider_id = :p AND t.kind = 'invoice' AND t.id % 10 = 3"
)
_READING = (
    "SELECT m.id, c.name, c.email, t.number, t.due_on, t.amount_minor - COALESCE((SELECT SUM(a.amount_minor) "
    "FROM allocation a WHERE a.debit_id = t.id), 0) AS open FROM outbox_message m "
    "JOIN financial_transaction t ON t.id = m.invoice_id "
    "JOIN account_contact ac ON ac.account_id = m.account_id AND ac.is_billing JOIN contact c ON c.id = ac.contact_id "
    "WHERE m.composed_at IS NULL AND m.provider_id = :p"
)
_WRITING = ("UPDATE outbox_message SET recipient = :email, text = :words, html = :html, composed_at = :now "
            "WHERE id = :id")


def _prepared(copies: _Copies, messages: int) -> int:
    """A template database whose messages were raised; returns the provider's id."""
    provider_id = copies.make(messages)
    with copies.template() as database, database.write() as session:
        profile = session.scalars(select(AccountProfile).where(AccountProfile.provider_id == provider_id)).first()
        assert profile is not None
        mapping = EventMapping(provider_id=provider_id, profile_id=profile.id, event="invoice_overdue", period_days=0,
                               recorded_at=NOW)
        session.add(mapping)
        session.flush()
        template = write_version(session, mapping, EventAction.MESSAGE, {
            **EMPTY, "subject": "Invoice %%invoiceId%% is overdue", "html": _HTML})
        values = {"p": provider_id, "no": False, "yes": True, "now": NOW, "today": TODAY, "mapping": mapping.id,
                  "template": template}
        for statement in (*_CONTACTS, _RAISING):
            execute(session.connection(), statement, values)
    return provider_id


def _program(database: Database, provider_id: int) -> None:
    compose_waiting(database, provider_id=provider_id)


def _bare(database: Database, provider_id: int) -> None:
    with database.write() as session:
        connection = session.connection()
        written = []
        for row in connection.execute(text(_READING), {"p": provider_id}):
            due = row.due_on if isinstance(row.due_on, date) else date.fromisoformat(row.due_on)
            words = _SENTENCE.format(name=row.name, number=row.number, due=f"{due:%b} {due.day}, {due.year}",
                                     open=f"{row.open / 100:,.2f}")
            html = "".join(f"<p>{part}</p>" for part in words.split("\n\n"))
            written.append({"id": row.id, "email": row.email, "words": words, "html": html, "now": "2025-07-02"})
        connection.execute(text(_WRITING), written)


def _texts(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(OutboxMessage.text).order_by(OutboxMessage.id)))


def _compare(copies: _Copies, provider_id: int, rounds: int) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {"program": [], "bare": []}
    works = {"program": _program, "bare": _bare}
    written: dict[str, list[str]] = {}
    for round_ in range(rounds + 1):
        for name in ("program", "bare") if round_ % 2 else ("bare", "program"):
            with copies.copy() as database:
                took = _seconds(lambda work=works[name], db=database: work(db, provider_id))
                if round_ == 0:  # also the round that compiles and imports
                    written[name] = _texts(database)
                else:
                    seconds[name].append(took)
    if written["program"] != written["bare"]:
        raise RuntimeError(f"the program wrote {written['program'][0]!r}, the loop {written['bare'][0]!r}")
    found = _ratio(seconds)
    return found | {"messages": len(written["bare"]), "per_second": round(len(written["bare"]) / found["program_s"])}


def run(
    messages: int = 10_000, rounds: int = 5, backends: tuple[str, ...] = ("sqlite", "postgresql")
) -> dict[str, Any]:
    """Ratios for each database."""
    result: dict[str, Any] = {"messages": messages, "rounds": rounds}
    for backend in backends:
        server = start_postgres(TEST_SETTINGS) if backend == "postgresql" else None
        try:
            with tempfile.TemporaryDirectory() as folder:
                copies = _Copies(Path(folder), server)
                result[backend] = _compare(copies, _prepared(copies, messages), rounds)
        finally:
            if server is not None:
                server.stop()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Composing messages against a bare loop")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backend", choices=sorted(GOALS), action="append")
    given = parser.parse_args()
    print(json.dumps(run(given.messages, given.rounds, tuple(given.backend or ("sqlite", "postgresql"))), indent=1))


if __name__ == "__main__":
    main()
