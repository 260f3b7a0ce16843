"""What a unit of work tells other workstations: kinds of change and accounts, sent by its commit itself.

The kinds are read off the tables that its statements write, so no command can forget to announce; the change set that
a command answers (`note_changes`) narrows them to its accounts. A unit of work that is undone says nothing.

PostgreSQL carries the notice (NOTIFY) as part of the transaction. An embedded file has no such messenger: every unit
of work that writes counts the file's own counter up by one, and whoever listens (`listening.py`) knows by the counter
which commits were not theirs, and reads everything anew (ARCHITECTURE.md, "Notices").
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import is_sqlite

CHANNEL: Final = "bursar_changes"
LONGEST_NOTICE: Final = 7_999
"""Bytes that PostgreSQL takes as one notice."""
EVERYTHING: Final = ChangeSet.of(*(kind for kind in Changed if kind is not Changed.DATABASE))
"""Said where something changed and nobody knows what."""

_WRITTEN: Final = "written_tables"
_NOTED: Final = "noted_changes"

_A, _ATTR, _LEDGER, _HOLDS, _SERVICES = (frozenset({kind}) for kind in (
    Changed.ACCOUNTS, Changed.ATTRIBUTES, Changed.LEDGER, Changed.HOLDS, Changed.SERVICES))
_EVENTS, _OUTBOX, _SCHEDULE = (frozenset({kind}) for kind in (Changed.EVENTS, Changed.OUTBOX, Changed.SCHEDULE))
_GROUPS, _STAFF, _PRINTING, _PROFILES, _RULES = (frozenset({kind}) for kind in (
    Changed.GROUPS, Changed.STAFF, Changed.PRINTING, Changed.PROFILES, Changed.RULES))
_CREDIT = frozenset({Changed.CREDIT})
_CURRENCIES = frozenset({Changed.CURRENCIES, Changed.ATTRIBUTES})
"""Limits stated in another currency are converted by them."""
_FUNDING: Final = frozenset({Changed.GROUP_ACCOUNTS})
_PERIODS = frozenset({Changed.PERIODS})
_SILENT: Final[frozenset[Changed]] = frozenset()

KINDS_OF_TABLES: Final[Mapping[str, frozenset[Changed]]] = {
    "account": _A, "organisation": _A, "contact": _A, "account_contact": _A, "contact_flag_owed": _A,
    "contact_address": _A, "account_billing_address": _A, "service_request": frozenset({Changed.REQUESTS}),
    "account_note": frozenset({Changed.NOTES}), "account_status_change": _A | _HOLDS, "provider": _A,
    "account_attributes": _ATTR, "profile_attributes": _ATTR, "provider_effective": _ATTR, "credit_rating": _ATTR,
    "provider_attributes": _ATTR | {Changed.MODULES}, "attribute_change": _ATTR,
    "account_profile": _PROFILES | _A, "profile_move": _PROFILES, "profile_move_item": _PROFILES,
    "account_group": _GROUPS, "account_group_member": _GROUPS | _A,
    "org_unit": _STAFF, "org_unit_group": _STAFF | _GROUPS | _A, "org_unit_role": _STAFF, "staff_role": _STAFF,
    "staff_role_power": _STAFF, "staff_user": _STAFF,
    "financial_transaction": _LEDGER, "allocation": _LEDGER, "dispute": _LEDGER, "dispute_entry": _LEDGER,
    "invoice_detail": _LEDGER, "invoice_line": _LEDGER, "invoice_statement": _LEDGER, "payment_target": _LEDGER,
    "letterhead_version": _LEDGER,
    "accounting_settings": _PERIODS, "accounting_period": _PERIODS, "opening_balance": _PERIODS,
    "hold": _HOLDS | _A, "service": _SERVICES, "service_restriction": _SERVICES | _HOLDS,
    "scan_run": _HOLDS, "scan_run_provider": _HOLDS, "scan_run_chunk": _SILENT, "scan_result": _HOLDS,
    "brake_stop": _HOLDS | _SCHEDULE, "promise_to_pay": _HOLDS | _LEDGER,
    "payment_plan": _LEDGER, "payment_plan_invoice": _LEDGER, "payment_plan_instalment": _LEDGER,
    "funding_group": _FUNDING, "group_membership": _FUNDING, "funded_item": _FUNDING,
    "product_family": _FUNDING, "product_type": _FUNDING,
    "payment_plan_settlement": _LEDGER, "account_write_off": _LEDGER | _A, "account_write_off_entry": _LEDGER,
    "account_reconciliation": _LEDGER, "transaction_type": _LEDGER, "transaction_category": _LEDGER,
    "event_mapping": _EVENTS, "event_action": _EVENTS, "event_template": _EVENTS,
    "outbox_message": _OUTBOX, "outbox_attempt": _OUTBOX,
    "gateway": _SCHEDULE, "automation_settings": _SCHEDULE, "poller_state": _SCHEDULE, "stored_holiday": _SCHEDULE,
    "suspension_rule_set": _RULES, "suspension_rule_excluded_group": _RULES,
    "account_classification": _CREDIT, "classification_unit": _CREDIT, "kyc_profile": _CREDIT,
    "override_rule": _CREDIT, "override_rule_event": _CREDIT, "override_rule_rating": _CREDIT,
    "override_rule_classification": _CREDIT, "override_rule_kyc_profile": _CREDIT,
    "provider_currency": _CURRENCIES, "currency_rate_period": _CURRENCIES,
    "rate_source": frozenset({Changed.CURRENCIES}),
    "print_batch": _PRINTING, "print_item": _PRINTING,
    # Nobody shows them but with what they belong to: trails, counters, heartbeats, and a person's own views.
    "account_figures": _SILENT, "limits_due": _SILENT, "word_index": _SILENT,
    "account_fact_change": _SILENT, "service_change": _SILENT, "audit_entry": _SILENT, "number_series": _SILENT,
    "scan_lease": _SILENT, "saved_view": _SILENT,
    "gateway_state": _SILENT, "alembic_version": _SILENT,
}
"""Which kinds of change a row of each table is: what it is, and what lists show or leave out by it.

A table that is missing here counts as every kind.
"""

_WRITES = re.compile(
    r"\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?"
    r"|TRUNCATE(?:\s+TABLE)?)\s+\"?(\w+)", re.IGNORECASE)
_WITH = re.compile(r"\s*WITH\b", re.IGNORECASE)
_WRITES_WITHIN = re.compile(r"\b(?:INSERT\s+INTO|UPDATE(?!\s+SET\b)|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Voice:
    """As whom an open database announces, so that it knows its own notices again."""

    origin: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    own_counts: set[int] = field(default_factory=set)
    """How high its own units of work counted an embedded file; whoever listens drops those it has seen."""


# --------------------------------------------------------------------------- what was written


def watching() -> dict[str, set[str]]:
    """Options of a unit of work that writes; its statements put the tables they write there."""
    return {_WRITTEN: set()}


def watch_statements(engine: Engine) -> None:
    """Let every statement of units of work that write say which table it writes."""

    @event.listens_for(engine, "before_cursor_execute")
    def _on_statement(connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        written = connection.get_execution_options().get(_WRITTEN)
        if written is not None:
            written.update(tables_written(statement))


def tables_written(statement: str) -> list[str]:
    """The tables that a statement writes, as its text says."""
    found = _WRITES.match(statement)
    if found is not None:
        return [found[1].lower()]
    if _WITH.match(statement):
        return [name.lower() for name in _WRITES_WITHIN.findall(statement)]
    return []


def note_table(session: Session, table: str) -> None:
    """Say of a table that it is written past the statements."""
    _written(session).add(table)


def note_changes(session: Session, changes: ChangeSet) -> None:
    """Say what a command of this unit of work answered, so that others read only those accounts again."""
    session.info[_NOTED] = session.info.get(_NOTED, ChangeSet.empty()) | changes


def changes_in(session: Session) -> ChangeSet:
    """What this unit of work will have changed once it is committed."""
    return narrowed(kinds_of(_written(session)), session.info.get(_NOTED, ChangeSet.empty()))


def _written(session: Session) -> set[str]:
    written: set[str] = session.execution_options.get(_WRITTEN, set())
    return written


def kinds_of(tables: Iterable[str]) -> frozenset[Changed]:
    """The kinds of change that rows of these tables are."""
    return frozenset().union(*(KINDS_OF_TABLES.get(table, EVERYTHING.kinds) for table in tables))


def narrowed(written: frozenset[Changed], noted: ChangeSet) -> ChangeSet:
    """Kinds by what was written, accounts by what the commands said, as far as that speaks of all that was written."""
    accounts = noted.account_ids if written <= noted.kinds else frozenset()
    return ChangeSet.of(*written, *noted.kinds, accounts=accounts)


# --------------------------------------------------------------------------- saying it


@contextmanager
def announced(session: Session, voice: Voice) -> Iterator[None]:
    """Send what this unit of work changed as its last statement; the body commits it."""
    if not _written(session):
        yield
    elif is_sqlite(session):
        count = (session.scalar(text("PRAGMA user_version")) or 0) % _LARGEST_COUNT + 1
        session.execute(text(f"PRAGMA user_version = {count}"))
        voice.own_counts.add(count)
        try:
            yield
        except BaseException:
            voice.own_counts.discard(count)  # somebody else may count to it now
            raise
    else:
        changes = changes_in(session)
        if changes:
            session.execute(text("SELECT pg_notify(:channel, :notice)"),
                            {"channel": CHANNEL, "notice": notice_of(changes, voice.origin)})
        yield


_LARGEST_COUNT: Final = 0x7FFF_FFFF
"""The counter of an embedded file has 32 bits and a sign."""


def notice_of(changes: ChangeSet, origin: str) -> str:
    """The text of a notice: who says it, kinds, and accounts as ranges (`7-9,12`), or `*` for any account.

    At most 7,999 bytes: with too many accounts it says any account.
    """
    head = f"{origin} {','.join(sorted(changes.kinds))} "
    accounts = ",".join(_ranges(changes.account_ids)) or "*"
    return head + (accounts if len(head) + len(accounts) <= LONGEST_NOTICE else "*")


def read_notice(notice: str) -> tuple[str, ChangeSet]:
    """Origin and changes of a notice; one that cannot be read, as of another version, says everything."""
    try:
        origin, kinds, accounts = notice.split(" ")
        return origin, ChangeSet.of(*map(Changed, kinds.split(",")), accounts=_numbers(accounts))
    except ValueError:
        return "", EVERYTHING


def _ranges(ids: Iterable[int]) -> list[str]:
    found: list[list[int]] = []
    for number in sorted(ids):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"{first}-{last}" if last > first else str(first) for first, last in found]


def _numbers(said: str) -> frozenset[int]:
    if said == "*":
        return frozenset()
    numbers: set[int] = set()
    for part in said.split(","):
        first, _, last = part.partition("-")
        if len(numbers) > _MOST_ACCOUNTS or int(last or first) - int(first) > _MOST_ACCOUNTS:
            return frozenset()
        numbers.update(range(int(first), int(last or first) + 1))
    return frozenset(numbers)


_MOST_ACCOUNTS = 100_000
"""More single accounts than these are any account: whoever listens is not made to unfold a million."""
