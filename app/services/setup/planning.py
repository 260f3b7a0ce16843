"""What applying a set-up file would do: created, changed, not mentioned, with whom each change reaches.

Nothing is written. Whatever stands against the file is found at once: what the file itself says wrong, and what the
database has against it. The plan is what `applying` is handed, and what it holds the database to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import AttributeValue
from app.models.events.library import EVENT_TYPE_AT, Period
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.staff import OrgUnit
from app.models.values import AccountType, Enterprise, EventAction, GroupAccess, GroupKind, Tier, parse_amount
from app.services.access.authorize import require_provider, visible
from app.services.errors import NotFound, RefusedField
from app.services.events.templates import EMPTY, FIELDS_OF, content_problems
from app.services.hierarchy.accounts import ProviderSettings
from app.services.hierarchy.finding import find_provider
from app.services.hierarchy.new_account import AccountRequest, check_new_account
from app.services.hierarchy.operator import OPERATOR_CODE
from app.services.impact.comparing import end_users_changed
from app.services.jobs import Checkpoint
from app.services.providers.business_day import business_day
from app.services.setup.comparing import (
    SetUpChange,
    Unmentioned,
    changes_between,
    changes_for_new,
    first_profile_of,
    unmentioned_in,
)
from app.services.setup.document import (
    ACTION_TABLES,
    NAMED_BY,
    OF_PROVIDER,
    Key,
    Kind,
    Part,
    Problem,
    SetUp,
    SetUpValue,
    holds_anyway,
    keys_of,
)
from app.services.setup.reading import SetUpFile, SetUpText, read_set_up, refuse_problems
from app.services.setup.stored import stored_parts
from app.services.setup.values import stored_of_value, value_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a file would do to the database as it was read."""

    source: SetUpText
    file: SetUpFile
    provider_id: int | None
    """None: the provider would be created."""
    now: SetUp | None
    """What the provider is set up with, as far as the person may look."""
    changes: tuple[SetUpChange, ...]
    unmentioned: tuple[Unmentioned, ...]

    @property
    def code(self) -> str:
        """The code of the provider."""
        return self.file.set_up.code

    def as_json(self) -> dict[str, Any]:
        """The document of `bursar setup plan --json`."""
        return {"changes": [change.as_json() for change in self.changes],
                "unmentioned": [each.as_json() for each in self.unmentioned]}


def plan_set_up(session: Session, checkpoint: Checkpoint = lambda: None, *, source: SetUpText) -> Plan:
    """What applying a file would do, with the end users each change reaches.

    Raises InputRejected with every problem of the file, NotAllowed where the person may not look at what it is about.
    """
    plan = plan_without_impact(session, source=source)
    if plan.provider_id is None:
        return plan
    return replace(plan, changes=tuple(_with_impact(session, plan, checkpoint)))


def plan_without_impact(session: Session, *, source: SetUpText) -> Plan:
    """The same without counting whom each change reaches, for whoever holds a plan against the database once more."""
    file = read_set_up(source, currency_of=lambda code: _currency_of(session, code))
    wanted = file.set_up
    provider_id = _provider_id(session, wanted.code)
    if provider_id is None:
        refuse_problems(file.name, [*file.problems, *_against_new(session, file)])
        return Plan(source=source, file=file, provider_id=None, now=None, changes=tuple(changes_for_new(wanted)),
                    unmentioned=())
    now = stored_parts(session, provider_id=provider_id, kinds=frozenset(part.kind for part in wanted.parts))
    refuse_problems(file.name, [*file.problems, *_against_stored(session, file, now, provider_id)])
    return Plan(source=source, file=file, provider_id=provider_id, now=now,
                changes=tuple(changes_between(now, wanted)), unmentioned=tuple(unmentioned_in(now, wanted)))


def _provider_id(session: Session, code: str) -> int | None:
    try:
        return find_provider(session, code).id
    except NotFound:
        return None


def _currency_of(session: Session, code: str) -> str | None:
    return session.scalars(select(Provider.currency).join(Account, Account.id == Provider.account_id)
                           .where(Account.code == code, visible(session))).one_or_none()


# --------------------------------------------------------------------------- what stands against it


def _against_new(session: Session, file: SetUpFile) -> Iterator[Problem]:
    wanted = file.set_up
    provider = wanted.part(Kind.PROVIDER, wanted.code)
    said = {} if provider is None else provider.values
    missing = [key for key in keys_of(Kind.PROVIDER).values()
               if key.required and key.name not in ("code", *said) and not file.refuses(Kind.PROVIDER, "", key.name)]
    for key in missing:
        yield Problem(place=file.place_of(Kind.PROVIDER, wanted.code),
                      message=f"{key.name} is missing; a provider that is to be created needs it. {key.help}.")
    if said.get("type") == AccountType.OPERATOR.value:
        yield Problem(place=file.place_of(Kind.PROVIDER, wanted.code, "type"),
                      message="the operator is there from the beginning; another cannot be created.")
    elif not missing and not any(file.refuses(Kind.PROVIDER, "", key) for key in keys_of(Kind.PROVIDER)):
        yield from _against_creation(session, file)
    yield from _against_parts(session, file, None, None)


def _against_creation(session: Session, file: SetUpFile) -> Iterator[Problem]:
    code = file.set_up.code
    try:
        request = creation_request(session, file.set_up)
    except NotFound as missing:
        yield Problem(place=file.place_of(Kind.PROVIDER, code, "parent"),
                      message=f"{missing} Apply its file first, or correct the code.")
        return
    try:
        check_new_account(session, request=request)
    except RefusedField as refused:
        key = {"kind": "parent"}.get(refused.field, refused.field)
        kind = Kind.LETTERHEAD if key in keys_of(Kind.LETTERHEAD) else Kind.PROVIDER
        yield Problem(place=file.place_of(kind, code, key), message=str(refused))


def creation_request(session: Session, wanted: SetUp) -> AccountRequest:
    """The request that creates the provider of a set-up. Raises NotFound for a provider above that is not there."""
    part = wanted.part(Kind.PROVIDER, wanted.code)
    assert part is not None  # noqa: S101  every set-up that was read has its provider
    values, keys = part.values, keys_of(Kind.PROVIDER)
    text = {name: str(values.get(name, key.usual or "")) for name, key in keys.items() if key.definition is None}
    parent = find_provider(session, text["parent"] or OPERATOR_CODE)
    letterhead = wanted.part(Kind.LETTERHEAD, wanted.code)
    settings: dict[str, Any] = {} if letterhead is None else {
        name: stored_of_value(keys_of(Kind.LETTERHEAD)[name], value, wanted.currency)
        for name, value in letterhead.values.items()}
    overrides = {definition.key: stored_of_value(keys[name], value, wanted.currency) for name, value in values.items()
                 if (definition := keys[name].definition) is not None and not holds_anyway(values, name)}
    start = date.fromisoformat(text["start_date"]) if text["start_date"] else business_day(session, parent.id)
    return AccountRequest(
        parent_id=parent.id, type=AccountType(text["type"]), enterprise=Enterprise.ORGANISATION, code=wanted.code,
        name=text["name"] or wanted.code, start_date=start, export_reference=text["export_reference"],
        overrides=overrides, trading_name=text["trading_name"], registration_number=text["registration_number"],
        default_profile=first_profile_of(wanted),
        provider=ProviderSettings(currency=wanted.currency, realm=text["realm"], time_zone=text["time_zone"],
                                  language=text["language"], account_naming=text["account_naming"],
                                  billing_address_rule=text["billing_address_rule"],
                                  billing_address_optional_for=text["billing_address_optional_for"], **settings))


def _against_stored(session: Session, file: SetUpFile, now: SetUp, provider_id: int) -> Iterator[Problem]:
    for part in file.set_up.parts:
        there = now.part(part.kind, part.name)
        for name, key in keys_of(part.kind).items():
            old, new = None if there is None else there.values.get(name), part.values.get(name)
            if key.fixed and new is not None and old is not None and new != old:
                yield Problem(place=file.place_of(part.kind, part.name, name),
                              message=f"{value_words(new)} differs from {value_words(old)}, which is fixed. "
                                      f"{key.help}.")
        if there is not None and there.values.get("default") is True and part.values.get("default") is False:
            yield Problem(place=file.place_of(part.kind, part.name, "default"),
                          message="this is the default profile. Mark another one with default = true instead.")
    provider = file.set_up.part(Kind.PROVIDER, file.set_up.code)
    is_root = session.get_one(Account, provider_id).type == AccountType.OPERATOR
    if provider is not None and is_root and "parent" in provider.values:
        yield Problem(place=file.place_of(Kind.PROVIDER, file.set_up.code, "parent"),
                      message="nothing stands above the operator. Leave it out.")
    yield from _against_parts(session, file, now, provider_id)


def _against_parts(
    session: Session, file: SetUpFile, now: SetUp | None, provider_id: int | None
) -> Iterator[Problem]:
    """What things that refer to each other need, and what a new thing cannot be made without."""
    for part in file.set_up.parts:
        there = None if now is None else now.part(part.kind, part.name)
        if there is None and part.kind not in OF_PROVIDER:
            for key in keys_of(part.kind).values():
                if (key.required and key.name not in part.values and key.name != NAMED_BY.get(part.kind)
                        and not file.refuses(part.kind, part.name, key.name)):
                    yield Problem(place=file.place_of(part.kind, part.name),
                                  message=f"{key.name} is missing; what is new needs it. {key.help}.")
        merged = {**({} if there is None else there.values), **part.values}
        yield from _against_merged(file, part, merged, now)
    if provider_id is not None:
        yield from _against_agents(session, file, provider_id)


def _against_merged(
    file: SetUpFile, part: Part, merged: Mapping[str, SetUpValue], now: SetUp | None
) -> Iterator[Problem]:
    """What a part would say once it is applied, held against the others."""
    is_security = merged.get("kind") == GroupKind.SECURITY
    if part.kind is Kind.GROUP and not is_security and merged.get("access", GroupAccess.SEE_ALL) != GroupAccess.SEE_ALL:
        yield Problem(place=file.place_of(part.kind, part.name, "access" if "access" in part.values else "kind"),
                      message='only a group of kind = "security" limits staff. Write kind = "security" or '
                              'access = "see_all".')
    if part.kind is Kind.RULE_SET:
        x, k = merged.get("min_overdue"), merged.get("restore_at")
        currency = file.set_up.currency
        if isinstance(x, str) and isinstance(k, str) and parse_amount(k, currency) >= parse_amount(x, currency):
            key = "restore_at" if "restore_at" in part.values else "min_overdue"
            yield Problem(place=file.place_of(part.kind, part.name, key),
                          message=f"restore_at, {k}, must be less than min_overdue, {x}; otherwise an account would "
                                  "be suspended and restored in turn.")
    if part.kind is Kind.SCHEDULE and ("quiet_from" in merged) != ("quiet_to" in merged):
        said = "quiet_from" if "quiet_from" in merged else "quiet_to"
        yield Problem(place=file.place_of(part.kind, part.name, said),
                      message="quiet hours need both, quiet_from and quiet_to.")
    if part.kind is Kind.PERIODS:
        for name, each in keys_of(Kind.PERIODS).items():
            if name not in merged and not file.refuses(part.kind, part.name, name):
                yield Problem(place=file.place_of(part.kind, part.name),
                              message=f"accounting periods need both, frequency and from. {each.help}.")
    for key, lead in _FOLLOWING.get(part.kind, {}).items():
        if key in part.values and lead not in merged:
            yield Problem(place=file.place_of(part.kind, part.name, key), message=f"goes with {lead}. Write that too.")
    if part.kind is Kind.EVENT:
        yield from _against_event(file, part, merged, now)
    yield from _against_references(file, part, now)


def _against_references(file: SetUpFile, part: Part, now: SetUp | None) -> Iterator[Problem]:
    for key, (of, having) in _REFERENCES.get(part.kind, {}).items():
        named = part.values.get(key, ())
        for name in named if isinstance(named, tuple | Mapping) else ():
            message = _not_to_be_named(file.set_up, now, name, of=of, having=having)
            if message:
                yield Problem(place=file.place_of(part.kind, part.name, key), message=message)


def _against_event(
    file: SetUpFile, part: Part, merged: Mapping[str, SetUpValue], now: SetUp | None
) -> Iterator[Problem]:
    """Whose event it is, its period, and everything that is wrong with its words, line by line."""
    event, wanted = EVENT_TYPE_AT[str(merged["event"])], file.set_up
    missing = _not_to_be_named(wanted, now, str(merged["profile"]), of=Kind.PROFILE, having={})
    if missing and merged["profile"] != first_profile_of(wanted):
        yield Problem(place=file.place_of(part.kind, part.name, "profile"), message=missing)
    period = merged.get("period", 0)
    if event.period is Period.NONE and period:
        yield Problem(place=file.place_of(part.kind, part.name, "period"),
                      message=f"{event.name} has no period. Leave it out.")
    for action, table in ACTION_TABLES.items():
        said = {key.name: merged.get(table.prefix + key.name) for key in table.keys}
        if all(value is None for value in said.values()):
            continue
        if EventAction(action) not in event.actions:
            yield Problem(place=file.place_of(part.kind, part.name, f"{action}.enabled"),
                          message=f"{event.name} has no action {EventAction(action).label}.")
            continue
        for problem in content_problems(event, EventAction(action), event_content(merged, action)):
            place = "" if problem.line is None else f"line {problem.line}, column {problem.column} of the text: "
            yield Problem(place=file.place_of(part.kind, part.name, table.prefix + problem.field),
                          message=place + problem.message)


def event_content(values: Mapping[str, SetUpValue], action: str) -> dict[str, str]:
    """The words of an action as its template keeps them."""
    content = dict(EMPTY)
    for name in FIELDS_OF[EventAction(action)]:
        value = values.get(f"{action}.{name}")
        if value is not None:
            content[name] = ("yes" if value else "no") if name == "merge" else str(value)
    return content


_FOLLOWING: dict[Kind, dict[str, str]] = {
    Kind.PROVIDER: {"after_months": "day_of_month", "proximity_unit": "proximity", "proximity_direction": "proximity"}}
"""Keys that say nothing without another one."""
_REFERENCES: dict[Kind, dict[str, tuple[Kind, dict[str, SetUpValue]]]] = {
    Kind.RULE_SET: {"excluded_groups": (Kind.GROUP, {"kind": GroupKind.DISTRIBUTION.value})},
    Kind.CLASSIFICATION: {"units": (Kind.ORG_UNIT, {})},
    Kind.OVERRIDE_RULE: {"classifications": (Kind.CLASSIFICATION, {}), "kyc_profiles": (Kind.KYC_PROFILE, {})},
    Kind.ORG_UNIT: {"roles": (Kind.ROLE, {}), "groups": (Kind.GROUP, {"kind": GroupKind.SECURITY.value})},
}
"""Keys that name other parts: of which kind those are, and what they must say."""


def _not_to_be_named(
    wanted: SetUp, now: SetUp | None, name: str, *, of: Kind, having: Mapping[str, SetUpValue]
) -> str:
    """Why a part cannot be named: it is neither there nor in the file, or says something else; empty where it can."""
    there, said = None if now is None else now.part(of, name), wanted.part(of, name)
    if there is None and said is None:
        return f'there is no {of.value} "{name}", neither here nor in the file.'
    usual = {key: each.usual for key, each in keys_of(of).items()}
    values = {**({} if there is None else there.values), **({} if said is None else said.values)}
    wrong = [f'{key} = "{want}"' for key, want in having.items() if values.get(key, usual[key]) != want]
    return f'the {of.value} "{name}" must have {", ".join(wrong)} for that.' if wrong else ""


def _against_agents(session: Session, file: SetUpFile, provider_id: int) -> Iterator[Problem]:
    codes = session.scalars(select(OrgUnit.code).where(
        OrgUnit.provider_id == provider_id, OrgUnit.agent_id.is_not(None))).all()
    for part in file.set_up.all_of(Kind.ORG_UNIT):
        if part.name in codes:
            yield Problem(place=file.place_of(part.kind, part.name),
                          message="this org unit is that of an agent, and agents are no part of a set-up. "
                                  "Leave it out.")


# --------------------------------------------------------------------------- whom it reaches


def _with_impact(session: Session, plan: Plan, checkpoint: Checkpoint) -> Iterator[SetUpChange]:
    """The changes with the end users each reaches, as if all were made at once.

    Whoever gets another value has it from the owner whose change it is: those below the provider that keep a profile's
    value are not counted with the provider's. A credit rating that is worth something else is looked at by itself.
    """
    assert plan.provider_id is not None  # noqa: S101  a new provider reaches nobody
    concerns_profiles = any(change.kind == Kind.PROFILE for change in plan.changes)
    profiles = profile_ids(session, plan.provider_id) if concerns_profiles else {}
    concerned = [(change, attribute) for change in plan.changes
                 if (attribute := _attribute_of(change, profiles)) is not None]
    provider_values: dict[str, AttributeValue] = {}
    profile_values: dict[int, dict[str, AttributeValue]] = {}
    for change, key in concerned:
        stored = stored_of_value(key, change.new, plan.file.set_up.currency)
        assert key.definition is not None  # noqa: S101  only attributes reach anybody
        if change.kind == Kind.PROFILE:
            profile_values.setdefault(profiles[change.name], {})[key.definition.key] = stored
        else:
            provider_values[key.definition.key] = stored
    reached = partial(end_users_changed, session, provider_id=plan.provider_id, checkpoint=checkpoint)
    limits = _limits_of(plan)
    keys = dict.fromkeys(key.definition.key for _, key in concerned if key.definition is not None)
    found = reached(values=provider_values, profiles=profile_values, limits=limits, keys=keys)
    by_change = {(change.kind, change.name, change.key): key for change, key in concerned}
    for change in plan.changes:
        concerned_key = by_change.get((change.kind, change.name, change.key))
        if change.kind == Kind.CREDIT_RATING and change.key in (None, "limit"):
            alone = reached(values={}, profiles={}, limits={change.name: limits[change.name]}, keys=["credit_limit"])
            yield replace(change, accounts=sum(alone["credit_limit"].values()))
        elif concerned_key is None or concerned_key.definition is None:
            yield change
        else:
            owner = profiles[change.name] if change.kind == Kind.PROFILE else plan.provider_id
            tiers = (Tier.PROFILE,) if change.kind == Kind.PROFILE else (Tier.PROVIDER, Tier.UPPER_PROVIDER)
            counts = found[concerned_key.definition.key]
            yield replace(change, accounts=sum(counts.get((tier, owner), 0) for tier in tiers))


def _limits_of(plan: Plan) -> dict[str, int | None]:
    """What credit ratings that the plan touches would be worth."""
    wanted = plan.file.set_up
    limits = {}
    for change in plan.changes:
        if change.kind == Kind.CREDIT_RATING:
            part = wanted.part(Kind.CREDIT_RATING, change.name)
            there = None if plan.now is None else plan.now.part(Kind.CREDIT_RATING, change.name)
            said = {**({} if there is None else there.values), **({} if part is None else part.values)}
            key = keys_of(Kind.CREDIT_RATING)["limit"]
            limits[change.name] = stored_of_value(key, said.get("limit"), wanted.currency)
    return limits


def _attribute_of(change: SetUpChange, profiles: Mapping[str, int]) -> Key | None:
    """The attribute that a change of a provider or of one of its profiles sets; None for any other change."""
    kind = Kind(change.kind)
    if change.key is None or kind not in (Kind.PROVIDER, Kind.MODULES, Kind.PROFILE):
        return None
    if kind is Kind.PROFILE and change.name not in profiles:
        return None
    key = keys_of(kind)[change.key]
    return None if key.definition is None else key


def profile_ids(session: Session, provider_id: int) -> dict[str, int]:
    """The profiles of a provider by name."""
    require_provider(session, provider_id, Power.PROFILES)
    rows = session.execute(select(AccountProfile.name, AccountProfile.id)
                           .where(AccountProfile.provider_id == provider_id))
    return {row.name: row.id for row in rows}

