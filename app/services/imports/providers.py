"""Providers of imported rows: those that exist, and those that a map derives from its file.

A derived provider stands in no row of its own. Its settings are templates of the map, so every row that names it must
come to the same settings. A provider that exists is used as it is; only its currency is compared, because amounts
would be misread otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.rules.hierarchy import refusal
from app.models.values import PROVIDER_TYPES, AccountType, Enterprise, MoneyError, places_of
from app.services.database.dialects import among
from app.services.errors import RowError
from app.services.files.texts import CANONICAL, BadText
from app.services.hierarchy.accounts import ProviderSettings, create_provider
from app.services.hierarchy.finding import find_provider
from app.services.hierarchy.operator import DEFAULT_PROFILE_NAME
from app.services.imports.staging import Stage, StagedRow
from app.services.wording import counted

_PLAIN_SETTINGS = tuple(n for n in ProviderSettings.__dataclass_fields__ if n != "logo")
_TYPES = {t.value: t for t in (AccountType.RETAIL, AccountType.WHOLESALE, AccountType.NON_BILLING)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """What an import needs to know of a provider that exists."""

    id: int
    code: str
    type: AccountType
    currency: str


def providers_of(session: Session, stage: Stage) -> dict[str, ProviderFacts]:
    """The providers that the rows of a file name, as far as they exist, by code."""
    codes = dict.fromkeys(row.provider for row in stage.rows if row.provider)
    rows = session.execute(
        select(Account.id, Account.code, Account.type, Provider.currency)
        .join(Provider, Provider.account_id == Account.id)
        .where(among(session, Account.code, codes), Account.type.in_(sorted(PROVIDER_TYPES)))
    )
    return {row.code: ProviderFacts(id=row.id, code=row.code, type=AccountType(row.type),
                                    currency=row.currency) for row in rows}


def unknown_provider(stage: Stage, row: StagedRow) -> RowError:
    """The error of a row whose provider neither exists nor may be created."""
    return stage.refuse(row, "provider", f'There is no provider "{row.provider}". Import its accounts first, or '
                                         "correct the code.")


# --------------------------------------------------------------------------- providers to create


@dataclass(slots=True)
class ProviderDraft:
    """A provider that the map derives from rows."""

    code: str
    settings: dict[str, str]
    first: StagedRow
    start_date: date | None = None
    faulty: frozenset[str] = frozenset()
    """The settings that cannot be used."""
    rows: list[StagedRow] = field(default_factory=list)
    """The rows that came to these settings."""

    @property
    def currency(self) -> str:
        return self.settings["currency"]

    @property
    def default_profile(self) -> str:
        return self.settings.get("default_profile") or DEFAULT_PROFILE_NAME

    @property
    def type(self) -> AccountType:
        return _TYPES[self.settings.get("type") or AccountType.RETAIL.value]


def draft_providers(stage: Stage, rows: Sequence[StagedRow]) -> dict[str, ProviderDraft]:
    """The providers that rows come to, by code; contradictions and wrong settings go to the stage's errors."""
    drafts: dict[str, ProviderDraft] = {}
    for row in rows:
        if not row.provider:
            continue
        settings = {name: template.text_of(row.cells)
                    for name, template in stage.mapping.provider_settings.items()}
        draft = drafts.get(row.provider)
        if draft is None:
            draft = drafts[row.provider] = ProviderDraft(row.provider, settings, row)
        if settings == draft.settings:
            draft.rows.append(row)
        else:
            stage.errors.extend(_differences(draft, settings, row))
        start = row.values.get("start_date")
        if start is not None and not settings.get("start_date"):
            draft.start_date = min(draft.start_date or start, start)
    for draft in drafts.values():
        _check_settings(stage, draft)
    return drafts


def _differences(draft: ProviderDraft, settings: dict[str, str], row: StagedRow) -> Iterator[RowError]:
    for name, value in settings.items():
        if value != draft.settings[name]:
            yield RowError(row=row.number, field=f"provider.{name}", value=value,
                           message=f'Provider "{draft.code}" has "{draft.settings[name]}" by row '
                                   f'{draft.first.number} and "{value}" by this one. A provider has one; correct the '
                                   "column or the map.")


def _check_settings(stage: Stage, draft: ProviderDraft) -> None:
    faults = list(_faults(draft))
    draft.faulty = frozenset(name for name, _ in faults)
    for name, message in faults:
        stage.errors.extend(_refuse(stage, draft, name, message))


def _refuse(stage: Stage, draft: ProviderDraft, name: str, message: str) -> Iterator[RowError]:
    """The error of a setting, on every row that says it; on the first alone where the map says it for all."""
    template = stage.mapping.provider_code if name == "code" else stage.mapping.provider_settings.get(name)
    said, value = ("provider", draft.code) if name == "code" else (f"provider.{name}", draft.settings.get(name, ""))
    for row in draft.rows if template is not None and template.columns else [draft.first]:
        yield RowError(row=row.number, field=said, value=value, message=message)


def _faults(draft: ProviderDraft) -> Iterator[tuple[str, str]]:
    """What is wrong with the settings of a derived provider, each with the setting's name."""
    settings = draft.settings
    for name, value in settings.items():
        room = getattr(Provider.__table__.c.get(name), "type", None)
        length = {"name": 200, "default_profile": 120}.get(name) or getattr(room, "length", None)
        if length is not None and len(value) > length and name != "currency":
            yield name, f"The text has {counted(len(value), 'character')}; there is room for {length}."
    if not re.fullmatch(r"@[^\s@.]+(\.[^\s@.]+)+", settings["realm"]):
        yield "realm", "A realm has the form @domain, for instance @company.example."
    try:
        places_of(settings["currency"])
    except MoneyError as error:
        yield "currency", f"{error}. Write for instance USD or EUR."
    if settings.get("type") and settings["type"] not in _TYPES:
        yield "type", f"A provider is one of: {', '.join(_TYPES)}."
    yield from _wrong_zone(settings.get("time_zone", ""))
    if settings.get("start_date"):
        try:
            draft.start_date = CANONICAL.date.parse(settings["start_date"])
        except BadText as error:
            yield "start_date", str(error)


def _wrong_zone(name: str) -> Iterator[tuple[str, str]]:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "time_zone", "This is no time zone. Write an IANA name such as Australia/Sydney."


def judge_drafts(
    session: Session, stage: Stage, drafts: dict[str, ProviderDraft], existing: dict[str, ProviderFacts]
) -> Iterator[RowError]:
    """What the database has against the drafts: a place that is not allowed, a realm in use, another currency."""
    realms: dict[str, str] = dict(session.execute(
        select(func.lower(Provider.realm), Account.code).join(Account, Account.id == Provider.account_id)
        .where(Provider.realm.is_not(None))
    ).all())
    for draft in drafts.values():
        facts = existing.get(draft.code)
        if draft.faulty:
            continue
        if facts is not None:
            if facts.currency != draft.currency:
                yield from _refuse(stage, draft, "currency", f"Provider {draft.code} keeps its books in "
                                   f"{facts.currency}, not in {draft.currency}. Correct the file or the map.")
            continue
        taken_by = realms.setdefault(draft.settings["realm"].lower(), draft.code)
        if taken_by != draft.code:
            yield from _refuse(stage, draft, "realm", f"The realm belongs to provider {taken_by}; every provider has "
                               "its own. Put a column into the template, for instance @{countryCode}.example.")
        yield from _wrong_parent(session, stage, draft)


def _wrong_parent(session: Session, stage: Stage, draft: ProviderDraft) -> Iterator[RowError]:
    code = draft.settings.get("parent") or "operator"
    parent = session.execute(
        select(Account.id, Account.type).where(Account.code == code, Account.type.in_(sorted(PROVIDER_TYPES)))
    ).one_or_none()
    if parent is None:
        yield from _refuse(stage, draft, "parent", f'There is no provider "{code}" to stand below. Import its '
                           "accounts first, or correct the code.")
        return
    why = refusal(AccountType(parent.type), draft.type, Enterprise.ORGANISATION)
    if why is not None:
        yield from _refuse(stage, draft, "parent", why)
    # A provider of this code may have come in since the look for it: it is the one that is meant, and no other account.
    taken = select(Account.id).where(Account.provider_id == parent.id, Account.code == draft.code,
                                     Account.type.not_in(sorted(PROVIDER_TYPES)))
    if session.scalar(taken) is not None:
        yield from _refuse(stage, draft, "code", f'"{draft.code}" is the code of another account of {code}. Give the '
                           "provider another code.")


def create_from(session: Session, draft: ProviderDraft) -> ProviderFacts:
    """Create a provider as drafted; without a start date of its own it begins with its earliest account."""
    settings: dict[str, Any] = {name: draft.settings[name] for name in _PLAIN_SETTINGS if draft.settings.get(name)}
    name = draft.settings.get("name") or draft.code
    provider = create_provider(
        session, parent_id=find_provider(session, draft.settings.get("parent") or "operator").id,
        code=draft.code, name=name, type=draft.type, start_date=draft.start_date or date(1970, 1, 1),
        settings=ProviderSettings(**{"legal_name": name, **settings}), default_profile=draft.default_profile,
    )
    return ProviderFacts(id=provider.id, code=draft.code, type=draft.type, currency=draft.currency)


def profiles_of(session: Session, providers: Collection[ProviderFacts]) -> dict[tuple[int, str], int]:
    """(provider id, name) → id of every account profile of these providers."""
    rows = session.execute(
        select(AccountProfile.provider_id, AccountProfile.name, AccountProfile.id)
        .where(among(session, AccountProfile.provider_id, [p.id for p in providers]))
    )
    return {(row.provider_id, row.name): row.id for row in rows}
