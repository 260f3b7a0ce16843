"""Importing accounts: customers and agents of providers, which a map may derive from the same rows.

An account gets a contact from the row's contact fields; where a row has none, one named by its code stands in, marked
incomplete (ARCHITECTURE.md, "Imported accounts"). Many rows may stand for one account, as in a file of invoices.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import account_attributes
from app.models.credit.control import AccountClassification
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.contact import AccountBillingAddress, AccountContact, Contact, ContactAddress
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.staff import StaffUser
from app.models.rules.hierarchy import refusal
from app.models.values import (
    CURRENCIES,
    AccountNaming,
    AccountStanding,
    AccountType,
    Enterprise,
    GroupKind,
    Lifecycle,
    Money,
    Tier,
)
from app.models.values import AttributeKind as Kind
from app.services.addresses.billing import address_is_needed, missing_words
from app.services.addresses.new import ADDRESS_FIELDS
from app.services.attributes.values import check_value
from app.services.attributes.writing import set_attributes_of_new_accounts
from app.services.changes import Changed, ChangeSet
from app.services.currencies.new_accounts import NewAccountCurrencies, new_account_currencies
from app.services.database.dialects import among
from app.services.errors import RefusedByRule, RefusedField, RowError
from app.services.groups.groups import add_to_group, create_group
from app.services.hierarchy.accounts import SUSPENSE_CODE, WRITE_OFF_CODE, NewAccount, create_accounts
from app.services.hierarchy.new_contacts import NewContact
from app.services.imports.belongings import billing_address_of, classifications_of, managers_of, wrong_belongings
from app.services.imports.importer import Importer
from app.services.imports.judging import Judgement, by_provider, keys_of, minor_units, sort_rows
from app.services.imports.maps.fields import ATTRIBUTE, CONTACT_FIELDS, FIELDS
from app.services.imports.maps.sources import ColumnSource
from app.services.imports.providers import (
    ProviderFacts,
    create_from,
    draft_providers,
    judge_drafts,
    profiles_of,
    providers_of,
    unknown_provider,
)
from app.services.imports.staging import Stage, StagedRow
from app.services.profiles.profiles import insert_profile

_MONEY = frozenset(name for name, f in FIELDS["accounts"].items()
                   if f.definition is not None and f.definition.kind is Kind.MONEY)
_RESERVED = frozenset({SUSPENSE_CODE, WRITE_OFF_CODE})
_LABEL = "attribute_"
"""Begins the labels of attributes in a result, where a point would be taken for that of a table."""


@dataclass(slots=True)
class _Facts:
    providers: dict[str, ProviderFacts]
    profiles: dict[tuple[int, str], int] = field(default_factory=dict)
    groups: dict[tuple[int, str], tuple[int, str]] = field(default_factory=dict)
    """(provider id, code) → id and kind."""
    currencies: dict[str, NewAccountCurrencies] = field(default_factory=dict)
    """Provider → what its new accounts may be kept in."""
    known: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    """Provider → what the database says of the accounts that rows name, by code."""

    managers: dict[tuple[str, str], int] = field(default_factory=dict)
    """(provider, login) → whom rows may name as account managers."""
    classifications: dict[tuple[str, str], int] = field(default_factory=dict)
    """(provider, code) → which classifications rows may name."""
    addressed: set[str] = field(default_factory=set)
    """Providers whose new customers need a billing address."""

    def currency_of(self, row: StagedRow, home: str) -> str:
        """What the money of a row is in: what it says, else what the account is kept in, or will be; else the books."""
        there = self.known.get(row.provider, {}).get(row.key)
        offered = self.currencies.get(row.provider)
        said = row.values.get("currency") or (there["currency"] if there else offered.at_home if offered else home)
        return said if said in CURRENCIES else home


class AccountsImport(Importer):
    """Judges and writes staged rows of accounts."""

    noun = "Accounts"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._create = stage.mapping.create
        self._drafts = draft_providers(stage, stage.unfolded) if "provider" in self._create else {}
        self._picked = {name: source.pick for name, source in stage.mapping.sources.items()
                        if isinstance(source, ColumnSource) and source.pick is not None}

    @property
    def makes_providers(self) -> bool:
        return bool(self._drafts)

    # ---- judging ----------------------------------------------------------------------------------------------------

    def judge(self, session: Session) -> Judgement:
        """Compare the staged accounts, and the providers they imply, with what is there."""
        stage = self.stage
        facts = _Facts(providers_of(session, stage))
        facts.profiles = profiles_of(session, facts.providers.values())
        facts.groups = _groups_of(session, facts.providers.values())
        judgement = Judgement(facts=facts)
        for row in stage.unfolded:
            if "currency" in row.values:
                row.values["currency"] = row.values["currency"].upper()
        for provider, rows in by_provider(stage.rows, facts.providers):
            facts.known[provider.code] = _known(session, provider, [r for r in rows if r.key not in _RESERVED])
            facts.currencies[provider.code] = new_account_currencies(session, provider_id=provider.id)
            if address_is_needed(session, provider_id=provider.id, standing=AccountStanding.STANDALONE):
                facts.addressed.add(provider.code)
            facts.managers |= managers_of(session, self.stage, provider)
            facts.classifications |= classifications_of(session, self.stage, provider)
        judgement.errors.extend(judge_drafts(session, stage, self._drafts, facts.providers))
        for row in stage.unfolded:
            judgement.errors.extend(self._faults(row, facts))
        for provider, rows in by_provider(stage.rows, facts.providers):
            free = [row for row in rows if row.key not in _RESERVED]
            content = partial(self._content_in, facts=facts, home=provider.currency)
            sort_rows(stage, judgement, free, facts.known[provider.code], content, equal=self._equal)
        for row in stage.rows:
            if row.key and row.provider in self._drafts and row.provider not in facts.providers:
                judgement.new.setdefault(row.provider, []).append(row)
        for rows in judgement.new.values():
            for row in rows:
                judgement.errors.extend(self._wrong_currency(row, facts))
                judgement.errors.extend(self._lacks_address(row, facts))
        return judgement

    def _lacks_address(self, row: StagedRow, facts: _Facts) -> Iterator[RowError]:
        """A customer without an address where its provider asks for one; one that is being made asks for none."""
        if row.provider in facts.addressed and billing_address_of(row) is None and not any(
                row.values.get(name) for name in ("address_line1", "city")):
            yield self.stage.refuse(row, "address_line1", missing_words(row.values.get("name") or row.key))

    def _wrong_currency(self, row: StagedRow, facts: _Facts) -> Iterator[RowError]:
        """A currency in which the provider keeps no new accounts; one that is being made knows that of its books."""
        offered = facts.currencies.get(row.provider)
        if offered is None:
            draft, said = self._drafts[row.provider], row.values.get("currency")
            if said is not None and "currency" not in draft.faulty and said != draft.currency:
                yield self.stage.refuse(row, "currency", f"Provider {draft.code} is made from this file and knows "
                                                          f"{draft.currency} alone. Import it first, then say which "
                                                          "other currencies it uses.")
            return
        try:
            offered.of(row.values.get("currency", ""))
        except RefusedField as refused:
            yield self.stage.refuse(row, "currency", str(refused))

    def _faults(self, row: StagedRow, facts: _Facts) -> Iterator[RowError]:
        """What is wrong with one row by itself, now that its provider is known."""
        if not row.provider:
            return
        provider, draft = facts.providers.get(row.provider), self._drafts.get(row.provider)
        home = provider or draft
        if home is None:
            yield unknown_provider(self.stage, row)
            return
        unknown = draft.faulty if draft is not None and provider is None else frozenset()
        if row.key in _RESERVED:
            yield self.stage.refuse(row, "code", f'Every provider has a system account "{row.key}". Give this account '
                                                  "another code.")
        why = None if "type" in unknown else refusal(home.type, _type_of(row), _enterprise_of(row))
        if why is not None:
            yield self.stage.refuse(row, "type", why)
        yield from self._wrong_profile(row, provider, draft.default_profile if draft is not None else "", facts)
        yield from self._wrong_groups(row, provider, facts)
        yield from wrong_belongings(self.stage, row, _enterprise_of(row), facts.managers,
                                    facts.classifications)
        for name in sorted(_MONEY & row.values.keys() if "currency" not in unknown else ()):
            yield from self._wrong_money(row, name, facts.currency_of(row, home.currency))

    def _wrong_profile(
        self, row: StagedRow, provider: ProviderFacts | None, default: str, facts: _Facts
    ) -> Iterator[RowError]:
        name = row.values.get("profile")
        if name is None or "profiles" in self._create:
            return
        known = name == default if provider is None else (provider.id, name) in facts.profiles
        if not known:
            yield self.stage.refuse(row, "profile", f'Provider {row.provider} has no account profile "{name}". '
                                                     'Create it first, or let the map: create = ["profiles"].')

    def _wrong_groups(self, row: StagedRow, provider: ProviderFacts | None, facts: _Facts) -> Iterator[RowError]:
        for code in row.values.get("groups", ()):
            known = facts.groups.get((provider.id, code)) if provider is not None else None
            if known is None and "groups" not in self._create:
                yield self.stage.refuse(row, "groups", f'Provider {row.provider} has no account group "{code}". '
                                                        'Create it first, or let the map: create = ["groups"].')
            elif known is not None and known[1] != GroupKind.DISTRIBUTION.value:
                yield self.stage.refuse(row, "groups", f'"{code}" is a security group, which decides what staff may '
                                                        "see. An import fills distribution groups alone.")

    def _wrong_money(self, row: StagedRow, name: str, currency: str) -> Iterator[RowError]:
        minor = minor_units(self.stage, row, name, currency)
        definition = FIELDS["accounts"][name].definition
        if isinstance(minor, RowError):
            yield minor
        elif definition is not None:
            try:
                check_value(definition, Tier.ACCOUNT, minor)
            except RefusedByRule as error:
                yield self.stage.refuse(row, name, str(error))

    def _equal(self, name: str, here: Any, there: Any) -> bool:
        """Whether a row agrees with what is there; a picked day also where more rows would have been needed."""
        if name == "groups":
            return set(here) <= set(there or ())
        if name in self._picked and there is not None:
            return bool(there <= here if self._picked[name] == "earliest" else there >= here)
        return bool(here == there)

    def _content_in(self, row: StagedRow, *, facts: _Facts, home: str) -> dict[str, object]:
        return self._content(row, facts.currency_of(row, home))

    def _content(self, row: StagedRow, currency: str) -> dict[str, object]:
        content: dict[str, object] = {"type": _type_of(row).value, **row.values}
        for name in _MONEY & row.values.keys():
            minor = minor_units(self.stage, row, name, currency)
            content[name] = Money(minor, currency) if isinstance(minor, int) else row.values[name]
        return content

    # ---- writing ----------------------------------------------------------------------------------------------------

    def write_rows(self, session: Session, facts: _Facts, code: str, rows: Sequence[StagedRow]) -> Iterable[int]:
        """Create provider, profiles, accounts and groups, in this order."""
        provider = facts.providers.get(code) or create_from(session, self._drafts[code])
        profiles = self._profiles(session, provider, rows)
        naming = session.get_one(Provider, provider.id).account_naming
        ids = create_accounts(session, provider_id=provider.id, accounts=[
            _new_account(row, profiles.get(row.values.get("profile", "")), facts,
                         is_named=naming != AccountNaming.MANUAL)
            for row in rows
        ])
        by_id = dict(zip(ids, rows, strict=True))
        set_attributes_of_new_accounts(session, provider_id=provider.id, values={
            id_: self._attributes(row, facts.currency_of(row, provider.currency)) for id_, row in by_id.items()
        })
        self._join_groups(session, provider, by_id, facts)
        return ()

    def finish(self, session: Session, touched: set[int]) -> ChangeSet:
        """Nothing is left to do."""
        del session, touched
        return ChangeSet.of(Changed.ACCOUNTS)

    def _profiles(self, session: Session, provider: ProviderFacts, rows: Sequence[StagedRow]) -> dict[str, int]:
        found = {name: id_ for (_, name), id_ in profiles_of(session, [provider]).items()}
        for name in dict.fromkeys(row.values["profile"] for row in rows if "profile" in row.values):
            if name not in found:
                found[name] = insert_profile(session, provider_id=provider.id, name=name)
        return found

    def _attributes(self, row: StagedRow, currency: str) -> dict[str, Any]:
        values = self._content(row, currency)
        return {name.removeprefix(ATTRIBUTE): value.minor if isinstance(value, Money) else value
                for name, value in values.items() if name.startswith(ATTRIBUTE)}

    def _join_groups(
        self, session: Session, provider: ProviderFacts, by_id: Mapping[int, StagedRow], facts: _Facts
    ) -> None:
        members: dict[str, list[int]] = {}
        for id_, row in by_id.items():
            for code in row.values.get("groups", ()):
                members.setdefault(code, []).append(id_)
        for code, ids in members.items():
            known = facts.groups.get((provider.id, code))
            group_id = known[0] if known else create_group(session, provider_id=provider.id, code=code).id
            add_to_group(session, group_id=group_id, account_ids=ids)


def _type_of(row: StagedRow) -> AccountType:
    return AccountType(row.values.get("type", AccountType.END_USER.value))


def _enterprise_of(row: StagedRow) -> Enterprise:
    return Enterprise(row.values.get("enterprise", Enterprise.ORGANISATION.value))


def _new_account(
    row: StagedRow, profile_id: int | None, facts: _Facts, *, is_named: bool
) -> NewAccount:
    """The account of a row; without a name it is called by its code, or as its provider names accounts."""
    values = row.values
    return NewAccount(
        code=row.key, name=values.get("name") or ("" if is_named else row.key), start_date=values["start_date"],
        type=_type_of(row),
        enterprise=_enterprise_of(row), profile_id=profile_id,
        lifecycle=Lifecycle(values.get("lifecycle", Lifecycle.ACTIVE.value)), contact=_new_contact(row),
        export_reference=values.get("export_reference", ""), currency=values.get("currency", ""),
        billing_address=billing_address_of(row),
        account_manager_id=facts.managers.get((row.provider, values.get("account_manager", ""))),
        classification_id=facts.classifications.get((row.provider, values.get("classification", ""))),
    )


def _new_contact(row: StagedRow) -> NewContact | None:
    known = {name: row.values[name] for name in CONTACT_FIELDS if name in row.values}
    if not known and "contact" not in row.values:
        return None
    name = row.values.get("contact") or row.values.get("name") or row.key
    return NewContact(name=name, **known)


# --------------------------------------------------------------------------- what is there


def _known(session: Session, provider: ProviderFacts, rows: Collection[StagedRow]) -> dict[str, dict[str, object]]:
    """What the database says of the accounts that rows name, by code, in the words of the fields."""
    found: dict[int, dict[str, object]] = {
        each["id"]: dict(_in_field_words(each))
        for each in session.execute(_account_query(session, provider.id, keys_of(rows))).mappings()
    }
    for account_id, group in _memberships(session, found):
        values = found[account_id]
        values["groups"] = (*values.get("groups", ()), group)  # type: ignore[misc]
    return {str(values["code"]): values for values in found.values()}


def _in_field_words(each: RowMapping) -> Iterator[tuple[str, object]]:
    for name, value in each.items():
        field_name = f"{ATTRIBUTE}{name.removeprefix(_LABEL)}" if name.startswith(_LABEL) else name
        yield field_name, Money(value, each["currency"]) if field_name in _MONEY and value is not None else value


def _account_query(session: Session, provider_id: int, codes: Collection[str]) -> Any:
    aa = account_attributes
    return (
        select(
            Account.id, Account.code, Account.name, Account.type, Account.enterprise, Account.lifecycle,
            Account.start_date, Account.export_reference, Account.currency, AccountProfile.name.label("profile"),
            Contact.name.label("contact"), *(getattr(Contact, name) for name in CONTACT_FIELDS),
            StaffUser.login.label("account_manager"), AccountClassification.code.label("classification"),
            *(getattr(ContactAddress, name).label(f"billing_{name}") for name in ADDRESS_FIELDS),
            *(column.label(f"{_LABEL}{column.name}") for column in aa.c if column.name != "owner_id"),
        )
        .join(AccountProfile, AccountProfile.id == Account.profile_id)
        .outerjoin(AccountContact, (AccountContact.account_id == Account.id) & AccountContact.is_primary)
        .outerjoin(Contact, Contact.id == AccountContact.contact_id)
        .outerjoin(AccountClassification, AccountClassification.id == Account.classification_id)
        .outerjoin(StaffUser, StaffUser.id == Account.account_manager_id)
        .outerjoin(AccountBillingAddress, AccountBillingAddress.account_id == Account.id)
        .outerjoin(ContactAddress, ContactAddress.id == AccountBillingAddress.address_id)
        .outerjoin(aa, aa.c.owner_id == Account.id)
        .where(Account.provider_id == provider_id, among(session, Account.code, codes))
    )


def _memberships(session: Session, account_ids: Collection[int]) -> Iterator[tuple[int, str]]:
    yield from session.execute(
        select(AccountGroupMember.account_id, AccountGroup.code)
        .join(AccountGroup, AccountGroup.id == AccountGroupMember.group_id)
        .where(among(session, AccountGroupMember.account_id, account_ids))
    )


def _groups_of(
    session: Session, providers: Collection[ProviderFacts]
) -> dict[tuple[int, str], tuple[int, str]]:
    rows = session.execute(
        select(AccountGroup.provider_id, AccountGroup.code, AccountGroup.id, AccountGroup.kind)
        .where(among(session, AccountGroup.provider_id, [p.id for p in providers]))
    )
    return {(row.provider_id, row.code): (row.id, row.kind) for row in rows}
