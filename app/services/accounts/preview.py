"""One account as the preview below a list shows it, and what a scan of today would do with it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.values import ScanOutcome
from app.services.access.authorize import require_account
from app.services.accounts.header import AccountHeader, account_header
from app.services.errors import RefusedByRule
from app.services.suspension.explain import ScanExplanation, explain_scan


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanView:
    """What a scan of today would do with an account, or why no scan judges it."""

    explanation: ScanExplanation | None
    refusal: str = ""

    @property
    def outcome(self) -> ScanOutcome | None:
        return None if self.explanation is None else self.explanation.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPreview:
    """One account as the preview below a list shows it."""

    header: AccountHeader
    scan: ScanView


def scan_view(session: Session, *, account_id: int) -> ScanView:
    """Why a scan would, or would not, suspend or restore an account today."""
    require_account(session, account_id, Power.CUSTOMERS)  # what is out of reach is not there; no refusal of the rule
    try:
        return ScanView(explanation=explain_scan(session, account_id=account_id))
    except RefusedByRule as refusal:
        return ScanView(explanation=None, refusal=str(refusal))


def account_preview(session: Session, *, account_id: int) -> AccountPreview:
    """Head, figures and what a scan would do, as of today."""
    return AccountPreview(header=account_header(session, account_id=account_id),
                          scan=scan_view(session, account_id=account_id))
