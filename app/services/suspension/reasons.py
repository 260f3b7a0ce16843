"""Why a scan decides as it does for one account, in sentences with the operands and where they come from.

Sentences are made when somebody reads them: a preview of a hundred thousand accounts makes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceDetail
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.rules.suspension_decision import (
    Exclusion,
    Facts,
    Rules,
    exceeds,
    exclusion_names,
    exclusions,
)
from app.models.suspension.rule_sets import RuleSetExcludedGroup
from app.models.values import AccountStatus, ScanOutcome, grouped_amount
from app.services.database.dialects import among
from app.services.database.unit_of_work import Database
from app.services.ledger.reading import open_invoices
from app.services.suspension.judgement import Judged
from app.services.suspension.report import ScanReport, Target
from app.services.wording import STATUS_WORDS, Reason, day_text


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
class ExclusionLine:
    """One exclusion of one account: what it asks, the figure, where that comes from, and whether it holds."""

    code: str
    """X1 …"""
    words: str
    figure: str
    source: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One line of the reasoning table: a condition, the figure, where it comes from, and whether it holds."""

    words: str
    figure: str
    source: str
    holds: bool
    exclusions: tuple[str, ...] = ()
    """Codes of the exclusions that the line is about; their sentences are among the reasons."""


def plural(count: int, word: str) -> str:
    return f"1 {word}" if count == 1 else f"{count} {word}s"


EXCLUSION_CODES = tuple(str(x.name) for x in Exclusion)

_EXCLUSION_WORDS: dict[Exclusion, str] = {
    Exclusion.X3: "The account is marked to be left out of suspension.",
    Exclusion.X4: "{planned} in payment plans brings the amount owing down to {owing}, at or below {k}.",
    Exclusion.X5: "A pending credit of {pending} brings the amount owing down to {owing}, at or below {k}.",
    Exclusion.X6: "{disputed} in dispute brings the amount owing down to {owing}, at or below {k}.",
    Exclusion.X7: "An ombudsman case is open.",
    Exclusion.X8: "A promise to pay stands until {promised}.",
}

_NO_RATE = ("There is no rate of {currency} for the day, so the figures of the rules cannot be compared with it and "
            "nothing happens by itself.")
_RATE_GONE = "The rate of {currency} that it was judged by is no longer on file."
NO_HISTORY = Reason(code="no_history", words="Whether an ombudsman case is open is judged as it is now: of that no "
                                             "day is kept.")
"""What a judgement of a past date has to say besides."""


def coded(reason: Reason) -> str:
    """A reason as files and the command line have it: that of an exclusion begins with its code."""
    if reason.code not in EXCLUSION_CODES:
        return reason.words
    return f"{reason.code}: {reason.words[:1].lower()}{reason.words[1:]}"


def reasons_for(judged: Judged, oldest: OldestInvoice | None, groups: Sequence[str]) -> list[Reason]:
    """Sentences for one result: what was compared with what, and what would happen.

    Without `oldest`, where it was not looked up, the age is said without the invoice it is counted from.
    """
    f, rules, outcome = judged.facts, judged.rules, judged.outcome
    if rules is None:
        words = _NO_RATE if outcome is ScanOutcome.NONE else _RATE_GONE
        return [Reason(code="no_rate", words=words.format(currency=judged.currency))]
    money = _Money(rules.currency)
    if outcome is ScanOutcome.EXCLUDED:
        return [_overdue(f, rules, money), *exclusions_for(judged, groups)]
    if outcome is ScanOutcome.RESTORE:
        return [_reason("restored", "Overdue payable {payable} is at or below {k}, so the overdue hold is lifted and "
                        "the services get back the state they had.",
                        payable=money(f.net_minor), k=money(rules.restore_at_minor))]
    if outcome is ScanOutcome.SUSPEND:
        return [_amount(f, rules, money), _age(f, rules, oldest), _reason("no_exclusion", "No exclusion applies."),
                _effect(f)]
    return _nothing(f, rules, money, oldest)


def _reason(code: str, words: str, **places: str) -> Reason:
    """A sentence with its named places filled."""
    return Reason(code=code, words=words.format(**places))


@dataclass(frozen=True, slots=True)
class _Money:
    currency: str

    def __call__(self, minor: int) -> str:
        return f"{grouped_amount(minor, self.currency)} {self.currency}"


_AMOUNT: dict[tuple[bool, bool], str] = {
    (True, False): "Overdue payable {payable} is at least {x}.",
    (True, True): "Overdue payable {payable} (after {credit} of unallocated credit) is at least {x}.",
    (False, False): "Overdue payable {payable} is below {x}.",
    (False, True): "Overdue payable {payable} (after {credit} of unallocated credit) is below {x}.",
}
"""By whether it is enough, and whether a credit waits on the account."""

_AGE: dict[tuple[bool, bool], str] = {
    (True, False): "The oldest overdue invoice is {late} late, more than {limit}.",
    (True, True): "Invoice {number} was due on {due}: {late} late, more than {limit}.",
    (False, False): "The oldest overdue invoice is {late} late, not more than {limit}.",
    (False, True): "Invoice {number} was due on {due}: {late} late, not more than {limit}.",
}
"""By whether it is old enough, and whether the invoice is known."""


def _amount(f: Facts, rules: Rules, money: _Money) -> Reason:
    words = _AMOUNT[f.net_minor >= rules.min_overdue_minor, f.unallocated_minor != 0]
    return _reason("amount", words, payable=money(f.net_minor), credit=money(f.unallocated_minor),
                   x=money(rules.min_overdue_minor))


def _age(f: Facts, rules: Rules, oldest: OldestInvoice | None) -> Reason:
    words = _AGE[f.payable_days > rules.min_overdue_days, oldest is not None]
    number, due = ("", "") if oldest is None else (oldest.number, day_text(oldest.due_on))
    return _reason("age", words, number=number, due=due, late=plural(f.payable_days, "day"),
                   limit=plural(rules.min_overdue_days, "day"))


def _overdue(f: Facts, rules: Rules, money: _Money) -> Reason:
    return _reason("overdue", "Overdue {overdue}, {late} late, would be enough (at least {x}, more than {limit}).",
                   overdue=money(f.gross_minor), late=plural(f.outstanding_days, "day"),
                   x=money(rules.min_overdue_minor), limit=plural(rules.min_overdue_days, "day"))


def _effect(f: Facts) -> Reason:
    if f.active_service_count == 0:
        return _reason("effect", "The account is suspended; it never had a service.")
    return _reason("effect", "{services} restricted, then the account is suspended.",
                   services=plural(f.active_service_count, "service"))


def exclusions_for(judged: Judged, groups: Sequence[str]) -> list[Reason]:
    """Why a candidate is left alone, in the order of the exclusions; `groups` are the excluded ones it is in.

    None where nothing could be compared.
    """
    f, rules = judged.facts, judged.rules
    if rules is None:
        return []
    money = _Money(rules.currency)
    found = []
    for exclusion in Exclusion:
        if not judged.exclusion_bits & exclusion:
            continue
        if exclusion is Exclusion.X1:
            words = _x1_words(f)
        elif exclusion is Exclusion.X2:
            words = f"Member of the excluded group {', '.join(groups) or '(named in the rule set)'}."
        else:
            words = _EXCLUSION_WORDS[exclusion].format(
                owing=money(f.net_minor), k=money(rules.restore_at_minor), disputed=money(f.disputed_minor),
                pending=money(f.pending_credit_minor), planned=money(f.plan_covered_minor),
                promised="" if f.promised_until is None else day_text(f.promised_until))
        found.append(Reason(code=str(exclusion.name), words=words))
    return found


def _x1_words(f: Facts) -> str:
    if f.status is not AccountStatus.ACTIVE:
        return f"The account is not Active but {STATUS_WORDS[f.status]}."
    return f"None of its {plural(f.service_count, 'service')} is active."


def _nothing(f: Facts, rules: Rules, money: _Money, oldest: OldestInvoice | None) -> list[Reason]:
    if f.held_overdue:
        return [_reason("held", "Held as overdue already; overdue payable {payable} is above {k}, so it stays.",
                        payable=money(f.net_minor), k=money(rules.restore_at_minor))]
    if f.outstanding_minor == 0:
        return [_reason("nothing_overdue", "Nothing is overdue.")]
    found = [_amount(f, rules, money)]
    if f.payable_days:
        found.append(_age(f, rules, oldest))
    if exceeds(f.net_minor, f.payable_days, rules) and f.restored_by_hand_recently:
        found.append(_reason("restored_by_hand", "It was restored by hand less than {wait} ago.",
                             wait=plural(rules.resuspend_days, "day")))
    return found


def conditions_for(judged: Judged, oldest: OldestInvoice | None, groups: Sequence[str]) -> list[Condition]:
    """The reasoning as a table: condition, this account, where it comes from."""
    f, rules = judged.facts, judged.rules
    if rules is None:
        return [Condition(words=f"A rate of {judged.currency} for the day", figure="none", source="rates of currencies",
                          holds=False)]
    money = _Money(rules.currency)
    invoice = "no invoice with anything payable" if oldest is None else _invoice_source(oldest, money)
    if f.held_overdue:
        return [Condition(words=f"Overdue payable at or below {money(rules.restore_at_minor)}",
                          figure=money(f.net_minor), source=invoice,
                          holds=f.net_minor <= rules.restore_at_minor)]
    names = exclusion_names(judged.exclusion_bits)
    closest = f"member of {', '.join(groups)}" if groups else "no excluded group"
    return [
        Condition(words=f"Overdue payable at least {money(rules.min_overdue_minor)}", figure=money(f.net_minor),
                  source=_amount_source(f, money), holds=f.net_minor >= rules.min_overdue_minor),
        Condition(words=f"More than {plural(rules.min_overdue_days, 'day')} past due",
                  figure=plural(f.payable_days, "day"),
                  source=invoice, holds=f.payable_days > rules.min_overdue_days),
        Condition(words=f"None of the {len(Exclusion)} exclusions applies", figure=f"{len(names)} of {len(Exclusion)}",
                  source=", ".join(names) or closest, holds=not names, exclusions=tuple(names)),
    ]


def exclusion_lines(judged: Judged, groups: Sequence[str]) -> list[ExclusionLine]:
    """Every exclusion with its operands, also of an account that no exclusion is asked about; `groups` are the excluded
    ones it is in. None where nothing could be compared.
    """
    f, rules = judged.facts, judged.rules
    if rules is None:
        return []
    money = _Money(rules.currency)
    found, k = exclusions(f, rules), money(rules.restore_at_minor)
    covers = f"brings what is owing, {money(f.net_minor)}, down to {k} or less"
    owing = f"overdue payable {money(f.net_minor)}"
    told: dict[Exclusion, tuple[str, str, str]] = {
        Exclusion.X1: ("No active service though it has some, or not Active",
                       f"{f.active_service_count} of {plural(f.service_count, 'service')} active",
                       STATUS_WORDS[f.status]),
        Exclusion.X2: ("Member of an excluded distribution group", ", ".join(groups) or "none",
                       f"rules leave out {', '.join(rules.excluded_groups) or 'no group'}"),
        Exclusion.X3: ("Marked to be left out of suspension", "yes" if f.omitted else "no", "attribute of the account"),
        Exclusion.X4: (f"A payment plan {covers}", money(f.plan_covered_minor), owing),
        Exclusion.X5: (f"A pending credit {covers}", money(f.pending_credit_minor), owing),
        Exclusion.X6: (f"A dispute {covers}", money(f.disputed_minor), owing),
        Exclusion.X7: ("An ombudsman case is open", "yes" if f.ombudsman_case else "no", "mark of the account"),
        Exclusion.X8: ("A promise to pay stands",
                       "none" if f.promised_until is None else f"until {day_text(f.promised_until)}",
                       "promises of the account"),
    }
    return [ExclusionLine(code=str(x.name), words=words, figure=figure, source=source, holds=bool(found & x))
            for x, (words, figure, source) in told.items()]


def _amount_source(f: Facts, money: _Money) -> str:
    parts = [f"overdue {money(f.outstanding_minor)}"]
    if f.disputed_minor:
        parts.append(f"in dispute {money(f.disputed_minor)}")
    if f.plan_covered_minor:
        parts.append(f"in payment plans {money(f.plan_covered_minor)}")
    if f.unallocated_minor:
        parts.append(f"unallocated credit {money(f.unallocated_minor)}")
    if f.pending_credit_minor:
        parts.append(f"pending credit {money(f.pending_credit_minor)}")
    return ", ".join(parts)


def _invoice_source(oldest: OldestInvoice, money: _Money) -> str:
    words = ("{number} of {issued}, {payable} payable" if oldest.terms_days is None else
             "{number} of {issued}, terms {terms}, {payable} payable")
    return words.format(number=oldest.number, issued=day_text(oldest.issued_on),
                        terms=plural(oldest.terms_days or 0, "day"), payable=money(oldest.payable_minor))


def what_changes_it(judged: Judged) -> str:
    """Which amount to be paid would change the outcome; empty where none would."""
    f, rules = judged.facts, judged.rules
    if rules is None:
        return ""
    money = _Money(rules.currency)
    if judged.outcome is ScanOutcome.SUSPEND:
        enough = f.net_minor - rules.min_overdue_minor + 1
        return f"Changes if {money(enough)} or more is paid: then it is below {money(rules.min_overdue_minor)}."
    if f.held_overdue and judged.outcome is ScanOutcome.NONE:
        return f"Is restored when {money(f.net_minor - rules.restore_at_minor)} or more is paid."
    return ""


# --------------------------------------------------------------------------- gathering what sentences need


_PART = 10_000
"""Accounts described at a time."""


def read_reasons(database: Database, report: ScanReport) -> dict[int, list[Reason]]:
    """The sentences of everything a scan answered, by account; what they name is read anew."""
    found: dict[int, list[Reason]] = {}
    for target in report.targets:
        judged = [r.judged for r in report.accounts if r.provider == target.code]
        for start in range(0, len(judged), _PART):
            with database.read() as session:
                found |= _reasons_of(session, target, judged[start:start + _PART])
    return found


def _reasons_of(session: Session, target: Target, rows: Sequence[Judged]) -> dict[int, list[Reason]]:
    oldest = oldest_invoices(session, [j.account_id for j in rows], target.as_of)
    groups = excluded_groups(session, [j.account_id for j in rows if j.exclusion_bits & Exclusion.X2], target.rules.id)
    return {
        j.account_id: reasons_for(j, oldest.get(j.account_id), groups.get(j.account_id, ()))
        for j in rows
    }


def oldest_invoices(
    session: Session, account_ids: Sequence[int], as_of: date, known_at: datetime | None = None
) -> dict[int, OldestInvoice]:
    """Per account the oldest invoice past due with something payable (the same one every time)."""
    if not account_ids:
        return {}
    t = FinancialTransaction
    i = open_invoices(session, among(session, t.account_id, account_ids), as_of, known_at, past_due_only=True,
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


def excluded_groups(session: Session, account_ids: Sequence[int], rule_set_id: int) -> dict[int, list[str]]:
    """Per account the groups it is a member of that a rule set excludes, by code."""
    found: dict[int, list[str]] = {}
    if not account_ids:
        return found
    for account_id, code in session.execute(
        select(AccountGroupMember.account_id, AccountGroup.code)
        .join(AccountGroup, AccountGroup.id == AccountGroupMember.group_id)
        .join(RuleSetExcludedGroup, RuleSetExcludedGroup.group_id == AccountGroup.id)
        .where(RuleSetExcludedGroup.rule_set_id == rule_set_id,
               among(session, AccountGroupMember.account_id, account_ids))
        .order_by(AccountGroup.code)
    ):
        found.setdefault(account_id, []).append(code)
    return found
