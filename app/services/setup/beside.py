"""A set-up file beside a database, value by value, for looking at: what is there now, since when, and what it says.

It is the plan once more, in words: where a value is not set, the one that holds meanwhile stands there with the owner
it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import Tier
from app.services.attributes.chain_words import owner_name, provider_names
from app.services.attributes.resolving import EffectiveValue, chain_of, chain_of_profile, effective_along
from app.services.attributes.values import value_text
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.setup.comparing import SetUpChange
from app.services.setup.document import OF_PROVIDER, Key, Kind, SetUpValue, keys_of
from app.services.setup.planning import Plan, plan_without_impact, profile_ids
from app.services.setup.reading import load_set_up
from app.services.setup.values import stored_of_value, value_words
from app.services.setup.words import label_of
from app.services.wording import day_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedValue:
    """One value that differs, or that a new thing begins with."""

    kind: str
    name: str
    label: str
    """The attribute in words, else the key as the file has it."""
    now: str
    file: str
    tier: Tier | None = None
    """Where the present value of an attribute comes from; None for what does not inherit."""
    owner: str = ""
    why: str = ""
    """Who set it and when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A plan with its values side by side; whom it reaches is counted afterwards."""

    plan: Plan
    values: tuple[ComparedValue, ...]


def compared_file(database: Database, context: JobContext, *, path: Path) -> Comparison:
    """A job: read a file and hold it against the database. Raises InputRejected where the file is wrong."""
    source = load_set_up(path)
    context.raise_if_cancelled()
    with database.read() as session:
        plan = plan_without_impact(session, source=source)
        return Comparison(plan=plan, values=tuple(_values(session, plan)))


def _values(session: Session, plan: Plan) -> Iterator[ComparedValue]:
    presently = _Presently(session, plan)
    for change in plan.changes:
        if change.key is None:
            yield from _of_new(plan, change)
            continue
        key = keys_of(Kind(change.kind))[change.key]
        yield presently.beside(change, key)


def _of_new(plan: Plan, change: SetUpChange) -> Iterator[ComparedValue]:
    """What something new begins with; of a new provider all that it has once."""
    kinds = OF_PROVIDER if change.kind == Kind.PROVIDER else (Kind(change.kind),)
    parts = [part for part in plan.file.set_up.parts if part.kind in kinds and part.name == change.name]
    said = [(part, name, value) for part in parts for name, value in part.values.items()]
    for part, name, value in said:
        key = keys_of(part.kind)[name]
        yield ComparedValue(kind=part.kind.value, name=part.name, label=label_of(key), now="",
                            file=_words(key, value, plan.file.set_up.currency))
    if not said:
        yield ComparedValue(kind=change.kind, name=change.name, label="", now="", file="new")


def _words(key: Key, value: SetUpValue | None, currency: str) -> str:
    if key.definition is None or value is None:
        return value_words(value, key)
    return value_text(key.definition, stored_of_value(key, value, currency), currency)


class _Presently:
    """What attributes come to now at the provider and its profiles; each owner is resolved once."""

    def __init__(self, session: Session, plan: Plan) -> None:
        self._session = session
        self._plan = plan
        self._currency = plan.file.set_up.currency
        self._answers: dict[tuple[Kind, str], dict[str, EffectiveValue]] = {}
        if plan.provider_id is not None:
            self._account = session.get_one(Account, plan.provider_id)
            self._zone = ZoneInfo(session.get_one(Provider, plan.provider_id).time_zone)

    def beside(self, change: SetUpChange, key: Key) -> ComparedValue:
        """A change with what holds now."""
        file, plain = _words(key, change.new, self._currency), _words(key, change.old, self._currency)
        if key.definition is None:
            return ComparedValue(kind=change.kind, name=change.name, label=label_of(key), now=plain, file=file)
        answer = self._of(Kind(change.kind), change.name)[key.definition.key]
        source = answer.effective.source
        value = value_text(key.definition, answer.effective.value,
                           (None if source is None else source.currency) or self._currency)
        why = "" if answer.set_by is None else (
            f"Set by {answer.set_by.actor} on {day_text(answer.set_by.recorded_at.astimezone(self._zone).date())}.")
        owner = "" if source is None else owner_name(source, self._account,
                                                     provider_names(self._session, answer.effective))
        return ComparedValue(kind=change.kind, name=change.name, label=key.definition.label, now=value, file=file,
                             tier=None if source is None else source.tier, owner=owner, why=why)

    def _of(self, kind: Kind, name: str) -> dict[str, EffectiveValue]:
        if (kind, name) not in self._answers:
            if kind is Kind.PROFILE:
                ids = profile_ids(self._session, self._account.id)
                chain = chain_of_profile(self._session, self._session.get_one(AccountProfile, ids[name]))
            else:
                chain = chain_of(self._session, self._account, as_provider=kind is not Kind.OWN_ATTRIBUTES)
            self._answers[kind, name] = {each.key: each for each in effective_along(self._session, chain)}
        return self._answers[kind, name]
