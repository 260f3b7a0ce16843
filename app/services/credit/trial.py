"""Would this pass? An account, an event and an amount are held against the limit and the override rules."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.models.credit.control import AccountClassification, KycProfile
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import Power
from app.models.values import CreditEvent, KycState
from app.services.access.authorize import require_account
from app.services.attributes.resolving import effective_values
from app.services.credit.checking import CreditAnswer, check_credit
from app.services.providers.business_day import business_day


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFacts:
    """An account with what override rules ask of one."""

    account_id: int
    code: str
    name: str
    currency: str
    rating: str | None
    classification: str | None
    kyc_profile: str | None
    kyc_state: KycState

    @property
    def sentence(self) -> str:
        kyc = "no KYC profile" if self.kyc_profile is None else (
            f"KYC profile {self.kyc_profile} ({self.kyc_state.label.lower()})")
        return (f"{self.name}, {self.code}: {f'rating {self.rating}' if self.rating else 'no rating'}, "
                f"{f'classification {self.classification}' if self.classification else 'no classification'}, {kyc}.")


def trial_facts(session: Session, *, account_id: int) -> TrialFacts:
    """What override rules ask of one account, and its currency."""
    account = require_account(session, account_id, Power.CREDIT)
    (rating,) = effective_values(session, account, ["credit_rating"])
    row = session.execute(
        select(AccountClassification.code.label("classification"), KycProfile.code.label("kyc_profile"),
               Contact.kyc_state)
        .select_from(Account)
        .outerjoin(AccountClassification, AccountClassification.id == Account.classification_id)
        .outerjoin(AccountContact, and_(AccountContact.account_id == Account.id, AccountContact.is_primary))
        .outerjoin(Contact, Contact.id == AccountContact.contact_id)
        .outerjoin(KycProfile, KycProfile.id == Contact.kyc_profile_id)
        .where(Account.id == account_id)).one()
    return TrialFacts(
        account_id=account_id, code=account.code, name=account.name, currency=account.currency,
        rating=None if rating.effective.value is None else str(rating.effective.value),
        classification=row.classification, kyc_profile=row.kyc_profile,
        kyc_state=KycState(row.kyc_state or KycState.NOT_VERIFIED))


def try_credit(session: Session, *, account_id: int, event: CreditEvent, amount_minor: int) -> CreditAnswer:
    """Whether an event of today would go through; nothing is posted and nothing is locked."""
    account = require_account(session, account_id, Power.CREDIT)
    return check_credit(session, account_id=account_id, event=event, amount_minor=amount_minor,
                        on=business_day(session, account.provider_id))
