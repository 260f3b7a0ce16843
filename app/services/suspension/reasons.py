"""Why a scan decides as it does for one account, in sentences with the operands and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceDetail
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.rules.suspension_decision import Exclusion, Facts, Rules, exceeds
from app.models.suspension.scans import RuleSetExcludedGroup
from app.models.values import AccountStatus, ScanOutcome, grouped_amount
from app.services.database.dialects import among
from app.services.ledger.reading import open_invoices
from app.services.suspension.judgement import Judged, Scope
from app.services.suspension.report import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class OldestInvoice:
    """The invoice that makes an account late."""

    number: str
    due_on: date
    days_late: int
    payable_minor: int
    issued_on: date
    terms_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One line of the reasoning table: a condition, the figure, where it comes from, and whether it holds."""

    words: str
    figure: str
    source: str
    holds: bool


def plural(count: int, word: str) -> str:
    return f"1 {word}" if count == 1 else f"{count} {word}s"


def date_words(day: date) -> str:
    """A date as screens write it: 2 Jul 2025."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{day.day} {months[day.month - 1]} {day.year}"


_EXCLUSION_WORDS: dict[Exclusion, str] = {
    Exclusion.X3: "X3: the account is marked to be left out of suspension.",
    Exclusion.X4: "X4: a payment plan brings the amount owing down to {owing}, at or below {k}.",
    Exclusion.X5: "X5: a pending credit brings the amount owing down to {owing}, at or below {k}.",
    Exclusion.X6: "X6: {disputed} in dispute brings the amount owing down to {owing}, at or below {k}.",
    Exclusion.X7: "X7: an ombudsman case is open.",
}

STATUS_WORDS: dict[AccountStatus, str] = {
    AccountStatus.CANCELLED: "Cancelled",
    AccountStatus.PREACTIVE: "Preactive",
    AccountStatus.INACTIVE: "Inactive",
    AccountStatus.SYSTEM_SUSPENDED: "System suspended",
    AccountStatus.RESTRICTED_BY_PARENT: "Restricted by parent",
    AccountStatus.SUSPENDED_BILLING_AND_ORDERING: "Suspended – billing and ordering",
    AccountStatus.SUSPENDED: "Suspended",
    AccountStatus.ACTIVE: "Active",
}


def reasons_for(judged: Judged, rules: Rules, oldest: OldestInvoice | None, groups: Sequence[str]) -> list[str]:
    """Sentences for one result: what was compared with what, and what would happen."""
    f, outcome = judged.facts, judged.outcome
    money = _Money(rules.currency)
    if outcome is ScanOutcome.EXCLUDED:
        return [_gross_sentence(f, rules, money), *_exclusion_sentences(judged, rules, money, groups)]
    if outcome is ScanOutcome.RESTORE:
        return [f"Overdue payable {money(f.net_minor)} is at or below {money(rules.restore_at_minor)}, "
                "so the overdue hold is lifted and the services get back the state they had."]
    if outcome is ScanOutcome.SUSPEND:
        return [_amount_sentence(f, rules, money), _age_sentence(f, rules, oldest), "No exclusion applies.",
                _effect_sentence(f)]
    return _nothing_sentences(f, rules, money, oldest)


@dataclass(frozen=True, slots=True)
class _Money:
    currency: str

    def __call__(self, minor: int) -> str:
        return f"{grouped_amount(minor, self.currency)} {self.currency}"


def _amount_sentence(f: Facts, rules: Rules, money: _Money) -> str:
    relation = "is at least" if f.net_minor >= rules.min_overdue_minor else "is below"
    less = f" (after {money(f.unallocated_minor)} of unallocated credit)" if f.unallocated_minor else ""
    return f"Overdue payable {money(f.net_minor)}{less} {relation} {money(rules.min_overdue_minor)}."


def _age_sentence(f: Facts, rules: Rules, oldest: OldestInvoice | None) -> str:
    limit = plural(rules.min_overdue_days, "day")
    relation = "more than" if f.payable_days > rules.min_overdue_days else "not more than"
    if oldest is None:
        return f"The oldest overdue invoice is {plural(f.payable_days, 'day')} late, {relation} {limit}."
    return (f"Invoice {oldest.number} was due on {date_words(oldest.due_on)}: {plural(f.payable_days, 'day')} late, "
            f"{relation} {limit}.")


def _gross_sentence(f: Facts, rules: Rules, money: _Money) -> str:
    return (f"Overdue {money(f.gross_minor)}, {plural(f.outstanding_days, 'day')} late, would be enough "
            f"(at least {money(rules.min_overdue_minor)}, more than {plural(rules.min_overdue_days, 'day')}).")


def _effect_sentence(f: Facts) -> str:
    if f.active_service_count == 0:
        return "The account is suspended; it never had a service."
    return f"{plural(f.active_service_count, 'service')} restricted, then the account is suspended."


def _exclusion_sentences(judged: Judged, rules: Rules, money: _Money, groups: Sequence[str]) -> list[str]:
    f = judged.facts
    sentences = []
    for exclusion in Exclusion:
        if not judged.exclusion_bits & exclusion:
            continue
        if exclusion is Exclusion.X1:
            sentences.append(_x1_sentence(f))
        elif exclusion is Exclusion.X2:
            sentences.append(f"X2: member of the excluded group {', '.join(groups) or '(named in the rule set)'}.")
        else:
            sentences.append(_EXCLUSION_WORDS[exclusion].format(
                owing=money(f.net_minor), k=money(rules.restore_at_minor), disputed=money(f.disputed_minor)))
    return sentences


def _x1_sentence(f: Facts) -> str:
    if f.status is not AccountStatus.ACTIVE:
        return f"X1: the account is not Active but {STATUS_WORDS[f.status]}."
    return f"X1: none of its {plural(f.service_count, 'service')} is active."


def _nothing_sentences(f: Facts, rules: Rules, money: _Money, oldest: OldestInvoice | None) -> list[str]:
    if f.held_overdue:
        return [f"Held as overdue already; overdue payable {money(f.net_minor)} is above "
                f"{money(rules.restore_at_minor)}, so it stays."]
    if f.outstanding_minor == 0:
        return ["Nothing is overdue."]
    sentences = [_amount_sentence(f, rules, money)]
    if f.payable_days:
        sentences.append(_age_sentence(f, rules, oldest))
    if exceeds(f.net_minor, f.payable_days, rules) and f.restored_by_hand_recently:
        sentences.append(f"It was restored by hand less than {plural(rules.resuspend_days, 'day')} ago.")
    return sentences


def conditions_for(
    judged: Judged, rules: Rules, oldest: OldestInvoice | None, groups: Sequence[str]
) -> list[Condition]:
    """The reasoning as a table: condition, this account, where it comes from."""
    f = judged.facts
    money = _Money(rules.currency)
    invoice = "no invoice with anything payable" if oldest is None else _invoice_source(oldest, money)
    if f.held_overdue:
        return [Condition(words=f"Overdue payable at or below {money(rules.restore_at_minor)}",
                          figure=money(f.net_minor), source=invoice,
                          holds=f.net_minor <= rules.restore_at_minor)]
    names = [str(x.name) for x in Exclusion if judged.exclusion_bits & x]
    closest = f"member of {', '.join(groups)}" if groups else "no excluded group"
    return [
        Condition(words=f"Overdue payable at least {money(rules.min_overdue_minor)}", figure=money(f.net_minor),
                  source=_amount_source(f, money), holds=f.net_minor >= rules.min_overdue_minor),
        Condition(words=f"More than {plural(rules.min_overdue_days, 'day')} past due",
                  figure=plural(f.payable_days, "day"),
                  source=invoice, holds=f.payable_days > rules.min_overdue_days),
        Condition(words="None of the 7 exclusions applies", figure=f"{len(names)} of 7",
                  source=", ".join(names) or closest, holds=not names),
    ]


def _amount_source(f: Facts, money: _Money) -> str:
    parts = [f"overdue {money(f.outstanding_minor)}"]
    if f.disputed_minor:
        parts.append(f"in dispute {money(f.disputed_minor)}")
    if f.unallocated_minor:
        parts.append(f"unallocated credit {money(f.unallocated_minor)}")
    return ", ".join(parts)


def _invoice_source(oldest: OldestInvoice, money: _Money) -> str:
    terms = "" if oldest.terms_days is None else f", terms {plural(oldest.terms_days, 'day')}"
    return f"{oldest.number} of {date_words(oldest.issued_on)}{terms}, {money(oldest.payable_minor)} payable"


def when_it_changes(judged: Judged, rules: Rules, as_of: date) -> str:
    """What would change the outcome: an amount to be paid, or a date if nobody pays."""
    f = judged.facts
    money = _Money(rules.currency)
    if judged.outcome is ScanOutcome.SUSPEND:
        enough = f.net_minor - rules.min_overdue_minor + 1
        return f"Changes if {money(enough)} or more is paid: then it is below {money(rules.min_overdue_minor)}."
    if f.held_overdue and judged.outcome is ScanOutcome.NONE:
        return f"Is restored when {money(f.net_minor - rules.restore_at_minor)} or more is paid."
    if judged.outcome is ScanOutcome.NONE and f.net_minor >= rules.min_overdue_minor and f.payable_days > 0:
        day = as_of + timedelta(days=rules.min_overdue_days + 1 - f.payable_days)
        return f"Would be suspended on {date_words(day)} if nobody pays." if day > as_of else ""
    return ""


# --------------------------------------------------------------------------- gathering what sentences need


def reasons_of(session: Session, target: Target, scope: Scope, rows: Sequence[Judged]) -> dict[int, list[str]]:
    """The sentences of judged accounts, by account."""
    oldest = oldest_invoices(session, scope, [j.account_id for j in rows])
    groups = excluded_groups(session, scope, [j.account_id for j in rows if j.exclusion_bits])
    return {
        j.account_id: reasons_for(j, target.rules, oldest.get(j.account_id), groups.get(j.account_id, ()))
        for j in rows
    }


def oldest_invoices(session: Session, scope: Scope, account_ids: Sequence[int]) -> dict[int, OldestInvoice]:
    """Per account the oldest invoice past due with something payable (the same one every time)."""
    if not account_ids:
        return {}
    t = FinancialTransaction
    i = open_invoices(session, among(session, t.account_id, account_ids), scope.as_of, past_due_only=True,
                      numbers=False).c
    rows = session.execute(
        select(i.account_id, t.number, i.due_on, i.days_late, i.payable, t.issued_on, InvoiceDetail.terms_days)
        .join(t, t.id == i.id).outerjoin(InvoiceDetail, InvoiceDetail.transaction_id == i.id)
        .where(i.payable > 0).order_by(i.account_id, i.due_on, i.id)
    )
    found: dict[int, OldestInvoice] = {}
    for row in rows:
        if row.account_id not in found:
            found[row.account_id] = OldestInvoice(number=row.number or "", due_on=row.due_on,
                                                  days_late=int(row.days_late), payable_minor=int(row.payable),
                                                  issued_on=row.issued_on, terms_days=row.terms_days)
    return found


def excluded_groups(session: Session, scope: Scope, account_ids: Sequence[int]) -> dict[int, list[str]]:
    """Per account the excluded groups it is a member of, by code."""
    found: dict[int, list[str]] = {}
    if not account_ids:
        return found
    for account_id, code in session.execute(
        select(AccountGroupMember.account_id, AccountGroup.code)
        .join(AccountGroup, AccountGroup.id == AccountGroupMember.group_id)
        .join(RuleSetExcludedGroup, RuleSetExcludedGroup.group_id == AccountGroup.id)
        .where(RuleSetExcludedGroup.rule_set_id == scope.rules.id,
               among(session, AccountGroupMember.account_id, account_ids))
        .order_by(AccountGroup.code)
    ):
        found.setdefault(account_id, []).append(code)
    return found
