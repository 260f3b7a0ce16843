"""What must hold before an account joins a group account, each for itself, with what would be right.

All of it is judged at once, so that whoever asks learns everything that is in the way. A product is taken by its code
as it is written: products themselves come later. A price agreement of a company, which would keep it out, is not known
yet either.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.group_accounts.membership import FundingGroup, GroupMembership
from app.models.parties.account import Account
from app.models.products.kinds import ProductFamily, ProductType
from app.models.rules.account_actions import Operation, operation_refusal
from app.models.rules.action_checks import Check
from app.models.values import AccountStanding, AccountStatus, AccountType, FundedKind, Funding, FundingScope
from app.services.access.authorize import visible
from app.services.addresses.billing import address_is_needed, billing_addresses, missing_words
from app.services.errors import RefusedByRule
from app.services.group_accounts.stored import owners
from app.services.wording import TYPE_WORDS, counted, listed


class JoinRefused(RefusedByRule):
    """An account cannot join a group account; `checks` are all that were judged, passed and failed."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        super().__init__(" ".join(check.words for check in checks if not check.passed))
        self.checks = checks


def join_checks(session: Session, parent: Account, member: Account, funding: Funding) -> tuple[Check, ...]:
    """Everything that must hold before `member` joins the group account of `parent`, in the order of screens."""
    return tuple(_checks(session, parent, member, funding))


def _checks(session: Session, parent: Account, member: Account, funding: Funding) -> Iterator[Check]:
    yield Check(code="two_accounts", passed=parent.id != member.id, words=(
        f"{parent.name} and {member.name} are two accounts." if parent.id != member.id else
        f"{parent.name} pays for itself anyway. Name another account as the member."))
    yield _customer("parent_customer", parent)
    yield _customer("member_customer", member)
    yield _active("parent_active", parent)
    yield _active("member_active", member)
    yield _parent_free(session, parent)
    yield _member_free(session, parent, member)
    same = parent.provider_id == member.provider_id
    yield Check(code="same_provider", passed=same, words=(
        "Both belong to the same provider." if same else
        f"{member.name} belongs to {_name(session, member.provider_id)} and {parent.name} to "
        f"{_name(session, parent.provider_id)}; a group account stays within one provider."))
    yield Check(code="same_currency", passed=parent.currency == member.currency, words=(
        f"Both are kept in {parent.currency}." if parent.currency == member.currency else
        f"{member.name} is kept in {member.currency} and {parent.name} in {parent.currency}; a member has the currency "
        "of the account that pays."))
    yield _owners_differ(session, parent, member)
    yield from _addressed(session, "parent_address", parent, AccountStanding.PARENT)
    yield from _addressed(session, "member_address", member, AccountStanding.MEMBER)
    yield _funded_named(funding)
    yield _funded_known(session, parent, funding)


def _customer(code: str, account: Account) -> Check:
    if account.type == AccountType.END_USER:
        return Check(code=code, passed=True, words=f"{account.name} is a customer.")
    words = TYPE_WORDS[AccountType(account.type)].casefold()
    article = "an" if words[0] in "aeiou" else "a"
    return Check(code=code, passed=False,
                 words=f"{account.name} is {article} {words}; only customers pay for others or are paid for.")


def _active(code: str, account: Account) -> Check:
    refusal = operation_refusal(Operation.JOIN_GROUP, name=account.name, status=AccountStatus(account.status))
    return Check(code=code, passed=not refusal, words=refusal or f"{account.name} is active.")


def _parent_free(session: Session, parent: Account) -> Check:
    payer = _payer(session, parent)
    if payer is None:
        return Check(code="parent_free", passed=True, words=f"Nobody pays for {parent.name}.")
    return Check(code="parent_free", passed=False, words=(
        f"{parent.name} is itself a member of the group account of {_seen(session, payer)}; there is one level only."))


def _member_free(session: Session, parent: Account, member: Account) -> Check:
    payer = _payer(session, member)
    if payer is not None and payer.id == parent.id:
        return Check(code="member_free", passed=False,
                     words=f"{member.name} is a member of the group account of {parent.name} already.")
    if payer is not None:
        return Check(code="member_free", passed=False, words=(
            f"{member.name} is a member of the group account of {_seen(session, payer)}. Take it out there first."))
    count = session.scalar(
        select(func.count()).select_from(GroupMembership)
        .join(FundingGroup, FundingGroup.id == GroupMembership.group_id)
        .where(FundingGroup.account_id == member.id, GroupMembership.left_on.is_(None))) or 0
    if count:
        return Check(code="member_free", passed=False, words=(
            f"{member.name} itself pays for {counted(count, 'account')}; there is one level only."))
    return Check(code="member_free", passed=True, words=f"{member.name} is in no other group account.")


def _payer(session: Session, account: Account) -> Account | None:
    return session.scalars(
        select(Account).join(FundingGroup, FundingGroup.account_id == Account.id)
        .join(GroupMembership, GroupMembership.group_id == FundingGroup.id)
        .where(GroupMembership.account_id == account.id, GroupMembership.left_on.is_(None))).one_or_none()


def _seen(session: Session, account: Account) -> str:
    """The name of an account, as far as the person may see it."""
    found = session.scalar(select(Account.name).where(Account.id == account.id, visible(session)))
    return found if found is not None else "another account"


def _name(session: Session, account_id: int) -> str:
    return session.scalars(select(Account.name).where(Account.id == account_id)).one()


def _owners_differ(session: Session, parent: Account, member: Account) -> Check:
    found = owners(session, [parent.id, member.id])
    first, second = found.get(parent.id), found.get(member.id)
    if first is not None and first == second:
        return Check(code="different_owners", passed=False, words=(
            f"{parent.name} and {member.name} have the same owner, {first[1]}; whoever owns both pays for "
            "both anyway."))
    words = ("Their owners differ." if first is None or second is None else
             f"Their owners differ: {first[1]} and {second[1]}.")
    return Check(code="different_owners", passed=True, words=words)


def _addressed(session: Session, code: str, account: Account, standing: AccountStanding) -> Iterator[Check]:
    """A billing address, where the provider asks for one of those who stand so; else there is nothing to say."""
    if account.type == AccountType.END_USER and address_is_needed(session, provider_id=account.provider_id,
                                                                  standing=standing):
        address = billing_addresses(session, [account.id]).get(account.id)
        passed = address is not None and address.is_there
        yield Check(code=code, passed=passed, words=(
            f"{account.name} has a billing address." if passed else missing_words(account.name)))


def _funded_named(funding: Funding) -> Check:
    if funding.scope is FundingScope.FULL:
        passed = not funding.items
        words = ("Everything that can be funded is paid, so nothing has to be named." if passed else
                 "With full funding nothing is named. Leave the items out, or fund partly.")
    else:
        passed = bool(funding.items)
        words = (f"{counted(len(funding.items), 'item is', 'items are')} named." if passed else
                 "Partial funding names at least one product, product type or product family that is paid.")
    return Check(code="funded_named", words=words, passed=passed)


def _funded_known(session: Session, parent: Account, funding: Funding) -> Check:
    unknown = []
    for kind, entity, words in ((FundedKind.TYPE, ProductType, "product type"),
                                (FundedKind.FAMILY, ProductFamily, "product family")):
        codes = {named.code for named in funding.items if named.kind is kind}
        there = set(session.scalars(select(entity.code).where(
            entity.provider_id == parent.provider_id, entity.code.in_(sorted(codes))))) if codes else set()
        unknown += [f'{words} "{code}"' for code in sorted(codes - there)]
    if unknown:
        return Check(code="funded_known", passed=False, words=(
            f"{_name(session, parent.provider_id)} has no {listed(unknown)}. A set-up file says which there are."))
    if any(named.kind is FundedKind.PRODUCT for named in funding.items):
        words = "Types and families that are named are there; products are taken by their codes as written."
    else:
        words = "What is named is there." if funding.items else "Nothing has to be looked up."
    return Check(code="funded_known", passed=True, words=words)
