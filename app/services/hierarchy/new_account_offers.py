"""What a form for a new account offers: below whom, which kinds, and what it would inherit; and who looks the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact, Organisation
from app.models.parties.powers import POWER_WORDS, Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.rules.hierarchy import children_of, refusal
from app.models.values import PROVIDER_TYPES, AccountNaming, AccountStanding, AccountType, Enterprise, TermUnit, fold
from app.services.access.authorize import authorize_any, may, require_provider, visible
from app.services.access.colleagues import colleagues
from app.services.access.principal import principal_of
from app.services.addresses.billing import address_is_needed
from app.services.attributes.resolving import effective_values
from app.services.credit.labels import classification_rows
from app.services.currencies.new_accounts import new_account_currencies
from app.services.providers.business_day import business_day
from app.services.providers.modules import Module, is_on
from app.services.providers.queries import provider_options
from app.services.wording import listed

_KINDS = (AccountType.END_USER, AccountType.AGENT, AccountType.RETAIL, AccountType.WHOLESALE, AccountType.NON_BILLING)
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentOption:
    """A provider below which accounts may be created."""

    id: int
    code: str
    name: str
    type: AccountType


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOption:
    """A type that may stand below a parent."""

    type: AccountType
    enterprises: tuple[Enterprise, ...]
    why_not: str = ""
    """The power that is missing, in a sentence; empty where it may be created."""


@dataclass(frozen=True, slots=True)
class NamedOption:
    """Something to choose by its name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreationOptions:
    """What may be chosen below one parent, and what is offered first."""

    parent: ParentOption
    currency: str
    """Of the books of the parent."""
    currencies: tuple[str, ...]
    """What a customer may be kept in."""
    first_currency: str
    """What it gets that names none."""
    language: str
    time_zone: str
    today: date
    kinds: tuple[KindOption, ...]
    enterprise: Enterprise
    start_date: date
    profiles: tuple[NamedOption, ...]
    """The default one first."""
    agents: tuple[NamedOption, ...]
    managers: tuple[NamedOption, ...]
    """Who of the staff can look after the account of an organisation."""
    classifications: tuple[NamedOption, ...]
    names_itself: bool
    """Whether a name that is left empty is filled in."""
    needs_address: bool
    """Whether a customer without a billing address is refused."""
    agent_id: int | None
    """Staff of an agent create its customers and nobody else's."""
    period_unit: TermUnit
    """What terms of its own are counted in: as the proximity of the provider is."""
    why_no_terms: str
    """Why terms and limits of a new customer may not be set, in a sentence; empty where they may."""


def creation_parents(session: Session) -> list[ParentOption]:
    """Providers below which this person may create something, from the top of the hierarchy down."""
    who = authorize_any(session, (Power.CUSTOMERS_CREATE, Power.PROVIDERS_CREATE))
    if who.agent_id is not None and who.provider_id is not None:
        own = session.get_one(Account, who.provider_id)
        options = [ParentOption(id=own.id, code=own.code, name=own.name, type=AccountType(own.type))]
    else:
        options = [ParentOption(id=p.id, code=p.code, name=p.name, type=p.type) for p in provider_options(session)]
    return [p for p in options if any(not kind.why_not for kind in _kinds(session, p.id, p.type))]


def creation_options(session: Session, *, parent_id: int) -> CreationOptions:
    """What may be created below a provider. Raises NotFound for one out of reach."""
    who = authorize_any(session, (Power.CUSTOMERS_CREATE, Power.PROVIDERS_CREATE))
    power = Power.CUSTOMERS_CREATE if who.may(Power.CUSTOMERS_CREATE) else Power.PROVIDERS_CREATE
    parent = require_provider(session, parent_id, power)
    settings = session.get_one(Provider, parent_id)
    first = {v.key: v.effective.value for v in effective_values(
        session, parent, ["default_account_enterprise", "default_start_date_offset", "trading_terms_proximity",
                          "trading_terms_proximity_unit"], as_provider=True)}
    offset = first["default_start_date_offset"]
    today = business_day(session, parent_id)
    currencies = new_account_currencies(session, provider_id=parent_id)
    return CreationOptions(
        parent=ParentOption(id=parent.id, code=parent.code, name=parent.name, type=AccountType(parent.type)),
        currency=settings.currency, currencies=currencies.usable, first_currency=currencies.at_home,
        language=settings.language, time_zone=settings.time_zone, today=today,
        kinds=_kinds(session, parent.id, AccountType(parent.type)),
        enterprise=Enterprise(str(first["default_account_enterprise"])),
        start_date=today + timedelta(days=offset if isinstance(offset, int) else 0),
        profiles=_profiles(session, settings), agents=_agents(session, parent_id), agent_id=who.agent_id,
        managers=tuple(NamedOption(each.id, f"{each.name} ({each.login})")
                       for each in colleagues(session, provider_id=parent_id)) if may(session, Power.CUSTOMERS) else (),
        classifications=_classifications(session, parent_id),
        names_itself=settings.account_naming != AccountNaming.MANUAL,
        needs_address=address_is_needed(session, provider_id=parent_id, standing=AccountStanding.STANDALONE),
        period_unit=TermUnit.DAYS if first["trading_terms_proximity"] is None else
        TermUnit(str(first["trading_terms_proximity_unit"])),
        why_no_terms="" if may(session, Power.CUSTOMERS_CREATE_TERMS) else _missing(Power.CUSTOMERS_CREATE_TERMS),
    )


def _kinds(session: Session, parent_id: int, parent: AccountType) -> tuple[KindOption, ...]:
    """Types that the matrix of the hierarchy allows, with the power each needs; agents where the module is on."""
    allowed = children_of(parent)
    if AccountType.AGENT in allowed and not is_on(session, parent_id, Module.AGENTS):
        allowed -= {AccountType.AGENT}
    return tuple(
        KindOption(type=kind, enterprises=tuple(e for e in Enterprise if refusal(parent, kind, e) is None),
                   why_not=_why_not(session, kind))
        for kind in _KINDS if kind in allowed)


def _why_not(session: Session, kind: AccountType) -> str:
    needed = [Power.PROVIDERS_CREATE] if kind in PROVIDER_TYPES else [Power.CUSTOMERS_CREATE]
    if kind is AccountType.AGENT:
        needed.append(Power.AGENTS)
    missing = [power for power in needed if not may(session, power)]
    if not missing and kind is AccountType.AGENT and principal_of(session).agent_id is not None:
        return "Staff of an agent create customers of that agent."
    return _missing(missing[0]) if missing else ""


def _missing(power: Power) -> str:
    return f'It needs the power "{POWER_WORDS[power].label}". A role of the org unit can give it.'


def _profiles(session: Session, settings: Provider) -> tuple[NamedOption, ...]:
    rows = session.execute(select(AccountProfile.id, AccountProfile.name)
                           .where(AccountProfile.provider_id == settings.account_id))
    options = [NamedOption(r.id, r.name) for r in rows]
    return tuple(sorted(options, key=lambda o: (o.id != settings.default_profile_id, o.name.casefold(), o.id)))


def _classifications(session: Session, provider_id: int) -> tuple[NamedOption, ...]:
    if not may(session, Power.CUSTOMERS):
        return ()
    return tuple(NamedOption(row.id, f"{row.code} · {row.details.name}" if row.details.name else row.code)
                 for row in classification_rows(session, provider_id=provider_id) if row.may_be_given)


def _agents(session: Session, provider_id: int) -> tuple[NamedOption, ...]:
    rows = session.execute(
        select(Account.id, Account.name).where(Account.provider_id == provider_id,
                                               Account.type == AccountType.AGENT.value, visible(session))
        .order_by(Account.name_key, Account.id))
    return tuple(NamedOption(r.id, r.name) for r in rows)


# --------------------------------------------------------------------------- who looks the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """An account that looks like the one to be created: a hint, never a refusal."""

    account_id: int
    code: str
    name: str
    why: str
    """What they share: "same name", "same e-mail and registration number"."""


def look_alikes(
    session: Session, *, provider_id: int, name: str = "", email: str = "", registration_number: str = ""
) -> list[Likeness]:
    """Accounts of a provider, of those the person sees, with the same name, e-mail or registration number."""
    authorize_any(session, (Power.CUSTOMERS_CREATE, Power.PROVIDERS_CREATE))
    shared: dict[int, list[str]] = {}
    tests: list[tuple[str, Any]] = []
    if fold(name):
        tests.append(("name", Account.name_key == fold(name)[:200]))
    if email.strip():
        tests.append(("e-mail", Account.id.in_(
            select(AccountContact.account_id).join(Contact, Contact.id == AccountContact.contact_id)
            .where(Contact.provider_id == provider_id, func.lower(Contact.email) == email.strip().lower()))))
    if registration_number.strip():
        tests.append(("registration number", Account.id.in_(
            select(Organisation.account_id)
            .where(func.lower(Organisation.registration_number) == registration_number.strip().lower()))))
    for what, test in tests:
        found = session.scalars(_of(session, provider_id).where(test).order_by(Account.id).limit(_SHOWN))
        for account_id in found:
            shared.setdefault(account_id, []).append(what)
    rows = session.execute(select(Account.id, Account.code, Account.name).where(Account.id.in_(shared)))
    alike = [Likeness(account_id=r.id, code=r.code, name=r.name, why=f"same {listed(shared[r.id])}") for r in rows]
    return sorted(alike, key=lambda one: (-len(shared[one.account_id]), one.account_id))[:_SHOWN]


def _of(session: Session, provider_id: int) -> Any:
    return select(Account.id).where(
        Account.provider_id == provider_id, Account.type != AccountType.SYSTEM.value, visible(session))
