"""What a provider is set up with, as the database has it: the other side of every comparison, and what is exported.

Each part asks for the power to look at it. Neither customers, staff users nor documents are read; org units of agents
are left out, because an agent is an account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import CreditRating
from app.models.attributes.catalogue import CREDIT_RATINGS, AttributeValue
from app.models.currencies.rates import ProviderCurrency, RateSource
from app.models.ledger.periods import AccountingSettings
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.contact import Organisation
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.staff import OrgUnit, OrgUnitGroup, OrgUnitRole, StaffRole, StaffRolePower
from app.models.products.kinds import ProductFamily, ProductType
from app.models.suspension.rule_sets import RuleSetExcludedGroup, SuspensionRuleSet
from app.models.values import AccountType, CurrencyState, GatewayKind, Rounding, Tier, plain_amount
from app.services.access.authorize import may, require_provider
from app.services.attributes.resolving import stored_values
from app.services.credit.labels import classification_rows, kyc_profile_rows
from app.services.credit.overrides import override_rows
from app.services.documents.types import values_of
from app.services.events.listing import events_of_profiles
from app.services.events.templates import EMPTY, FIELDS_OF, template_content
from app.services.gateways.settings import gateway_sheet
from app.services.providers.automation import stored_settings
from app.services.setup.document import (
    TABLE_AT,
    TERMS_KEYS,
    Form,
    Kind,
    Part,
    SetUp,
    SetUpValue,
    TableOfKeys,
    has_period,
    keys_of,
    name_of_event,
)
from app.services.setup.values import picture_text, value_of_stored

POWER_TO_LOOK: dict[Kind, Power] = {
    Kind.PROVIDER: Power.PROVIDERS, Kind.OWN_ATTRIBUTES: Power.PROVIDERS, Kind.LETTERHEAD: Power.PROVIDERS,
    Kind.MODULES: Power.PROVIDERS, Kind.SCHEDULE: Power.EVENTS, Kind.BRAKE: Power.EVENTS,
    Kind.PERIODS: Power.LEDGER, Kind.RATES: Power.PROVIDERS, Kind.CURRENCY: Power.PROVIDERS,
    Kind.CREDIT_RATING: Power.PROVIDERS, Kind.CLASSIFICATION: Power.CREDIT, Kind.KYC_PROFILE: Power.CREDIT,
    Kind.OVERRIDE_RULE: Power.CREDIT, Kind.PROFILE: Power.PROFILES,
    Kind.SMTP: Power.EVENTS, Kind.SMS: Power.EVENTS, Kind.PROVISIONING: Power.EVENTS, Kind.EVENT: Power.EVENTS,
    Kind.TRANSACTION_TYPE: Power.LEDGER, Kind.PRODUCT_FAMILY: Power.PROVIDERS, Kind.PRODUCT_TYPE: Power.PROVIDERS,
    Kind.GROUP: Power.GROUPS, Kind.RULE_SET: Power.SUSPENSION, Kind.ROLE: Power.STAFF, Kind.ORG_UNIT: Power.STAFF,
}
OVERRIDE_SETS = ("events", "classifications", "ratings", "kyc_profiles")
"""Keys of an override rule that are sets of codes."""
_KNOWN_POWERS = frozenset(power.value for power in Power)


def stored_set_up(session: Session, *, provider_id: int) -> SetUp:
    """Everything a provider is set up with. Raises NotAllowed naming the first power that is missing to look at it."""
    for power in dict.fromkeys(POWER_TO_LOOK.values()):
        require_provider(session, provider_id, power)
    return _read(session, provider_id, list(Kind))


def stored_parts(session: Session, *, provider_id: int, kinds: frozenset[Kind]) -> SetUp:
    """Some kinds of parts, each of which the person must be allowed to look at, and of the others those they may."""
    for kind in kinds:
        require_provider(session, provider_id, POWER_TO_LOOK[kind])
    return _read(session, provider_id, [kind for kind in Kind if kind in kinds or may(session, POWER_TO_LOOK[kind])])


def _read(session: Session, provider_id: int, kinds: list[Kind]) -> SetUp:
    account = session.get_one(Account, provider_id, populate_existing=True)
    provider = session.get_one(Provider, provider_id, populate_existing=True)
    source = _Source(session=session, account=account, provider=provider)
    parts = tuple(part for kind in kinds for part in _READERS[kind](source))
    return SetUp(code=account.code, currency=provider.currency, parts=parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    session: Session
    account: Account
    provider: Provider

    @property
    def id(self) -> int:
        return self.account.id

    def attributes(self, path: str, stored: Mapping[str, AttributeValue], currency: str = "") -> dict[str, SetUpValue]:
        """Stored attributes as a table writes them."""
        table: TableOfKeys = TABLE_AT[path]
        found = {key.name: value_of_stored(key, stored.get(key.definition.key), currency or self.provider.currency)
                 for key in table.keys if key.definition is not None}
        return _set(found)

    def amount(self, minor: int) -> str:
        return plain_amount(minor, self.provider.currency)


def _set(values: Mapping[str, SetUpValue | None]) -> dict[str, SetUpValue]:
    """Values without those that are not set; an attribute may be "", and nothing else that is stored says so."""
    return {key: value for key, value in values.items() if value is not None}


def _filled(**values: Any) -> dict[str, SetUpValue]:
    """Values stored with a thing, without empty ones and without blanks around texts, as forms leave them."""
    clean = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
    return {key: value for key, value in clean.items() if value not in (None, "", (), {})}


# --------------------------------------------------------------------------- parts, kind by kind


def _provider(source: _Source) -> Iterator[Part]:
    account, provider = source.account, source.provider
    is_operator = account.type == AccountType.OPERATOR
    organisation = source.session.get(Organisation, source.id, populate_existing=True)
    parent = None if is_operator else source.session.scalars(
        select(Account.code).where(Account.id == account.provider_id)).one()
    values = _filled(
        name=account.name, type=account.type, parent=parent, realm=provider.realm, currency=provider.currency,
        time_zone=provider.time_zone, language=provider.language, start_date=account.start_date.isoformat(),
        account_naming=provider.account_naming, billing_address_rule=provider.billing_address_rule,
        billing_address_optional_for=provider.billing_address_optional_for, export_reference=account.export_reference,
        trading_name="" if organisation is None else organisation.trading_name,
        registration_number="" if organisation is None else organisation.registration_number)
    attributes = stored_values(source.session, Tier.PROVIDER, source.id)
    yield Part(kind=Kind.PROVIDER, name=account.code,
               values={**values, **source.attributes("provider.attributes", attributes),
                       **source.attributes("credit_terms", {key: value for key, value in attributes.items()
                                                            if key != TERMS_KEYS["days"]})})


def _own_attributes(source: _Source) -> Iterator[Part]:
    stored = stored_values(source.session, Tier.ACCOUNT, source.id)
    values = source.attributes("provider.own_attributes", stored, source.account.currency)
    if values:
        yield Part(kind=Kind.OWN_ATTRIBUTES, name=source.account.code, values=values)


def _letterhead(source: _Source) -> Iterator[Part]:
    values = _filled(**{
        key.name: picture_text(source.provider.logo) if key.form is Form.PICTURE else getattr(source.provider, key.name)
        for key in TABLE_AT["letterhead"].keys})
    if values:
        yield Part(kind=Kind.LETTERHEAD, name=source.account.code, values=values)


def _modules(source: _Source) -> Iterator[Part]:
    values = source.attributes("modules", stored_values(source.session, Tier.PROVIDER, source.id))
    if values:
        yield Part(kind=Kind.MODULES, name=source.account.code, values=values)


def _schedule(source: _Source) -> Iterator[Part]:
    yield from _automation(source, Kind.SCHEDULE)


def _brake(source: _Source) -> Iterator[Part]:
    yield from _automation(source, Kind.BRAKE)


def _periods(source: _Source) -> Iterator[Part]:
    settings = source.session.get(AccountingSettings, source.id, populate_existing=True)
    if settings is not None:
        yield Part(kind=Kind.PERIODS, name=source.account.code, values={
            "frequency": settings.frequency, "from": settings.first_on.isoformat()})


def _rates(source: _Source) -> Iterator[Part]:
    row = source.session.get(RateSource, source.id, populate_existing=True)
    if row is not None:
        yield Part(kind=Kind.RATES, name=source.account.code, values={"url": row.url})


def _currencies(source: _Source) -> Iterator[Part]:
    for row in source.session.scalars(select(ProviderCurrency).where(ProviderCurrency.provider_id == source.id)
                                      .order_by(ProviderCurrency.currency)):
        yield Part(kind=Kind.CURRENCY, name=row.currency, values=_filled(
            state=row.state if row.state != CurrencyState.NOT_EFFECTIVE.value else None,
            rounding=row.rounding if row.rounding != Rounding.HALF_UP.value else None))


def _automation(source: _Source, kind: Kind) -> Iterator[Part]:
    stored = stored_settings(source.session, provider_id=source.id)
    found = {key: stored.get(setting_of(kind, key)) for key in keys_of(kind)}
    values = _set({key: tuple(sorted(value)) if isinstance(value, tuple) else value for key, value in found.items()})
    if values:
        yield Part(kind=kind, name=source.account.code, values=values)


def setting_of(kind: Kind, key: str) -> str:
    """The setting of a provider's automation that a key of the schedule or the brake says."""
    return f"brake_{key}" if kind is Kind.BRAKE else key


def _ratings(source: _Source) -> Iterator[Part]:
    rows = {row.code: row for row in source.session.scalars(
        select(CreditRating).where(CreditRating.provider_id == source.id).execution_options(populate_existing=True))}
    for code in CREDIT_RATINGS:
        if code in rows:
            limit = rows[code].limit_minor
            yield Part(kind=Kind.CREDIT_RATING, name=code, values=_filled(
                limit=None if limit is None else source.amount(limit), label=rows[code].label))


def _sortings(kind: Kind, entity: type[ProductFamily | ProductType]) -> Callable[[_Source], Iterator[Part]]:
    def read(source: _Source) -> Iterator[Part]:
        rows = source.session.execute(select(entity.code, entity.name).where(entity.provider_id == source.id)).all()
        for row in sorted(rows, key=lambda row: row.code):
            yield Part(kind=kind, name=row.code, values=_filled(name=row.name))

    return read


def _transaction_types(source: _Source) -> Iterator[Part]:
    for code, values in sorted(values_of(source.session, provider_id=source.id).items()):
        yield Part(kind=Kind.TRANSACTION_TYPE, name=code, values=_filled(
            kind=values.kind.value, name=values.name, default=values.is_default or None,
            categories=values.categories))


def _classifications(source: _Source) -> Iterator[Part]:
    for row in classification_rows(source.session, provider_id=source.id):
        yield Part(kind=Kind.CLASSIFICATION, name=row.code, values=_filled(
            name=row.details.name, off=not row.details.enabled or None, units=tuple(sorted(row.details.units))))


def _kyc_profiles(source: _Source) -> Iterator[Part]:
    for row in kyc_profile_rows(source.session, provider_id=source.id):
        yield Part(kind=Kind.KYC_PROFILE, name=row.code, values=_filled(name=row.name))


def _overrides(source: _Source) -> Iterator[Part]:
    for row in override_rows(source.session, provider_id=source.id):
        sets = {key: tuple(sorted(map(str, getattr(row.details, key)))) for key in OVERRIDE_SETS}
        yield Part(kind=Kind.OVERRIDE_RULE, name=row.details.name, values=_filled(
            **sets, verified_only=row.details.verified_only or None, off=not row.details.enabled or None))


def _profiles(source: _Source) -> Iterator[Part]:
    rows = source.session.scalars(
        select(AccountProfile).where(AccountProfile.provider_id == source.id)
        .execution_options(populate_existing=True)).all()
    for row in sorted(rows, key=lambda row: (row.id != source.provider.default_profile_id, row.name)):
        stored = stored_values(source.session, Tier.PROFILE, row.id)
        values = _filled(description=row.description, export_reference=row.export_reference)
        if row.id == source.provider.default_profile_id:
            values["default"] = True
        yield Part(kind=Kind.PROFILE, name=row.name, values={
            **values, **source.attributes("profile", stored), **source.attributes("profile.attributes", stored)})


def _groups(source: _Source) -> Iterator[Part]:
    rows = source.session.scalars(
        select(AccountGroup).where(AccountGroup.provider_id == source.id).execution_options(populate_existing=True))
    for row in sorted(rows, key=lambda row: row.code):
        yield Part(kind=Kind.GROUP, name=row.code, values=_filled(
            name=row.name, kind=row.kind, access=row.access, description=row.description))


def _rule_sets(source: _Source) -> Iterator[Part]:
    """The newest version from each day on; an older one of the same day holds on none."""
    rows = source.session.scalars(
        select(SuspensionRuleSet).where(SuspensionRuleSet.provider_id == source.id)
        .order_by(SuspensionRuleSet.effective_from, SuspensionRuleSet.version)).all()
    excluded: dict[int, list[str]] = {}
    for rule_set_id, code in source.session.execute(
            select(RuleSetExcludedGroup.rule_set_id, AccountGroup.code)
            .join(AccountGroup, AccountGroup.id == RuleSetExcludedGroup.group_id)
            .where(AccountGroup.provider_id == source.id)):
        excluded.setdefault(rule_set_id, []).append(code)
    for row in {row.effective_from: row for row in rows}.values():
        yield Part(kind=Kind.RULE_SET, name=row.effective_from.isoformat(), values=_filled(
            name=row.name, min_overdue=source.amount(row.min_overdue_minor), min_days=row.min_overdue_days,
            restore_at=source.amount(row.restore_at_minor), resuspend_days=row.resuspend_days,
            windows=tuple(window for window in row.windows.split("\n") if window), holidays=row.holidays,
            excluded_groups=tuple(sorted(excluded.get(row.id, ())))))


def _gateway(kind: Kind) -> Callable[[_Source], Iterator[Part]]:
    def read(source: _Source) -> Iterator[Part]:
        named = GatewayKind(kind.value.partition(".")[2])
        row = next(row for row in gateway_sheet(source.session, provider_id=source.id) if row.kind is named)
        if row.settings:
            values = {key: tuple(sorted(value)) if isinstance(value, tuple) else value
                      for key, value in row.settings.items()}
            yield Part(kind=kind, name=source.account.code, values=values)

    return read


def _events(source: _Source) -> Iterator[Part]:
    """Mappings with their switches and the words that are used now, in the order of the library."""
    for profile in events_of_profiles(source.session, provider_id=source.id):
        for row in profile.mappings:
            values: dict[str, SetUpValue] = {"profile": row.profile, "event": row.event}
            if has_period(row.event):
                values["period"] = row.period_days
            if row.extended_logging:
                values["extended_logging"] = True
            for each in row.actions:
                action = each.action.value
                content = template_content(source.session, mapping_id=row.id, action=each.action)
                said = {name: content[name] for name in FIELDS_OF[each.action] if content[name] != EMPTY[name]}
                values |= {f"{action}.{name}": True if name == "merge" else text for name, text in said.items()}
                if each.enabled:
                    values[f"{action}.enabled"] = True
            yield Part(kind=Kind.EVENT, name=name_of_event(values), values=values)


def _roles(source: _Source) -> Iterator[Part]:
    rows = source.session.scalars(
        select(StaffRole).where(StaffRole.provider_id == source.id).execution_options(populate_existing=True)).all()
    powers: dict[int, list[str]] = {}
    for role_id, power in source.session.execute(
            select(StaffRolePower.role_id, StaffRolePower.power).join(StaffRole, StaffRole.id == StaffRolePower.role_id)
            .where(StaffRole.provider_id == source.id)):
        if power in _KNOWN_POWERS:
            powers.setdefault(role_id, []).append(power)
    for row in sorted(rows, key=lambda row: row.name):
        yield Part(kind=Kind.ROLE, name=row.name, values=_filled(
            description=row.description, powers=tuple(sorted(powers.get(row.id, ())))))


def _units(source: _Source) -> Iterator[Part]:
    rows = source.session.scalars(
        select(OrgUnit).where(OrgUnit.provider_id == source.id, OrgUnit.agent_id.is_(None))
        .execution_options(populate_existing=True)).all()
    roles: dict[int, list[str]] = {}
    for unit_id, name in source.session.execute(
            select(OrgUnitRole.unit_id, StaffRole.name).join(StaffRole, StaffRole.id == OrgUnitRole.role_id)
            .where(OrgUnitRole.provider_id == source.id)):
        roles.setdefault(unit_id, []).append(name)
    groups: dict[int, dict[str, str]] = {}
    for unit_id, code, level in source.session.execute(
            select(OrgUnitGroup.unit_id, AccountGroup.code, OrgUnitGroup.level)
            .join(AccountGroup, AccountGroup.id == OrgUnitGroup.group_id)
            .where(OrgUnitGroup.provider_id == source.id).order_by(AccountGroup.code)):
        groups.setdefault(unit_id, {})[code] = level
    for row in sorted(rows, key=lambda row: row.code):
        yield Part(kind=Kind.ORG_UNIT, name=row.code, values=_filled(
            name=row.name, description=row.description, roles=tuple(sorted(roles.get(row.id, ()))),
            groups=groups.get(row.id, {})))


_READERS: dict[Kind, Callable[[_Source], Iterator[Part]]] = {
    Kind.PROVIDER: _provider, Kind.OWN_ATTRIBUTES: _own_attributes, Kind.LETTERHEAD: _letterhead,
    Kind.MODULES: _modules, Kind.SCHEDULE: _schedule, Kind.BRAKE: _brake, Kind.PERIODS: _periods,
    Kind.TRANSACTION_TYPE: _transaction_types,
    Kind.RATES: _rates, Kind.CURRENCY: _currencies,
    Kind.PRODUCT_FAMILY: _sortings(Kind.PRODUCT_FAMILY, ProductFamily),
    Kind.PRODUCT_TYPE: _sortings(Kind.PRODUCT_TYPE, ProductType),
    Kind.CREDIT_RATING: _ratings, Kind.CLASSIFICATION: _classifications, Kind.KYC_PROFILE: _kyc_profiles,
    Kind.OVERRIDE_RULE: _overrides, Kind.PROFILE: _profiles, Kind.GROUP: _groups,
    Kind.RULE_SET: _rule_sets,
    Kind.SMTP: _gateway(Kind.SMTP), Kind.SMS: _gateway(Kind.SMS), Kind.PROVISIONING: _gateway(Kind.PROVISIONING),
    Kind.EVENT: _events, Kind.ROLE: _roles, Kind.ORG_UNIT: _units,
}
