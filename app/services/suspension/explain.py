"""Why and why not, for one account: the pure rule over the same operands that the set-based statement judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.rules.suspension_decision import decide
from app.models.values import AccountType, ScanOutcome
from app.services.access.authorize import require_account
from app.services.errors import RefusedByRule
from app.services.suspension.judgement import judged_rows, scope_for
from app.services.suspension.reasons import (
    NO_HISTORY,
    Condition,
    coded,
    conditions_for,
    excluded_groups,
    oldest_invoices,
    reasons_for,
    when_it_changes,
)
from app.services.suspension.report import find_targets
from app.services.suspension.rule_sets import rules_sentence
from app.services.wording import Reason

OUTCOME_WORDS: dict[ScanOutcome, str] = {
    ScanOutcome.SUSPEND: "would be suspended",
    ScanOutcome.RESTORE: "would be restored",
    ScanOutcome.EXCLUDED: "is left alone",
    ScanOutcome.NONE: "stays as it is",
}


_RULE = "Rule set version {version}, in force since {since}: {words}"
_NAMED_RULE = "Rule set version {version} {name}, in force since {since}: {words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanExplanation:
    """The whole reasoning for one account as of a date."""

    code: str
    name: str
    as_of: date
    rule_name: str
    rule_version: int
    rule_in_words: str
    rule_since: date
    outcome: ScanOutcome
    reasons: tuple[Reason, ...]
    conditions: tuple[Condition, ...]
    changes_when: str

    def as_text(self) -> str:
        """The explanation as it is printed on a terminal."""
        lines = [f"{self.name} ({self.code}) {OUTCOME_WORDS[self.outcome]} as of {self.as_of.isoformat()}.",
                 (_NAMED_RULE if self.rule_name else _RULE).format(
                     version=self.rule_version, name=self.rule_name, since=self.rule_since.isoformat(),
                     words=self.rule_in_words)]
        lines += [f"  {'yes' if c.holds else 'no ':3} {c.words}: {c.figure} ({c.source})" for c in self.conditions]
        lines += [f"  {coded(reason)}" for reason in self.reasons]
        if self.changes_when:
            lines.append(f"  {self.changes_when}")
        return "\n".join(lines)


def explain_scan(session: Session, *, account_id: int, as_of: date | None = None) -> ScanExplanation:
    """Explain what a scan of the date decides for an account, and when that would change.

    Raises RefusedByRule for accounts that no scan judges, and where no rule set is in force.
    """
    account = require_account(session, account_id, Power.SUSPENSION)
    if account.type != AccountType.END_USER:
        raise RefusedByRule(f"{account.code} is not an end user; scans judge end users only.")
    targets, _ = find_targets(session, provider_id=account.provider_id, as_of=as_of)
    if not targets:
        raise RefusedByRule(f"No rule set is in force for the provider of {account.code} on that date.")
    target = targets[0]
    scope = scope_for(session, provider_id=target.provider_id, rules=target.rules, as_of=target.as_of,
                      account_ids=(account_id,), include_none=True)
    rows = judged_rows(session, scope)
    if not rows:
        raise RefusedByRule(
            f"{account.code} exists only from {account.start_date.isoformat()}; it is not judged before."
        )
    judged = rows[0]
    decision = decide(judged.facts, target.rules)
    if decision.outcome is not judged.outcome or int(decision.exclusions) != judged.exclusion_bits:
        raise RuntimeError(f"the rule and the set-based judgement disagree on account {account.code}")
    oldest = oldest_invoices(session, [account_id], target.as_of).get(account_id)
    groups = excluded_groups(session, [account_id], target.rules.id).get(account_id, [])
    reasons = reasons_for(judged, target.rules, oldest, groups)
    if target.as_of < target.today:
        reasons.append(NO_HISTORY)
    return ScanExplanation(
        code=account.code, name=account.name, as_of=target.as_of, rule_name=target.rules.name,
        rule_version=target.rules.version,
        rule_in_words=rules_sentence(target.rules), rule_since=target.rules.effective_from, outcome=judged.outcome,
        reasons=tuple(reasons),
        conditions=tuple(conditions_for(judged, target.rules, oldest, groups)),
        changes_when=when_it_changes(judged, target.rules, target.as_of),
    )
