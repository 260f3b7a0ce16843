"""What may be scanned, by which rules, and who scans now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.suspension.scans import ScanLease
from app.services.access.authorize import authorize, visible
from app.services.database.unit_of_work import recorded_now
from app.services.providers.business_day import business_day, zone_of
from app.services.rules.rule_sets import rules_in_force, rules_sentence, scannable_providers
from app.services.scans.lease import is_alive


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """A rule set as people read it."""

    name: str
    since: date
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanChoice:
    """A provider that may be scanned; without rules in force today `rules` is None."""

    id: int
    code: str
    name: str
    time_zone: str
    today: date
    rules: RuleWords | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningScan:
    """Somebody's scan that is at work now."""

    provider_id: int
    provider: str
    owner: str
    done: int
    total: int


def scan_choices(session: Session) -> tuple[ScanChoice, ...]:
    """All providers with end users, by name, each with the rule set in force on its own business date."""
    choices = []
    for provider in scannable_providers(session):
        today = business_day(session, provider.id)
        rules = rules_in_force(session, provider_id=provider.id, on=today)
        words = None if rules is None else RuleWords(name=rules.name, since=rules.effective_from,
                                                     sentence=rules_sentence(rules))
        choices.append(ScanChoice(id=provider.id, code=provider.code, name=provider.name,
                                  time_zone=zone_of(session, provider.id).key, today=today, rules=words))
    return tuple(sorted(choices, key=lambda choice: choice.name.casefold()))


def scans_under_way(session: Session, *, provider_id: int | None) -> tuple[RunningScan, ...]:
    """Who scans now, of one provider or of all; leases of the dead are left out."""
    authorize(session, Power.SUSPENSION)
    now = recorded_now(session)
    statement = (select(ScanLease, Account.name).join(Account, Account.id == ScanLease.provider_id)
                 .where(visible(session)))
    if provider_id is not None:
        statement = statement.where(ScanLease.provider_id == provider_id)
    return tuple(
        RunningScan(provider_id=lease.provider_id, provider=name, owner=lease.owner, done=lease.done,
                    total=lease.total)
        for lease, name in session.execute(statement.order_by(Account.name_key)) if is_alive(session, lease, now)
    )
