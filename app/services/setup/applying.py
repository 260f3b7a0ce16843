"""Applying a plan: exactly what it lists, in the one unit of work it is called in, or nothing.

Everything goes through the commands that screens use, so whoever applies a file needs the powers for each of its parts
and is refused what they are refused. The database is read once more under a lock: where it is no longer what the plan
was made of, nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.credit.control import OverrideRule
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import Power
from app.models.parties.staff import OrgUnit, StaffRole
from app.models.values import (
    CreditEvent,
    CurrencyState,
    EventAction,
    GatewayKind,
    GroupAccess,
    GroupKind,
    GroupLevel,
    PeriodFrequency,
    Rounding,
    Tier,
    TransactionKind,
)
from app.services.access.authorize import require_provider
from app.services.access.principal import read_principal_anew
from app.services.accounts.detail_checks import PROVIDER as DETAILS_OF_PROVIDER
from app.services.accounts.details import save_details
from app.services.accounts.logo import set_logo
from app.services.attributes.writing import set_attributes
from app.services.changes import Changed, ChangeSet
from app.services.credit.labels import ClassificationDetails, set_classification, set_kyc_profile
from app.services.credit.overrides import OverrideDetails, create_override, edit_override
from app.services.credit.ratings import RatingWorth, set_credit_rating
from app.services.currencies.changing import CurrencyUse, set_currency
from app.services.currencies.fetching import set_rate_source
from app.services.database.dialects import lock_defaults, lock_ledger, lock_rows
from app.services.documents.types import TypeValues, set_transaction_type, values_of
from app.services.errors import InputRejected, NotAllowed, NotFound, RefusedByRule, RefusedField
from app.services.events.mappings import (
    create_mapping,
    event_type,
    mapping_id_of,
    set_extended_logging,
    switch_action,
    switchable,
)
from app.services.events.templates import EMPTY, set_template, starter_content
from app.services.gateways.settings import set_gateway
from app.services.groups.groups import GroupDetails, create_group, edit_group
from app.services.hierarchy.accounts import set_first_realm
from app.services.hierarchy.new_account import create_new_account
from app.services.hierarchy.operator import operator_of
from app.services.periods.settings import set_periods
from app.services.products.kinds import Sorting, set_sorting
from app.services.profiles.profiles import (
    ProfileDetails,
    create_profile,
    default_profile_id,
    edit_profile,
    set_default_profile,
)
from app.services.providers.automation import SettingValue, set_automation
from app.services.providers.modules import Module, switch_module
from app.services.rules.rule_sets import newest_version, set_rules
from app.services.setup.comparing import SetUpChange
from app.services.setup.document import (
    LAYOUT,
    MODULE_PREFIX,
    Kind,
    SetUp,
    SetUpValue,
    keys_of,
)
from app.services.setup.meanwhile import refuse_another_plan
from app.services.setup.planning import Plan, creation_request, event_content, plan_without_impact, profile_ids
from app.services.setup.stored import setting_of
from app.services.setup.values import stored_of_value
from app.services.staff.roles import create_role, edit_role
from app.services.staff.units import create_unit, edit_unit, tie_group

Values = Mapping[str, SetUpValue]
_GENERAL = ("name", "start_date", "export_reference", "trading_name", "registration_number", "time_zone", "language",
            "account_naming", "billing_address_rule", "billing_address_optional_for")
_SAID_HERE = (RefusedByRule, RefusedField, NotAllowed, NotFound, InputRejected)


def apply_set_up(session: Session, *, seen: Plan) -> ChangeSet:
    """Do what a plan lists. Raises RefusedByRule where the database is no longer what the plan was made of.

    `seen` is the plan as it was shown. Locks the provider, or of a new one the provider above, until the transaction
    ends. Applying what is there already changes nothing.
    """
    if seen.provider_id is not None:
        require_provider(session, seen.provider_id, Power.PROVIDERS)
    _lock(session, seen)
    plan = plan_without_impact(session, source=seen.source)
    refuse_another_plan(session, seen=seen, now=plan)
    work = _Work(session, plan)
    if plan.provider_id is None:
        work.create()
    work.change()
    # The way back of one of its commands would be half of one.
    return replace(work.changes, undo=None)


def _lock(session: Session, seen: Plan) -> None:
    """Take what the commands of a plan lock one by one, in the one order (ARCHITECTURE.md, "Locks")."""
    wanted = seen.file.set_up
    above = seen.provider_id or creation_request(session, wanted).parent_id
    with_staff = bool(wanted.all_of(Kind.ROLE) or wanted.all_of(Kind.ORG_UNIT))
    lock_defaults(session)
    if seen.provider_id is not None and wanted.all_of(Kind.PERIODS):
        lock_ledger(session, seen.provider_id, judging=True)
    lock_rows(session, "provider", "account_id", {above, *([operator_of(session).id] if with_staff else [])})


class _Work:
    """Carries out the changes of one plan, kind by kind, what others refer to first."""

    def __init__(self, session: Session, plan: Plan) -> None:
        self._session = session
        self._plan = plan
        self._wanted: SetUp = plan.file.set_up
        self._provider_id = plan.provider_id or 0
        self._is_new = plan.provider_id is None
        self._touched: dict[tuple[str, str], list[SetUpChange]] = {}
        for change in plan.changes:
            self._touched.setdefault((change.kind, change.name), []).append(change)
        self.changes = ChangeSet.empty()

    # ---- what is there, what is wanted ------------------------------------------------------------------------------

    def _now(self, kind: Kind, name: str) -> Values | None:
        part = None if self._plan.now is None else self._plan.now.part(kind, name)
        return None if part is None else part.values

    def _said(self, kind: Kind, name: str) -> Values:
        part = self._wanted.part(kind, name)
        return {} if part is None else part.values

    def _of(self, kind: Kind) -> Iterator[tuple[str, Values, Values | None]]:
        """Parts of a kind that the plan touches: name, what it says once applied, and what is there."""
        for part in self._wanted.all_of(kind):
            if (kind.value, part.name) in self._touched:
                now = self._now(kind, part.name)
                yield part.name, {**(now or {}), **part.values}, now

    def _stored(self, kind: Kind, key: str, value: SetUpValue | None) -> Any:
        return stored_of_value(keys_of(kind)[key], value, self._wanted.currency)

    def _changed(self, kind: Kind) -> dict[str, SetUpChange]:
        """Changes of what a provider has once, by key."""
        return {change.key: change for change in self._touched.get((kind.value, self._wanted.code), ()) if change.key}

    @contextmanager
    def _at(self, kind: Kind, name: str, key: str = "") -> Iterator[None]:
        """Say of a refusal which place of the file it is about."""
        try:
            yield
        except _SAID_HERE as refused:
            if type(refused) not in _SAID_HERE:
                raise  # carries more than words
            place = self._plan.file.place_of(kind, name, key)
            made: Callable[[str], Exception] = RefusedByRule if type(refused) is RefusedField else type(refused)
            raise made(f"{self._plan.file.name}, {place}: {refused} Nothing was changed.") from refused

    # ---- a new provider ---------------------------------------------------------------------------------------------

    def create(self) -> None:
        code = self._wanted.code
        with self._at(Kind.PROVIDER, code):
            created = create_new_account(self._session, request=creation_request(self._session, self._wanted))
        self._provider_id = created.id
        self.changes |= created.changes
        read_principal_anew(self._session)

    # ---- everything besides -----------------------------------------------------------------------------------------

    def change(self) -> None:
        self._ratings()  # before whatever names a rating: what is passed on is reckoned with their limits
        self._modules(on=True)
        if not self._is_new:
            self._attributes(Kind.PROVIDER, Tier.PROVIDER)
        self._profiles()
        if not self._is_new:
            self._settings()
        self._attributes(Kind.OWN_ATTRIBUTES, Tier.ACCOUNT)
        self._automation(Kind.SCHEDULE)
        self._automation(Kind.BRAKE)
        self._periods()
        self._currencies()
        self._rates()
        self._groups()
        self._transaction_types()
        self._sortings(Kind.PRODUCT_FAMILY, Sorting.FAMILY)
        self._sortings(Kind.PRODUCT_TYPE, Sorting.TYPE)
        self._rule_sets()
        for kind in (Kind.SMTP, Kind.SMS, Kind.PROVISIONING):
            self._gateway(kind)
        self._events()
        self._roles()
        self._units()
        self._classifications()  # after the org units that may give them
        self._kyc_profiles()
        self._override_rules()
        self._modules(on=False)  # what a switch would refuse is done by now

    def _settings(self) -> None:
        code = self._wanted.code
        changed = {**self._changed(Kind.PROVIDER), **self._changed(Kind.LETTERHEAD)}
        fields = [key for key in changed if key in (*_GENERAL, *DETAILS_OF_PROVIDER)]
        if fields:
            with self._at(Kind.PROVIDER, code):
                self.changes |= save_details(
                    self._session, account_id=self._provider_id,
                    after={key: str(changed[key].new or "") for key in fields},
                    seen={key: str(changed[key].old or "") for key in fields})
        if "logo" in changed:
            old, new = (self._stored(Kind.LETTERHEAD, "logo", value)
                        for value in (changed["logo"].old, changed["logo"].new))
            with self._at(Kind.LETTERHEAD, code, "logo"):
                self.changes |= set_logo(self._session, provider_id=self._provider_id, logo=new, seen=old)
        if "realm" in changed:
            with self._at(Kind.PROVIDER, code, "realm"):
                self.changes |= set_first_realm(self._session, provider_id=self._provider_id,
                                                realm=str(changed["realm"].new))

    def _attributes(self, kind: Kind, tier: Tier) -> None:
        keys = keys_of(kind)
        if self._is_new:
            wanted = dict(self._said(kind, self._wanted.code).items())
        else:
            wanted = {key: change.new for key, change in self._changed(kind).items() if change.new is not None}
        values = {definition.key: self._stored(kind, key, value) for key, value in wanted.items()
                  if (definition := keys[key].definition) is not None}
        if values:
            with self._at(kind, self._wanted.code):
                self.changes |= set_attributes(self._session, tier=tier, owner_id=self._provider_id, values=values,
                                               seen=self._seen(kind, self._wanted.code, wanted))

    def _seen(self, kind: Kind, name: str, keys: Iterable[str]) -> dict[str, Any]:
        """What the plan saw stored of some attributes."""
        now, known = self._now(kind, name) or {}, keys_of(kind)
        return {definition.key: self._stored(kind, key, now[key]) for key in keys
                if key in now and (definition := known[key].definition) is not None}

    def _modules(self, *, on: bool) -> None:
        said, seen = self._said(Kind.MODULES, self._wanted.code), self._now(Kind.MODULES, self._wanted.code) or {}
        changed = said if self._is_new else self._changed(Kind.MODULES)
        for key, value in said.items():
            if key in changed and value is on:
                with self._at(Kind.MODULES, self._wanted.code, key):
                    self.changes |= switch_module(self._session, provider_id=self._provider_id,
                                                  module=Module(f"{MODULE_PREFIX}{key}"), on=on,
                                                  seen=None if key not in seen else seen[key] is True)

    def _automation(self, kind: Kind) -> None:
        code = self._wanted.code
        said, now = self._said(kind, code), self._now(kind, code) or {}
        wanted = {key: value for key, value in said.items() if now.get(key) != value}
        if wanted:
            with self._at(kind, code):
                self.changes |= set_automation(
                    self._session, provider_id=self._provider_id,
                    settings={setting_of(kind, key): _setting(value) for key, value in wanted.items()},
                    seen={setting_of(kind, key): None if key not in now else _setting(now[key]) for key in wanted})

    def _periods(self) -> None:
        said = self._said(Kind.PERIODS, self._wanted.code)
        if said and self._now(Kind.PERIODS, self._wanted.code) != said:
            with self._at(Kind.PERIODS, self._wanted.code):
                self.changes |= set_periods(self._session, provider_id=self._provider_id,
                                            frequency=PeriodFrequency(str(said["frequency"])),
                                            first_on=date.fromisoformat(str(said["from"])))

    def _currencies(self) -> None:
        for code, values, now in self._of(Kind.CURRENCY):
            with self._at(Kind.CURRENCY, code):
                begins = {"state": CurrencyState.EFFECTIVE.value} if code == self._wanted.currency else {}
                self.changes |= set_currency(
                    self._session, provider_id=self._provider_id, currency=code, wanted=_use({**begins, **values}),
                    seen=_use(begins if now is None else {**begins, **now}))

    def _rates(self) -> None:
        said, now = self._said(Kind.RATES, self._wanted.code), self._now(Kind.RATES, self._wanted.code)
        if said and said != now:
            with self._at(Kind.RATES, self._wanted.code):
                self.changes |= set_rate_source(self._session, provider_id=self._provider_id, url=str(said["url"]),
                                                seen=str((now or {}).get("url", "")))

    def _gateway(self, kind: Kind) -> None:
        code = self._wanted.code
        said, now = self._said(kind, code), self._now(kind, code)
        if any((now or {}).get(key) != value for key, value in said.items()):
            with self._at(kind, code):
                self.changes |= set_gateway(
                    self._session, provider_id=self._provider_id, kind=GatewayKind(kind.value.partition(".")[2]),
                    settings={key: _setting(value) for key, value in {**(now or {}), **said}.items()},
                    seen=None if now is None else {key: _setting(value) for key, value in now.items()})

    def _events(self) -> None:
        touched = list(self._of(Kind.EVENT))
        ids = profile_ids(self._session, self._provider_id) if touched else {}
        for name, values, now in touched:
            with self._at(Kind.EVENT, name):
                self._event(ids[str(values["profile"])], values, now or {})

    def _event(self, profile_id: int, values: Values, now: Values) -> None:
        event, period = str(values["event"]), _number(values.get("period", 0))
        mapping_id = mapping_id_of(self._session, provider_id=self._provider_id, profile_id=profile_id, event=event,
                                   period_days=period)
        if mapping_id is None:
            mapping_id = create_mapping(self._session, provider_id=self._provider_id, profile_id=profile_id,
                                        event=event, period_days=period, with_starters=False).id
        logs, logged = values.get("extended_logging", False) is True, now.get("extended_logging", False) is True
        if logs is not logged:
            self.changes |= set_extended_logging(self._session, mapping_id=mapping_id, enabled=logs, seen=logged)
        for action in switchable(event_type(event)):
            self._action(mapping_id, action, values, now)
        self.changes |= ChangeSet.of(Changed.EVENTS)

    def _action(self, mapping_id: int, action: EventAction, values: Values, now: Values) -> None:
        """Switched off first and on last, so that nothing is on without words; what is on without words gets ours."""
        wanted, seen = event_content(values, action.value), event_content(now, action.value)
        is_on, was_on = (each.get(f"{action.value}.enabled") is True for each in (values, now))
        if was_on and not is_on:
            self.changes |= switch_action(self._session, mapping_id=mapping_id, action=action, enabled=False, seen=True)
        if is_on and not was_on and wanted == EMPTY:
            wanted = starter_content(event_type(str(values["event"])), action)
        changed = {field: text for field, text in wanted.items() if seen[field] != text}
        if changed:
            self.changes |= set_template(self._session, mapping_id=mapping_id, action=action, content=changed,
                                         seen=seen)
        if is_on and not was_on:
            self.changes |= switch_action(self._session, mapping_id=mapping_id, action=action, enabled=True,
                                          seen=False)

    def _ratings(self) -> None:
        for code, values, now in self._of(Kind.CREDIT_RATING):
            with self._at(Kind.CREDIT_RATING, code):
                worth = self._worth(values)
                self.changes |= set_credit_rating(
                    self._session, provider_id=self._provider_id, code=code, label=worth.label,
                    limit_minor=worth.limit_minor, seen=None if now is None else self._worth(now))

    def _sortings(self, kind: Kind, sorting: Sorting) -> None:
        for code, values, now in self._of(kind):
            with self._at(kind, code):
                self.changes |= set_sorting(self._session, provider_id=self._provider_id, sorting=sorting, code=code,
                                            name=str(values.get("name", "")),
                                            seen=None if now is None else str(now.get("name", "")))

    def _transaction_types(self) -> None:
        for code, values, now in self._of(Kind.TRANSACTION_TYPE):
            wanted, seen = _type_values(code, values), None if now is None else _type_values(code, now)
            there = values_of(self._session, provider_id=self._provider_id).get(code)
            if seen is not None and there is not None and "default" not in self._said(Kind.TRANSACTION_TYPE, code):
                # Another type of the file may have become the default just now.
                wanted, seen = (replace(each, is_default=there.is_default) for each in (wanted, seen))
            with self._at(Kind.TRANSACTION_TYPE, code):
                self.changes |= set_transaction_type(self._session, provider_id=self._provider_id, code=code,
                                                     values=wanted, seen=seen)

    def _worth(self, values: Values) -> RatingWorth:
        return RatingWorth(limit_minor=self._stored(Kind.CREDIT_RATING, "limit", values.get("limit")),
                           label=str(values.get("label", "")))

    def _classifications(self) -> None:
        for code, values, now in self._of(Kind.CLASSIFICATION):
            with self._at(Kind.CLASSIFICATION, code):
                self.changes |= set_classification(
                    self._session, provider_id=self._provider_id, code=code, details=_classification(code, values),
                    seen=None if now is None else _classification(code, now))

    def _kyc_profiles(self) -> None:
        for code, values, now in self._of(Kind.KYC_PROFILE):
            with self._at(Kind.KYC_PROFILE, code):
                self.changes |= set_kyc_profile(
                    self._session, provider_id=self._provider_id, code=code, name=str(values.get("name") or code),
                    seen=None if now is None else str(now.get("name") or code))

    def _override_rules(self) -> None:
        ids = self._ids(OverrideRule.name, OverrideRule)
        for name, values, now in self._of(Kind.OVERRIDE_RULE):
            with self._at(Kind.OVERRIDE_RULE, name):
                if name in ids:
                    self.changes |= edit_override(self._session, rule_id=ids[name], details=_override(name, values),
                                                  seen=_override(name, now or {}))
                else:
                    self.changes |= create_override(self._session, provider_id=self._provider_id,
                                                    details=_override(name, values)).changes

    def _profiles(self) -> None:
        touched = list(self._of(Kind.PROFILE))
        ids = profile_ids(self._session, self._provider_id) if touched else {}
        for name, values, now in touched:
            details = _details(name, values)
            overrides = self._overrides(name, now)
            with self._at(Kind.PROFILE, name):
                if name in ids:
                    self.changes |= edit_profile(self._session, profile_id=ids[name], details=details,
                                                 seen=_details(name, now or {}))
                    self.changes |= set_attributes(self._session, tier=Tier.PROFILE, owner_id=ids[name],
                                                   values=overrides, seen=self._seen(Kind.PROFILE, name, now or {}))
                else:
                    made = create_profile(self._session, provider_id=self._provider_id, details=details,
                                          overrides=overrides)
                    ids[name] = made.id
                    self.changes |= made.changes
                if values.get("default") is True:
                    self.changes |= set_default_profile(self._session, profile_id=ids[name],
                                                        seen=default_profile_id(self._session, self._provider_id))

    def _overrides(self, name: str, now: Values | None) -> dict[str, Any]:
        """What the file sets on a profile and is not there yet, by attribute."""
        keys, there = keys_of(Kind.PROFILE), now or {}
        return {LAYOUT if key == "layout" else key: self._stored(Kind.PROFILE, key, value)
                for key, value in self._said(Kind.PROFILE, name).items()
                if keys[key].definition is not None and there.get(key) != value}

    def _groups(self) -> None:
        ids = self._ids(AccountGroup.code, AccountGroup)
        for code, values, now in self._of(Kind.GROUP):
            said = _group(code, values)
            with self._at(Kind.GROUP, code):
                if code in ids:
                    self.changes |= edit_group(self._session, group_id=ids[code], **said, seen=GroupDetails(
                        **_group(code, now or {})))
                else:
                    self.changes |= create_group(self._session, provider_id=self._provider_id, **said).changes

    def _rule_sets(self) -> None:
        groups = self._ids(AccountGroup.code, AccountGroup)
        for day, values, _ in self._of(Kind.RULE_SET):
            money = {key: self._stored(Kind.RULE_SET, key, values[key]) for key in ("min_overdue", "restore_at")}
            with self._at(Kind.RULE_SET, day):
                set_rules(
                    self._session, provider_id=self._provider_id, effective_from=date.fromisoformat(day),
                    name=str(values.get("name", "")), min_overdue_minor=money["min_overdue"],
                    restore_at_minor=money["restore_at"], min_overdue_days=_number(values["min_days"]),
                    resuspend_days=_number(values.get("resuspend_days", 0)), windows=_texts(values.get("windows")),
                    holidays=str(values.get("holidays", "")),
                    excluded_group_ids=[groups[code] for code in _texts(values.get("excluded_groups"))],
                    seen=newest_version(self._session, provider_id=self._provider_id))
            self.changes |= ChangeSet.of(Changed.RULES)

    def _roles(self) -> None:
        ids = self._ids(StaffRole.name, StaffRole)
        for name, values, now in self._of(Kind.ROLE):
            powers = [Power(word) for word in _texts(values.get("powers"))]
            description = str(values.get("description", ""))
            with self._at(Kind.ROLE, name):
                if name in ids:
                    there = now or {}
                    self.changes |= edit_role(
                        self._session, role_id=ids[name], name=name, description=description, powers=powers,
                        seen={"name": name, "description": str(there.get("description", "")),
                              "powers": frozenset(_texts(there.get("powers")))})
                else:
                    self.changes |= create_role(self._session, provider_id=self._provider_id, name=name,
                                                powers=powers, description=description).changes

    def _units(self) -> None:
        ids, roles = self._ids(OrgUnit.code, OrgUnit), self._ids(StaffRole.name, StaffRole)
        groups = self._ids(AccountGroup.code, AccountGroup)
        for code, values, now in self._of(Kind.ORG_UNIT):
            name, description = str(values.get("name") or code), str(values.get("description", ""))
            role_ids = [roles[role] for role in _texts(values.get("roles"))]
            there = now or {}
            with self._at(Kind.ORG_UNIT, code):
                if code in ids:
                    self.changes |= edit_unit(
                        self._session, unit_id=ids[code], name=name, description=description, role_ids=role_ids,
                        seen={"name": str(there.get("name") or code), "description": str(there.get("description", "")),
                              "role_ids": frozenset(roles[role] for role in _texts(there.get("roles")))})
                else:
                    made = create_unit(self._session, provider_id=self._provider_id, code=code, name=name,
                                       description=description, role_ids=role_ids or None)
                    ids[code] = made.id
                    self.changes |= made.changes
                tied, wanted = _levels(there.get("groups")), _levels(values.get("groups"))
                for group in sorted(tied.keys() | wanted.keys()):
                    if tied.get(group) != wanted.get(group):
                        level, seen = (GroupLevel(levels[group]) if group in levels else None
                                       for levels in (wanted, tied))
                        self.changes |= tie_group(self._session, unit_id=ids[code], group_id=groups[group],
                                                  level=level, seen=seen)

    def _ids(self, named_by: Any, entity: Any) -> dict[str, int]:
        """Ids of the things of one kind by what they are told apart by."""
        rows = self._session.execute(select(named_by, entity.id).where(entity.provider_id == self._provider_id))
        return {str(name): int(id_) for name, id_ in rows}


def _details(name: str, values: Values) -> ProfileDetails:
    return ProfileDetails(name=name, description=str(values.get("description", "")),
                          export_reference=str(values.get("export_reference", "")))


def _type_values(code: str, values: Values) -> TypeValues:
    return TypeValues(kind=TransactionKind(str(values["kind"])), name=str(values.get("name") or code),
                      is_default=values.get("default") is True,
                      categories=tuple(sorted(_texts(values.get("categories")))))


def _use(values: Values) -> CurrencyUse:
    return CurrencyUse(state=CurrencyState(str(values.get("state", CurrencyState.NOT_EFFECTIVE.value))),
                       rounding=Rounding(str(values.get("rounding", Rounding.HALF_UP.value))))


def _classification(code: str, values: Values) -> ClassificationDetails:
    return ClassificationDetails(name=str(values.get("name") or code), enabled=values.get("off") is not True,
                                 units=frozenset(_texts(values.get("units"))))


def _override(name: str, values: Values) -> OverrideDetails:
    return OverrideDetails(
        name=name, events=frozenset(map(CreditEvent, _texts(values.get("events")))),
        classifications=frozenset(_texts(values.get("classifications"))),
        ratings=frozenset(_texts(values.get("ratings"))), kyc_profiles=frozenset(_texts(values.get("kyc_profiles"))),
        verified_only=values.get("verified_only") is True, enabled=values.get("off") is not True)


def _group(code: str, values: Values) -> dict[str, Any]:
    """What is said of a group, under the names that the commands have for it."""
    return {"code": code, "name": str(values.get("name") or code), "description": str(values.get("description", "")),
            "kind": GroupKind(str(values.get("kind", GroupKind.DISTRIBUTION))),
            "access": GroupAccess(str(values.get("access", GroupAccess.SEE_ALL)))}


def _setting(value: SetUpValue) -> SettingValue:
    assert not isinstance(value, Mapping)  # noqa: S101  no setting of a schedule has keys of its own
    return value


def _number(value: SetUpValue) -> int:
    assert isinstance(value, int)  # noqa: S101  what was read of this key is a whole number
    return value


def _texts(value: SetUpValue | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _levels(value: SetUpValue | None) -> Mapping[str, str]:
    return value if isinstance(value, Mapping) else {}
