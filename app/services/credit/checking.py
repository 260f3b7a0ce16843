"""The one check of a credit limit, asked before anything uses the funds of an account.

See ARCHITECTURE.md, "Credit control". `check_credit` only answers. Whoever goes on to use the funds asks
`require_credit`, which locks the account first, so that two who want the same head-room get it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from app.models.credit.control import AccountClassification, KycProfile
from app.models.ledger.marks import WriteOff
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import Power
from app.models.rules.account_actions import Operation, operation_refusal
from app.models.rules.credit_check import NEVER_REFUSED, CreditDecision, CreditFacts, Override, decide_credit
from app.models.values import AccountStatus, CreditEvent, KycState, Money, grouped_amount
from app.services.access.audit import write_audit
from app.services.access.authorize import require_account
from app.services.attributes.columns import effective_columns
from app.services.attributes.limits import with_currency
from app.services.credit.rules import rules_of_providers
from app.services.currencies.conversion import Conversion, limit_in_own_currency
from app.services.database.dialects import lock_ledger, lock_row
from app.services.errors import RefusedByRule
from app.services.ledger.reading import account_figures
from app.services.providers.business_day import business_day
from app.services.wording import Reason, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAnswer:
    """Whether something goes through, with its figures in minor units of `currency`, that of the account."""

    account_id: int
    event: CreditEvent
    allowed: bool
    limit_minor: int | None
    """None: no limit, or one in a currency without a rate."""
    balance_minor: int
    projected_minor: int
    """The balance with the amount."""
    excess_minor: int
    """How far that is above the limit; 0 within it."""
    currency: str
    rule: str | None
    """The override rule that lets it through above the limit."""
    reasons: tuple[Reason, ...]
    """What was compared and, of a refusal, what would let it through."""

    @property
    def sentence(self) -> str:
        return " ".join(reason.words for reason in self.reasons)


class CreditLimitExceeded(RefusedByRule):
    """Something would take an account above its credit limit, and no rule lets it through."""

    def __init__(self, answer: CreditAnswer) -> None:
        super().__init__(answer.sentence)
        self.answer = answer


def check_credit(
    session: Session, *, account_id: int, event: CreditEvent, amount_minor: int, on: date
) -> CreditAnswer:
    """Whether an event of a day may use so much of an account's funds; nothing is locked.

    What counts is the balance of today, also for what is dated back: what was posted since would be owing as well.
    """
    account = require_account(session, account_id, Power.CUSTOMERS)
    if amount_minor < 0:
        raise RefusedByRule("An amount that uses funds is 0 or more. What lowers a balance is never checked.")
    today = max(on, business_day(session, account.provider_id))
    standing = _standing_of(session, account, event=event, amount_minor=amount_minor, on=today)
    rules = rules_of_providers(session, [account.provider_id]).get(account.provider_id, [])
    facts = standing.facts
    decision = CreditDecision(allowed=False) if standing.refusal else decide_credit(facts, rules)
    return CreditAnswer(
        account_id=account_id, event=event, allowed=decision.allowed, limit_minor=facts.limit_minor,
        balance_minor=facts.balance_minor, projected_minor=facts.projected_minor, excess_minor=facts.excess_minor,
        currency=account.currency, rule=decision.rule, reasons=tuple(_reasons(standing, decision, rules)))


def require_credit(
    session: Session, *, account_id: int, event: CreditEvent, amount_minor: int, on: date
) -> CreditAnswer:
    """The same for whoever uses the funds in this unit of work; raises CreditLimitExceeded where it is refused.

    Locks the account first, so what others posted to it meanwhile counts. What a rule lets through is written down with
    its name.
    """
    account = require_account(session, account_id, Power.CUSTOMERS)
    lock_ledger(session, account.provider_id)
    lock_row(session, "account", "id", account_id)
    answer = check_credit(session, account_id=account_id, event=event, amount_minor=amount_minor, on=on)
    if not answer.allowed:
        raise CreditLimitExceeded(answer)
    if answer.rule is not None:
        write_audit(session, provider_id=account.provider_id, account_id=account_id, action="credit_overridden",
                    detail=answer.sentence)
    return answer


# --------------------------------------------------------------------------- how the account stands


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """The facts of an account with what words need besides."""

    code: str
    currency: str
    facts: CreditFacts
    conversion: Conversion | None
    """How a limit in another currency became one of the account's."""
    limit_currency: str | None
    refusal: str
    """Why its state lets nothing use its funds; empty where it does."""


def _standing_of(
    session: Session, account: Account, *, event: CreditEvent, amount_minor: int, on: date
) -> _Standing:
    columns = effective_columns(["credit_limit", "credit_rating"])
    joined, currency = with_currency(columns, "credit_limit")
    row = session.execute(
        select(columns.values["credit_limit"].label("limit"), currency.label("currency"),
               columns.values["credit_rating"].label("rating"), AccountClassification.code.label("classification"),
               KycProfile.code.label("kyc_profile"), Contact.kyc_state,
               exists().where(WriteOff.account_id == Account.id, WriteOff.cleared_on.is_(None)).label("written_off"))
        .select_from(joined)
        .outerjoin(AccountClassification, AccountClassification.id == Account.classification_id)
        .outerjoin(AccountContact, and_(AccountContact.account_id == Account.id, AccountContact.is_primary))
        .outerjoin(Contact, Contact.id == AccountContact.contact_id)
        .outerjoin(KycProfile, KycProfile.id == Contact.kyc_profile_id)
        .where(Account.id == account.id)).one()
    conversion = None if row.limit is None else limit_in_own_currency(
        session, account=account, limit=Money(row.limit, row.currency))
    limit = None if conversion is None else conversion.amount_minor
    balance = account_figures(session, [account.id], on)[account.id].balance_minor
    facts = CreditFacts(limit_minor=limit, balance_minor=balance, amount_minor=amount_minor, event=event,
                        classification=row.classification, rating=row.rating, kyc_profile=row.kyc_profile,
                        kyc_state=KycState(row.kyc_state or KycState.NOT_VERIFIED))
    refusal = "" if event in NEVER_REFUSED else operation_refusal(
        Operation.USE_FUNDS, name=account.code, status=AccountStatus(account.status), written_off=row.written_off)
    return _Standing(code=account.code, currency=account.currency, facts=facts, conversion=conversion,
                     limit_currency=row.currency, refusal=refusal)


# --------------------------------------------------------------------------- in words


def _reasons(standing: _Standing, decision: CreditDecision, rules: Sequence[Override]) -> Iterator[Reason]:
    facts, code = standing.facts, standing.code
    if standing.refusal:
        yield Reason(code="state", words=standing.refusal)
        return
    if facts.limit_minor is None:
        if standing.limit_currency is None:
            yield Reason(code="no_limit", words=f"{code} has no credit limit.")
        else:
            yield Reason(code="no_rate", words=f"The credit limit of {code} is in {standing.limit_currency}, of which "
                                               "there is no rate for its first day, so it says nothing.")
        return
    owing = _money(facts.projected_minor, standing)
    stated = standing.conversion
    limit = f"its limit of {_money(facts.limit_minor, standing) if stated is None else stated.words}"
    if facts.excess_minor == 0:
        yield Reason(code="within", words=f"{code} would owe {owing} and not pass {limit}.")
        return
    yield Reason(code="above", words=_above(standing, owing, limit))
    if decision.rule is not None:
        yield Reason(code="override", words=f'The override rule "{decision.rule}" lets this event through.')
    elif decision.allowed:
        yield Reason(code="marked", words="An invoice of a billing run is not refused; it is marked as exceptional.")
    else:
        yield from _what_would_help(standing, rules)


def _above(standing: _Standing, owing: str, limit: str) -> str:
    facts = standing.facts
    excess = _money(facts.excess_minor, standing)
    if facts.amount_minor == 0:
        return f"{standing.code} owes {owing}, {excess} above {limit}."
    balance, more = _money(facts.balance_minor, standing), _money(facts.amount_minor, standing)
    return f"{standing.code} owes {balance}; with {more} more it would owe {owing}, {excess} above {limit}."


def _what_would_help(standing: _Standing, rules: Sequence[Override]) -> Iterator[Reason]:
    facts = standing.facts
    listing = [rule for rule in rules if facts.event in rule.events]
    for rule in listing:
        yield Reason(code="rule", words=f'The override rule "{rule.name}" lets it through for {_asked(rule, facts)}.')
    if not listing:
        yield Reason(code="no_rule", words=f'No override rule lists the event "{facts.event.label}".')
    yield Reason(code="limit", words=f"A limit of its own of {_money(facts.projected_minor, standing)} or more would "
                                     "let it through.")
    yield Reason(code="payment", words=f"So would a payment of {_money(facts.excess_minor, standing)} or more.")


_KINDS = {"classification": "the classification", "rating": "the rating", "kyc_profile": "the KYC profile"}


def _asked(rule: Override, facts: CreditFacts) -> str:
    """What a rule asks for and the account has not: "the classification VIP (it has RESIDENTIAL)"."""
    values = {"classification": (rule.classifications, facts.classification), "rating": (rule.ratings, facts.rating),
              "kyc_profile": (rule.kyc_profiles, facts.kyc_profile)}
    said = []
    for kind in rule.unmet(facts):
        if kind == "kyc_state":
            said.append("a KYC profile that is verified (it is not)")
            continue
        wanted, own = values[kind]
        *most, last = sorted(wanted)
        choice = f"{', '.join(most)} or {last}" if most else last
        said.append(f"{_KINDS[kind]} {choice} ({f'it has {own}' if own else 'it has none'})")
    return listed(said)


def _money(minor: int, standing: _Standing) -> str:
    return f"{grouped_amount(minor, standing.currency)} {standing.currency}"
