"""Why and why not, for one account: the pure rule over the same operands that the set-based statement judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.suspension_decision import decide
from app.models.values import AccountType, ScanOutcome
from app.services.access.authorize import require_account
from app.services.errors import RefusedByRule
from app.services.rules.own_currency import converted_words
from app.services.rules.rule_sets import rules_sentence
from app.services.suspension.changing import NextChange, next_change
from app.services.suspension.judgement import Judged, Knowledge, judged_rows, scope_for
from app.services.suspension.reasons import (
    NO_HISTORY,
    Condition,
    ExclusionLine,
    coded,
    conditions_for,
    excluded_groups,
    exclusion_lines,
    oldest_invoices,
    reasons_for,
    what_changes_it,
)
from app.services.suspension.replay import knowledge_of
from app.services.suspension.report import Target, find_targets, target_of_run
from app.services.suspension.standing import broken_promises
from app.services.wording import Reason, by_count, day_text

OUTCOME_WORDS: dict[ScanOutcome, str] = {
    ScanOutcome.SUSPEND: "would be suspended",
    ScanOutcome.RESTORE: "would be restored",
    ScanOutcome.EXCLUDED: "is left alone",
    ScanOutcome.NONE: "stays as it is",
}


_CHANGES: dict[ScanOutcome, str] = {
    ScanOutcome.SUSPEND: "Would be suspended on {day} if nobody pays.",
    ScanOutcome.RESTORE: "Would be restored on {day} if nothing else happens.",
    ScanOutcome.EXCLUDED: "Would be left alone from {day} on, as an exclusion applies then.",
    ScanOutcome.NONE: "Would stay as it is from {day} on.",
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
    exclusions: tuple[ExclusionLine, ...]
    """Every exclusion, true or false, with its operands."""
    changes_when: str
    """What would change it: an amount to be paid, and the day on which it changes if nobody pays."""
    next_change: date | None
    """The first day on which the outcome is another if nobody pays; None where it stays."""

    def as_text(self) -> str:
        """The explanation as it is printed on a terminal."""
        lines = [f"{self.name} ({self.code}) {OUTCOME_WORDS[self.outcome]} as of {self.as_of.isoformat()}.",
                 (_NAMED_RULE if self.rule_name else _RULE).format(
                     version=self.rule_version, name=self.rule_name, since=self.rule_since.isoformat(),
                     words=self.rule_in_words)]
        lines += [f"  {'yes' if c.holds else 'no ':3} {c.words}: {c.figure} ({c.source})" for c in self.conditions]
        lines += [f"  {'yes' if x.holds else 'no ':3} {x.code}: {x.words}: {x.figure} ({x.source})"
                  for x in self.exclusions]
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
    judged = _judged(session, account, targets[0], None)
    change = next_change(session, targets[0], judged)
    changes = (what_changes_it(judged), _when(change))
    return _explanation(session, account, targets[0], judged, change=change,
                        changes_when=" ".join(words for words in changes if words))


def explain_run(session: Session, *, account_id: int, run_id: int) -> ScanExplanation:
    """Explain what a run decided for an account, by its rules and by what was known when it judged.

    Of an overdue hold that is why it was placed. Raises NotFound where the run did not judge it.
    """
    account = require_account(session, account_id, Power.SUSPENSION)
    target = target_of_run(session, account.provider_id, run_id)
    knowledge = knowledge_of(session, run_id, account.provider_id, account_id)
    judged = _judged(session, account, target, knowledge)
    return _explanation(session, account, target, judged, knowledge=knowledge)


def _judged(session: Session, account: Account, target: Target, knowledge: Knowledge | None) -> Judged:
    scope = scope_for(session, provider_id=target.provider_id, rules=target.rules, as_of=target.as_of,
                      after_id=account.id - 1, up_to_id=account.id, include_none=True, known=knowledge)
    rows = judged_rows(session, scope)
    if not rows:
        raise RefusedByRule(
            f"{account.code} exists only from {account.start_date.isoformat()}; it is not judged before."
        )
    decision = decide(rows[0].facts, rows[0].rules)
    if decision.outcome is not rows[0].outcome or int(decision.exclusions) != rows[0].exclusion_bits:
        raise RuntimeError(f"the rule and the set-based judgement disagree on account {account.code}")
    return rows[0]


def _explanation(
    session: Session, account: Account, target: Target, judged: Judged, *, knowledge: Knowledge | None = None,
    change: NextChange | None = None, changes_when: str = "",
) -> ScanExplanation:
    known_at = None if knowledge is None else knowledge.at
    oldest = oldest_invoices(session, [account.id], target.as_of, known_at).get(account.id)
    groups = excluded_groups(session, [account.id], target.rules.id).get(account.id, [])
    reasons = reasons_for(judged, oldest, groups)
    converted = converted_words(session, provider_id=target.provider_id, rules=target.rules, currency=judged.currency,
                                on=target.as_of)
    if converted:
        reasons.append(Reason(code="own_currency", words=converted))
    broken = broken_promises(session, account.id, target.as_of, known_at)
    if broken:
        reasons.append(Reason(code="broken_promises", words=by_count(
            broken, "{count} promise to pay was broken.", "{count} promises to pay were broken.")))
    if target.as_of < target.today or knowledge is not None:
        reasons.append(NO_HISTORY)
    return ScanExplanation(
        code=account.code, name=account.name, as_of=target.as_of, rule_name=target.rules.name,
        rule_version=target.rules.version,
        rule_in_words=rules_sentence(target.rules), rule_since=target.rules.effective_from, outcome=judged.outcome,
        reasons=tuple(reasons),
        conditions=tuple(conditions_for(judged, oldest, groups)),
        exclusions=tuple(exclusion_lines(judged, groups)), changes_when=changes_when,
        next_change=None if change is None else change.on,
    )


def _when(change: NextChange | None) -> str:
    """On which day it changes if nobody does anything, in a sentence."""
    return "" if change is None else _CHANGES[change.outcome].format(day=day_text(change.on))
