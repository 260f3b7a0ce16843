"""What another rule set would change today: the same judgement by two sets of rules, compared account by account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.rules.suspension_decision import Rules, exclusion_names
from app.models.values import ScanOutcome
from app.services.access.authorize import require_provider, seen_among
from app.services.jobs import Checkpoint
from app.services.providers.business_day import business_day
from app.services.rules.rule_sets import rules_in_force
from app.services.rules.versions import RuleDraft
from app.services.suspension.judgement import Scope, judgement, parameters, scope_for

MOST_ROWS = 500
"""Rows that are listed; the counts are of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfRow:
    """One account that is judged otherwise. Its amount is overdue and payable, in minor units of the currency."""

    account_id: int
    code: str
    name: str
    before: ScanOutcome
    after: ScanOutcome
    exclusions: tuple[str, ...]
    """X1 … that hold under the new rules."""
    payable_minor: int
    currency: str
    oldest_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The whole comparison for one day. Accounts that the person may not see are neither listed nor counted."""

    as_of: date
    currency: str
    version: int | None
    """The version in force that it is compared with; None where there is none, so that nobody is judged yet."""
    before: Mapping[ScanOutcome, int]
    after: Mapping[ScanOutcome, int]
    changed: int
    rows: tuple[WhatIfRow, ...]
    """The first of them: newly suspended first, then what is suspended no longer, within each by what is owed."""


def what_would_change(session: Session, check: Checkpoint, *, provider_id: int, draft: RuleDraft) -> WhatIf:
    """Judge a provider's accounts for today by a draft, as if it were in force, and by the version that is.

    Hours, holidays and the day from which the draft holds are left aside: it compares whom the rules name, not when.
    """
    require_provider(session, provider_id, Power.SUSPENSION)
    today = business_day(session, provider_id)
    currency = session.get_one(Provider, provider_id).currency
    present = rules_in_force(session, provider_id=provider_id, on=today)
    before: dict[int, Any] = {}
    if present is not None:
        before = _outcomes(session, scope_for(session, provider_id=provider_id, rules=present, as_of=today))
        check()
    after = _outcomes(session, scope_for(session, provider_id=provider_id, rules=_as_rules(draft, currency),
                                         as_of=today, group_ids=draft.excluded_group_ids))
    check()
    seen = seen_among(session, sorted({*before, *after}))
    before, after = ({id_: row for id_, row in side.items() if id_ in seen} for side in (before, after))
    differing = [id_ for id_ in seen if _outcome(before, id_) is not _outcome(after, id_)]
    rows = sorted((_row(id_, before, after) for id_ in differing), key=_urgency)
    return WhatIf(
        as_of=today, currency=currency, version=None if present is None else present.version,
        before=_counted(before), after=_counted(after), changed=len(rows), rows=tuple(rows[:MOST_ROWS]))


def _as_rules(draft: RuleDraft, currency: str) -> Rules:
    return Rules(id=0, version=0, name=draft.name, effective_from=draft.effective_from, currency=currency,
                 min_overdue_minor=draft.min_overdue_minor, min_overdue_days=draft.min_overdue_days,
                 restore_at_minor=draft.restore_at_minor, resuspend_days=draft.resuspend_days, windows=draft.windows)


def _outcomes(session: Session, scope: Scope) -> dict[int, Any]:
    """Whoever something happens to, by account."""
    j = judgement(session, scope).subquery("judged").c
    statement = select(j.account_id, j.code, j.name, j.currency, j.outcome, j.exclusion_bits, j.net, j.payable_days)
    return {row.account_id: row for row in session.execute(statement, parameters(scope))}


def _outcome(side: Mapping[int, Any], account_id: int) -> ScanOutcome:
    row = side.get(account_id)
    return ScanOutcome.NONE if row is None else ScanOutcome(row.outcome)


def _counted(side: Mapping[int, Any]) -> dict[ScanOutcome, int]:
    found = Counter(ScanOutcome(row.outcome) for row in side.values())
    return {outcome: found[outcome] for outcome in (ScanOutcome.SUSPEND, ScanOutcome.RESTORE, ScanOutcome.EXCLUDED)}


def _row(account_id: int, before: Mapping[int, Any], after: Mapping[int, Any]) -> WhatIfRow:
    row = after.get(account_id) or before[account_id]
    bits = after[account_id].exclusion_bits if account_id in after else 0
    return WhatIfRow(
        account_id=account_id, code=row.code, name=row.name, before=_outcome(before, account_id),
        after=_outcome(after, account_id), exclusions=tuple(exclusion_names(int(bits))), payable_minor=int(row.net),
        currency=row.currency, oldest_days=int(row.payable_days))


def _urgency(row: WhatIfRow) -> tuple[int, int, int]:
    if row.after is ScanOutcome.SUSPEND:
        rank = 0
    elif row.before is ScanOutcome.SUSPEND:
        rank = 1
    else:
        rank = 2
    return rank, -row.payable_minor, row.account_id
