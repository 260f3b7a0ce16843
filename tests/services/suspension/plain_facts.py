"""The operands of the suspension rule, reckoned in plain Python from raw rows.

It shares nothing with the statement under test but the tables: rows are read whole, and everything is added up here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.models.attributes.attribute import AttributeChange, account_attributes
from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction
from app.models.ledger.plans import PaymentPlan, PaymentPlanInvoice, PaymentPlanSettlement
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroupMember
from app.models.parties.fact_change import AccountFactChange
from app.models.parties.service import Service, ServiceChange, ServiceRestriction
from app.models.rules.account_status import derive_status
from app.models.rules.suspension_decision import Facts, Rules
from app.models.suspension.hold import Hold
from app.models.suspension.promise import PromiseToPay
from app.models.values import HoldKind, Lifecycle
from app.services.database.unit_of_work import Database

Row = Mapping[str, Any]


@dataclass
class RawBook:
    """All rows that matter of one provider, by account."""

    accounts: list[Row]
    transactions: dict[int, list[Row]]
    holds: dict[int, list[Row]]
    services: dict[int, list[Row]]
    allocations: list[Row] = field(default_factory=list)
    dispute_entries: list[Row] = field(default_factory=list)
    restrictions: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    omitted: set[int] = field(default_factory=set)
    plans: dict[int, Row] = field(default_factory=dict)
    plan_invoices: list[Row] = field(default_factory=list)
    settled_by_plan: dict[int, int] = field(default_factory=dict)
    """Plans by allocations that came in for them."""
    promises: list[Row] = field(default_factory=list)
    fact_changes: list[Row] = field(default_factory=list)
    omission_changes: list[Row] = field(default_factory=list)
    service_changes: list[Row] = field(default_factory=list)


def read_raw(database: Database, provider_id: int) -> RawBook:
    with database.read() as session:
        def rows(table: Any) -> list[Row]:
            return [dict(row) for row in session.execute(select(table)).mappings()]

        def of_provider(table: Any) -> list[Row]:
            query = select(table).where(table.c.provider_id == provider_id)
            return [dict(row) for row in session.execute(query).mappings()]

        omitted = {r["owner_id"] for r in rows(account_attributes) if r["omit_from_auto_restrict"] is True}
        mine = [r for r in of_provider(Account.__table__) if r["type"] == "end_user"]
        return RawBook(
            mine, _by_account(of_provider(FinancialTransaction.__table__)), _by_account(of_provider(Hold.__table__)),
            _by_account(of_provider(Service.__table__)), of_provider(Allocation.__table__),
            of_provider(DisputeEntry.__table__), of_provider(ServiceRestriction.__table__),
            of_provider(AccountGroupMember.__table__), omitted,
            {plan["id"]: plan for plan in of_provider(PaymentPlan.__table__)}, rows(PaymentPlanInvoice.__table__),
            {s["allocation_id"]: s["plan_id"] for s in rows(PaymentPlanSettlement.__table__)},
            of_provider(PromiseToPay.__table__), sorted(rows(AccountFactChange.__table__), key=lambda r: r["id"]),
            sorted((r for r in rows(AttributeChange.__table__)
                    if r["tier"] == "account" and r["attribute"] == "omit_from_auto_restrict"), key=lambda r: r["id"]),
            sorted(rows(ServiceChange.__table__), key=lambda r: r["id"]))


def _by_account(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["account_id"], []).append(row)
    return found


def facts_of(
    raw: RawBook, account: Row, *, as_of: date, today: date, zone: ZoneInfo, rules: Rules, excluded_groups: set[int]
) -> Facts:
    id_ = account["id"]
    posted = [t for t in raw.transactions.get(id_, ()) if t["state"] == "posted" and t["effective_on"] <= as_of]
    overdue = [_Open(raw, t, as_of) for t in posted if t["kind"] == "invoice" and t["due_on"] < as_of]
    overdue = [o for o in overdue if o.unsettled > 0]
    credits = [t for t in posted if t["kind"] not in {"invoice", "refund", "payment_cancellation"}]
    pending = [t for t in raw.transactions.get(id_, ())
               if t["state"] == "draft" and t["kind"] == "credit_note" and t["effective_on"] <= as_of]
    holds = [h for h in raw.holds.get(id_, ()) if _open_on(h, as_of, today)]
    services = [s for s in _services_then(raw, as_of, today) if s["account_id"] == id_
                and (as_of >= today or (s["started_on"] or as_of) <= as_of)]
    was_here = account["recorded_at"] <= datetime.combine(as_of + timedelta(days=1), time(), zone)
    return Facts(
        outstanding_minor=sum(o.unsettled for o in overdue),
        payable_minor=sum(o.payable for o in overdue),
        unallocated_minor=sum(t["amount_minor"] - _allocated(raw, "credit_id", t["id"], as_of) for t in credits),
        outstanding_days=max((o.days for o in overdue), default=0),
        payable_days=max((o.days for o in overdue if o.payable > 0), default=0),
        disputed_minor=sum(o.disputed for o in overdue),
        service_count=len(services),
        active_service_count=sum(_is_active(raw, s, as_of, today) for s in services),
        status=derive_status(Lifecycle(_then(raw, account, "lifecycle", account["lifecycle"], as_of)),
                             {HoldKind(h["kind"]) for h in holds}),
        held_overdue=any(h["kind"] == "overdue" for h in holds),
        in_excluded_group=any(
            (_then(raw, account, "group", _is_member(raw, id_, g), as_of, g) if was_here else _is_member(raw, id_, g))
            == "yes" for g in excluded_groups),
        omitted=_was_omitted(raw, id_, as_of, today, zone) if was_here else id_ in raw.omitted,
        ombudsman_case=bool(account["ombudsman_case_open"]),
        restored_by_hand_recently=_waits(raw, id_, as_of, today, zone, rules.resuspend_days),
        pending_credit_minor=sum(t["amount_minor"] for t in pending),
        plan_covered_minor=sum(o.planned for o in overdue),
        promised_until=max((p["pay_by"] for p in raw.promises if p["account_id"] == id_
                            and p["effective_on"] <= as_of <= p["pay_by"] and not _over(p, as_of)), default=None),
    )


def _then(raw: RawBook, account: Row, fact: str, now: str, as_of: date, subject_id: int = 0) -> str:
    """What the first change after the day says was there before it, else what is there now."""
    return next((c["old_value"] for c in raw.fact_changes if c["account_id"] == account["id"] and c["fact"] == fact
                 and c["subject_id"] == subject_id and c["effective_on"] > as_of), now)


def _is_member(raw: RawBook, account_id: int, group_id: int) -> str:
    return "yes" if any(m["account_id"] == account_id and m["group_id"] == group_id for m in raw.members) else "no"


def _was_omitted(raw: RawBook, account_id: int, as_of: date, today: date, zone: ZoneInfo) -> bool:
    ends = datetime.combine(as_of + timedelta(days=1), time(), zone)
    later = (c["old_value"] == "True" for c in raw.omission_changes
             if as_of < today and c["owner_id"] == account_id and c["recorded_at"] > ends)
    return next(later, account_id in raw.omitted)


def _over(row: Row, as_of: date) -> bool:
    return row["ended_on"] is not None and row["ended_on"] <= as_of


class _Open:
    """One invoice past due."""

    def __init__(self, raw: RawBook, row: Row, as_of: date) -> None:
        self.unsettled = row["amount_minor"] - _allocated(raw, "debit_id", row["id"], as_of)
        contested = sum(e["delta_minor"] for e in raw.dispute_entries
                        if e["invoice_id"] == row["id"] and e["effective_on"] <= as_of)
        self.disputed = min(self.unsettled, contested)
        self.planned = min(self.unsettled, sum(
            _still_covered(raw, p, as_of) for p in raw.plan_invoices if p["invoice_id"] == row["id"]))
        self.payable = max(0, self.unsettled - self.disputed - self.planned)
        self.days = (as_of - row["due_on"]).days


def _still_covered(raw: RawBook, part: Row, as_of: date) -> int:
    plan = raw.plans.get(part["plan_id"])
    if plan is None or plan["effective_on"] > as_of or _over(plan, as_of):
        return 0
    return part["covered_minor"] - sum(
        a["amount_minor"] for a in raw.allocations if a["debit_id"] == part["invoice_id"]
        and a["effective_on"] <= as_of and raw.settled_by_plan.get(a["id"]) == plan["id"])


def _allocated(raw: RawBook, side: str, id_: int, as_of: date) -> int:
    return sum(a["amount_minor"] for a in raw.allocations if a[side] == id_ and a["effective_on"] <= as_of)


def _open_on(hold: Row, as_of: date, today: date) -> bool:
    if as_of >= today:
        return hold["lifted_on"] is None
    return hold["effective_on"] <= as_of and (hold["lifted_on"] is None or hold["lifted_on"] > as_of)


def _services_then(raw: RawBook, as_of: date, today: date) -> list[Row]:
    """Every service with the account and the state it had: what the first change after the day found."""
    found = []
    for service in [each for services in raw.services.values() for each in services]:
        first = next((c for c in raw.service_changes if c["service_id"] == service["id"]
                      and c["effective_on"] > as_of and as_of < today), None)
        found.append(service if first is None else {
            **service, "account_id": first["account_id"], "state": first["state"],
            "differs": first["state"] != service["state"]})
    return found


def _is_active(raw: RawBook, service: Row, as_of: date, today: date) -> bool:
    if service["state"] == "active":
        return True
    return as_of < today and service["state"] == "restricted" and any(
        r["service_id"] == service["id"] and (r["lifted_on"] is None or service.get("differs"))
        and r["previous_state"] == "active"
        and r["effective_on"] > as_of for r in raw.restrictions)


def _waits(raw: RawBook, account_id: int, as_of: date, today: date, zone: ZoneInfo, days: int) -> bool:
    end_of_day = datetime.combine(as_of + timedelta(days=1), time(), zone).astimezone(UTC)
    lifted = [h["lifted_recorded_at"].astimezone(UTC) for h in raw.holds.get(account_id, ())
              if h["kind"] == "overdue" and h["lifted_by_hand"] and (as_of >= today or h["lifted_on"] <= as_of)]
    return any(moment + timedelta(days=days) > end_of_day for moment in lifted)
