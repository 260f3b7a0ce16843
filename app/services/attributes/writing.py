"""Setting and clearing attributes: every write of one goes through this module, and in it through `_write`.

Whatever is set leaves a change row that says who did it, and what providers pass on is kept anew in the same
transaction. Values are asked about (power and reach) and checked (tier, type and range) before they are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import TABLE_OF_TIER, AttributeChange, provider_effective
from app.models.attributes.catalogue import DEFINITIONS, AttributeValue
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import AccountType, Tier
from app.services.access.audit import zone_of
from app.services.access.authorize import authorize, require_account, require_provider
from app.services.access.beyond import customers_below, members_of, require_all_of
from app.services.access.principal import principal_of
from app.services.attributes.columns import passed_on_by
from app.services.attributes.limits import LIMIT_KEYS, keep_limits, mark_limits
from app.services.attributes.resolving import StoredValues, definition_of, last_changes, stored_values
from app.services.attributes.terms import OWN_TERMS, TERMS_KEYS, refuse_new_terms_beyond, refuse_terms_beyond
from app.services.attributes.values import check_value, value_text, with_bundles
from app.services.attributes.way_back import way_back
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import among, insert_for, lock_defaults, lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import RefusedByRule
from app.services.saving import Speech, wanted_changes


def set_attribute(
    session: Session, *, tier: Tier, owner_id: int, key: str, value: AttributeValue, seen: StoredValues
) -> ChangeSet:
    """Set one attribute of an account, a profile or a provider, or clear it with None.

    `seen` is what was shown as set on this very owner, not what is in force there. Writes the wide row and the change
    row in one go and, for providers, what they pass on. Setting the value that is there changes nothing. Raises
    RefusedByRule for a tier, type or range that the catalogue does not allow, SavedMeanwhile where somebody set
    another value since it was seen.
    """
    return set_attributes(session, tier=tier, owner_id=owner_id, values={key: value}, seen=seen)


def set_attributes(
    session: Session, *, tier: Tier, owner_id: int, values: Mapping[str, AttributeValue], seen: StoredValues
) -> ChangeSet:
    """Set or clear several attributes of one owner at once; a bundle is cleared with its lead.

    `seen` says of each of them what was shown as set on this owner, of the members of a cleared bundle too.
    """
    wanted = with_bundles(values)
    _authorize_setting(session, tier, owner_id, wanted)
    for key, value in wanted.items():
        check_value(definition_of(key), tier, value)
    _check_operator_only(session, wanted, tier, owner_id)
    return write_values(session, tier=tier, owner_id=owner_id, values=wanted, seen=seen)


def write_values(
    session: Session, *, tier: Tier, owner_id: int, values: Mapping[str, AttributeValue], seen: StoredValues
) -> ChangeSet:
    """Write values of one owner that were asked for and checked, unless somebody set others since they were seen."""
    provider_id = _provider_of_owner(session, tier, owner_id)
    if tier is Tier.PROVIDER:
        lock_defaults(session)  # before the row, as ARCHITECTURE.md, "Locks" has it
    lock_row(session, *_OWNER_ROW[tier], owner_id)
    stored = {owner_id: stored_values(session, tier, owner_id)}
    changes = wanted_changes(seen=seen, now=stored[owner_id], wanted=values, is_explicit=True,
                             speech=lambda: _speech(session, tier, owner_id, provider_id))
    if tier is Tier.ACCOUNT and not OWN_TERMS.isdisjoint(changes):
        refuse_terms_beyond(session, session.get_one(Account, owner_id), {**stored[owner_id], **changes})
    if not _write(session, tier, provider_id, {owner_id: changes}, stored):
        return ChangeSet.empty()
    accounts = {owner_id} if tier is Tier.ACCOUNT else set()
    return ChangeSet.of(Changed.ATTRIBUTES, accounts=accounts).with_undo(way_back(
        session, tier=tier, owner_id=owner_id, old=stored[owner_id], new=changes, command=set_attributes,
        currency=_currency(session, tier, owner_id, provider_id)))


def set_attributes_of_new_accounts(
    session: Session, *, provider_id: int, values: Mapping[int, Mapping[str, AttributeValue]]
) -> None:
    """Set attributes of accounts made in this very unit of work: two statements, whatever the number of accounts.

    The same checks and the same change rows as `set_attributes`; there is nothing older to compare with.
    """
    present = {account_id: _present(each) for account_id, each in values.items()}
    keys = {key for each in present.values() for key in each}
    if not keys:
        return
    require_provider(session, provider_id, Power.CUSTOMERS_CREATE)
    if not TERMS.isdisjoint(keys):
        authorize(session, Power.CUSTOMERS_CREATE_TERMS)
    for each in present.values():
        for key, value in each.items():
            check_value(definition_of(key), Tier.ACCOUNT, value)
    refuse_new_terms_beyond(session, {account_id: each for account_id, each in present.items()
                                      if not OWN_TERMS.isdisjoint(each)})
    _write(session, Tier.ACCOUNT, provider_id, present, {})


def set_defaults_of_new_provider(
    session: Session, *, parent_id: int, provider_id: int, values: Mapping[str, AttributeValue]
) -> None:
    """Set what a provider made in this very unit of work passes on: whoever may create it may say so.

    The same checks and change rows as `set_attributes`.
    """
    require_provider(session, parent_id, Power.PROVIDERS_CREATE)
    provider = session.get_one(Account, provider_id)
    if provider.provider_id != parent_id or provider.recorded_at != recorded_now(session):
        raise RefusedByRule(f"{provider.name} is not new here; its defaults are changed on its own page.")
    present = _present(values)
    for key, value in present.items():
        check_value(definition_of(key), Tier.PROVIDER, value)
    _check_operator_only(session, present, Tier.PROVIDER, provider_id)
    _write(session, Tier.PROVIDER, provider_id, {provider_id: present}, {})


def _present(values: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    return {key: value for key, value in values.items() if value is not None}


def _write(
    session: Session, tier: Tier, provider_id: int, values: Mapping[int, Mapping[str, AttributeValue]],
    stored: Mapping[int, Mapping[str, AttributeValue]],
) -> bool:
    """Write values of owners of one provider: wide rows, change rows and, for providers, what they pass on.

    `stored` is what each owner sets already; an owner made in this very unit of work is not in it. A value that is
    there already writes nothing. Returns whether anything was written.
    """
    found = {owner: (stored.get(owner, {}), each) for owner, each in values.items()}
    changed = {owner: changes for owner, (old, each) in found.items() if (changes := _changes(old, each))}
    if not changed:
        return False
    table = TABLE_OF_TIER[tier]
    # One statement for all: every row gives the same columns, also those in which it stays as it is.
    keys = sorted({key for each in changed.values() for key in each})
    rows = [{"owner_id": owner, **{key: each.get(key, stored.get(owner, {}).get(key)) for key in keys}}
            for owner, each in changed.items()]
    statement = insert_for(session, table)
    new = {key: statement.excluded[key] for key in keys}
    session.execute(statement.on_conflict_do_update(index_elements=[table.c.owner_id], set_=new), rows)
    now, actor = recorded_now(session), actor_of(session)
    session.execute(insert(AttributeChange), [
        {"provider_id": provider_id, "tier": tier.value, "owner_id": owner, "attribute": key,
         "old_value": _as_text(stored.get(owner, {}).get(key)), "new_value": _as_text(value), "actor": actor,
         "recorded_at": now}
        for owner, each in changed.items() for key, value in each.items()
    ])
    if tier is Tier.PROVIDER:
        for owner in changed:
            rebuild_provider_effective(session, provider_id=owner)
    if not LIMIT_KEYS.isdisjoint(keys):
        _keep_limits(session, tier, provider_id, changed)
    return True


def _keep_limits(session: Session, tier: Tier, provider_id: int, owners: Collection[int]) -> None:
    """The limits of accounts at once, because somebody looks at them; those of all who inherit are looked for later."""
    if tier is Tier.ACCOUNT:
        keep_limits(session, among(session, Account.id, owners))
    else:
        for provider in {provider_id} if tier is Tier.PROFILE else owners:
            mark_limits(session, provider_id=provider)


def _changes(old: Mapping[str, AttributeValue], new: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    """Values that differ; 1 and True do, though they are equal."""
    return {key: value for key, value in new.items()
            if old.get(key) != value or type(old.get(key)) is not type(value)}


def forget_values(session: Session, *, tier: Tier, owner_id: int) -> None:
    """Drop what an owner set that is deleted in this very unit of work; its change rows stay."""
    table = TABLE_OF_TIER[tier]
    session.execute(delete(table).where(table.c.owner_id == owner_id))


# --------------------------------------------------------------------------- may it be set


TERMS = frozenset({*TERMS_KEYS, "credit_limit", "credit_rating", "unbilled_credit_limit"})
"""What a power of its own guards: terms and limits (ARCHITECTURE.md, "Attribute catalogue")."""


def own_terms_refusal(session: Session, account: Account) -> str:
    """Why terms and limits of an account may not be set by whoever works here; empty where they may.

    They are what the provider above grants, so nobody sets those of the own provider or agent. Nobody is above the
    operator.
    """
    if account.type == AccountType.OPERATOR or not principal_of(session).is_oneself(account.id):
        return ""
    above = session.scalars(select(Account.name).where(Account.id == account.provider_id)).one()
    return f"{account.name} cannot change its own terms and limits. {above} can."


def _authorize_setting(session: Session, tier: Tier, owner_id: int, keys: Collection[str]) -> None:
    """Who may set these attributes on this owner; terms and limits need a power more.

    What a profile or a provider passes on is set by whoever may change all those who take it.
    """
    if tier is Tier.ACCOUNT:
        plain, terms = Power.CUSTOMERS_EDIT, Power.CUSTOMERS_EDIT_TERMS
        account = require_account(session, owner_id, plain, edit=True)
        refusal = own_terms_refusal(session, account)
        if refusal and not TERMS.isdisjoint(keys):
            raise RefusedByRule(refusal)
    elif tier is Tier.PROFILE:
        plain, terms = Power.PROFILES_EDIT, Power.PROFILES_EDIT_TERMS
        require_provider(session, _provider_of_owner(session, tier, owner_id), plain)
    else:
        plain = terms = Power.PROVIDERS_DEFAULTS
        require_provider(session, owner_id, plain)
    if not TERMS.isdisjoint(keys):
        authorize(session, terms)
    if keys and tier is not Tier.ACCOUNT:
        reached = members_of(session, owner_id) if tier is Tier.PROFILE else customers_below(session, owner_id)
        require_all_of(session, reached)


def _check_operator_only(session: Session, keys: Iterable[str], tier: Tier, owner_id: int) -> None:
    """Module switches belong to the operator; a provider inherits what the operator allows."""
    reserved = [DEFINITIONS[key].label for key in keys if DEFINITIONS[key].operator_only]
    if reserved and tier is Tier.PROVIDER and session.get_one(Account, owner_id).type != AccountType.OPERATOR:
        raise RefusedByRule(f'"{reserved[0]}" is switched by the operator alone.')


def _provider_of_owner(session: Session, tier: Tier, owner_id: int) -> int:
    if tier is Tier.ACCOUNT:
        return session.get_one(Account, owner_id).provider_id
    if tier is Tier.PROFILE:
        return session.get_one(AccountProfile, owner_id).provider_id
    return owner_id


_OWNER_ROW = {Tier.ACCOUNT: ("account", "id"), Tier.PROFILE: ("account_profile", "id"),
              Tier.PROVIDER: ("provider", "account_id")}
"""Table and key of the row that is locked while values of an owner are read and written."""


def _speech(session: Session, tier: Tier, owner_id: int, provider_id: int) -> Speech:
    """How a refusal speaks of values of an owner; who set them last is in the change rows."""
    currency = _currency(session, tier, owner_id, provider_id)

    def text(key: str, value: AttributeValue) -> str:
        return "" if value is None else value_text(DEFINITIONS[key], value, currency)

    return Speech(zone=zone_of(session, provider_id), label=lambda key: DEFINITIONS[key].label, text=text,
                  traces=lambda keys: last_changes(session, tier, owner_id, keys))


def _currency(session: Session, tier: Tier, owner_id: int, provider_id: int) -> str:
    if tier is Tier.ACCOUNT:
        return session.get_one(Account, owner_id).currency
    return session.get_one(Provider, provider_id).currency


def _as_text(value: AttributeValue) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


# --------------------------------------------------------------------------- what providers pass on


def rebuild_provider_effective(session: Session, *, provider_id: int) -> None:
    """Write anew what this provider and every provider below it pass on; part of every change of a provider."""
    lock_defaults(session)
    insert_of_database: Any = type(insert_for(session, provider_effective))
    session.execute(_rebuilding(insert_of_database), {_REBUILT: provider_id})


_REBUILT = "rebuilt_provider_id"


@cache
def _rebuilding(insert_of_database: Any) -> Any:
    """The statement for any provider; putting it together takes ten times as long as running it."""
    columns = [c.name for c in provider_effective.c]
    rows = passed_on_by(bindparam(_REBUILT, type_=provider_effective.c.provider_id.type))
    statement = insert_of_database(provider_effective).from_select(columns, rows)
    return statement.on_conflict_do_update(
        index_elements=[provider_effective.c.provider_id],
        set_={name: statement.excluded[name] for name in columns if name != "provider_id"},
    )
