"""Module switches: parts of the program that a provider has or has not; the operator alone switches them.

A switch is an attribute that providers pass on: what the operator sets counts for everybody below, unless it sets a
provider apart (ARCHITECTURE.md, "Attribute catalogue"). Services refuse by name what is switched off, and the window
hides it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import origin_column, provider_attributes, provider_effective
from app.models.attributes.catalogue import DEFINITIONS, AttributeDefinition
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import PROVIDER_TYPES, AccountType, Tier
from app.services.access.audit import write_audit
from app.services.access.authorize import authorize, require_provider, visible
from app.services.access.beyond import customers_below, require_all_of
from app.services.access.principal import Principal, principal_of
from app.services.attributes.writing import write_values
from app.services.changes import Changed, ChangeSet, Undo
from app.services.errors import NotAllowed, RefusedByRule
from app.services.wording import inside


class Module(StrEnum):
    """A part of the program that can be switched off; the value is the key of its attribute."""

    AGENTS = "module_agents"
    ACCOUNT_GROUPS = "module_account_groups"
    PAYMENT_PLANS = "module_payment_plans"
    SMS_EVENTS = "module_sms_events"
    AUTOMATED_SUSPENSION = "module_automated_suspension"
    MULTIPLE_PENDING_INVOICES = "module_multiple_pending_invoices"
    MULTI_CURRENCY = "module_multi_currency"
    MULTI_COUNTRY = "module_multi_country"

    @property
    def definition(self) -> AttributeDefinition:
        """Its switch in the catalogue of attributes."""
        return DEFINITIONS[self.value]

    @property
    def label(self) -> str:
        return self.definition.label


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleState:
    """One module at one provider."""

    module: Module
    label: str
    help: str
    is_on: bool
    own: bool | None
    """What is set on this very provider; None where it follows the one above."""
    source: str
    """Whose switch it is: a provider's name, or "System default"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderModules:
    """The modules of one provider."""

    provider_id: int
    code: str
    name: str
    is_operator: bool
    modules: tuple[ModuleState, ...]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the window shows: a module that no provider within reach has is hidden with its screens and actions."""

    on: dict[int, frozenset[Module]]
    """By provider."""
    may_switch: bool

    def has(self, module: Module, provider_id: int | None = None) -> bool:
        """Whether a provider has a module; without one, whether any within reach has."""
        if provider_id is not None:
            return module in self.on.get(provider_id, frozenset())
        return not self.on or any(module in modules for modules in self.on.values())


def require_module(session: Session, provider_id: int, module: Module) -> None:
    """Raise RefusedByRule, naming module and provider, where it is switched off."""
    if not is_on(session, provider_id, module):
        name = session.scalars(select(Account.name).where(Account.id == provider_id)).one()
        several = module.label.endswith("s")
        words = ("{module} are switched off for {provider}. The operator can switch them on." if several else
                 "{module} is switched off for {provider}. The operator can switch it on.")
        raise RefusedByRule(words.format(module=module.label, provider=name))


def is_on(session: Session, provider_id: int, module: Module) -> bool:
    """Whether a provider has a module."""
    column = provider_effective.c[module.definition.key]
    found = session.scalar(select(column).where(provider_effective.c.provider_id == provider_id))
    return bool(module.definition.default if found is None else found)


def without_module(session: Session, module: Module) -> frozenset[int]:
    """Providers that have it switched off."""
    column = provider_effective.c[module.definition.key]
    if module.definition.default:
        return frozenset(session.scalars(select(provider_effective.c.provider_id).where(column.is_(False))))
    having = select(provider_effective.c.provider_id).where(column.is_(True))
    return frozenset(session.scalars(select(Account.id).where(Account.type.in_(sorted(PROVIDER_TYPES)),
                                                              Account.id.not_in(having))))


def capabilities(session: Session) -> Capabilities:
    """The modules of every provider within reach, for what the window shows and hides."""
    keys = [provider_effective.c[module.definition.key] for module in Module]
    rows = session.execute(
        select(Account.id, *keys).outerjoin(provider_effective, provider_effective.c.provider_id == Account.id)
        .where(Account.type.in_(sorted(PROVIDER_TYPES - {AccountType.OPERATOR})), visible(session))).all()
    on = {row[0]: frozenset(module for module, value in zip(Module, row[1:], strict=True)
                            if (module.definition.default if value is None else value)) for row in rows}
    who = principal_of(session)
    return Capabilities(on, _is_operator(who) and not who.sees_some_only)


@dataclass(frozen=True, slots=True)
class ModuleSheet:
    """All modules of all providers within reach."""

    providers: tuple[ProviderModules, ...]
    may_switch: bool


def module_sheet(session: Session) -> ModuleSheet:
    """Every provider with its modules, and whether the person may switch them."""
    return ModuleSheet(tuple(modules_of_providers(session)), capabilities(session).may_switch)


def modules_of_providers(session: Session) -> list[ProviderModules]:
    """Every provider within reach with its modules, the operator first, then by name."""
    authorize(session, Power.PROVIDERS)
    columns = [column for module in Module for column in (
        provider_effective.c[module.definition.key],
        provider_effective.c[origin_column(module.definition)],
        provider_attributes.c[module.definition.key])]
    rows = session.execute(
        select(Account.id, Account.code, Account.name, Account.type, *columns)
        .outerjoin(provider_effective, provider_effective.c.provider_id == Account.id)
        .outerjoin(provider_attributes, provider_attributes.c.owner_id == Account.id)
        .where(Account.type.in_(sorted(PROVIDER_TYPES)), visible(session))
        .order_by(Account.type != AccountType.OPERATOR.value, Account.name_key, Account.id)).all()
    names = dict(session.execute(
        select(Account.id, Account.name).where(Account.type.in_(sorted(PROVIDER_TYPES)))).all())
    found = []
    for id_, code, name, kind, *values in rows:
        states = tuple(_state(module, values[3 * place:3 * place + 3], names) for place, module in enumerate(Module))
        found.append(ProviderModules(provider_id=id_, code=code, name=name,
                                     is_operator=kind == AccountType.OPERATOR.value, modules=states))
    return found


def _state(module: Module, values: Sequence[Any], names: Mapping[int, str]) -> ModuleState:
    effective, origin, own = values
    d = module.definition
    return ModuleState(module=module, label=d.label, help=d.help,
                       is_on=bool(d.default if effective is None else effective), own=own,
                       source="System default" if origin is None else names[origin])


def switch_module(
    session: Session, *, provider_id: int, module: Module, on: bool | None, seen: bool | None
) -> ChangeSet:
    """Switch a module on or off for a provider and those below it; None follows the provider above again.

    `seen` is what was shown as set on this very provider. The operator alone may; switching to what it is changes
    nothing.
    """
    provider = require_provider(session, provider_id, Power.PROVIDERS_DEFAULTS)
    if not _is_operator(principal_of(session)):
        raise NotAllowed("Modules are switched by the operator alone.")
    require_all_of(session, customers_below(session, provider_id))
    before = is_on(session, provider_id, module)
    key = module.definition.key
    changes = write_values(session, tier=Tier.PROVIDER, owner_id=provider_id, values={key: on}, seen={key: seen})
    if not changes:
        return changes
    after = is_on(session, provider_id, module)
    write_audit(session, provider_id=provider_id, account_id=provider_id, action="module_switched",
                detail=("{module} on for {provider}." if after else "{module} off for {provider}.").format(
                    module=module.label, provider=provider.name),
                field=key, old=_WORDS[before], new=_WORDS[after])
    done = "{module} switched on for {provider}." if after else "{module} switched off for {provider}."
    return (changes | ChangeSet.of(Changed.MODULES)).with_undo(Undo(
        of=f"{inside(module.label)} of {provider.name}", done=done.format(module=module.label, provider=provider.name),
        command=switch_module, arguments={"provider_id": provider_id, "module": module, "on": seen, "seen": on}))


def _is_operator(who: Principal) -> bool:
    return who.providers is None and who.agent_id is None


_WORDS = {True: "on", False: "off"}
