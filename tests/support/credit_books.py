"""Books of two providers in two currencies, with accounts above, at and below their limits, and debts of every age."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.services.credit.ratings import set_credit_rating
from tests.conftest import TEST_NOW
from tests.factories.books import Book

TODAY = TEST_NOW.date()


class Office(Book):
    """Two providers in two currencies, one of them in a zone where it is still yesterday."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.home = self.provider("HT", name="Harbour", currency="EUR", credit_rating="B")
        self.far = self.provider("SB", name="Summit", currency="AUD", time_zone="Pacific/Pago_Pago",
                                 credit_limit=1_000)
        set_credit_rating(session, provider_id=self.home, code="B", limit_minor=10_000, seen=None)
        self.firm = self.profile(self.home, "Firms", credit_limit=20_000)
        late = TODAY - timedelta(days=40)
        for code, owing, days_due, more in (
                ("OVER", 15_000, 5, {}), ("EDGE", 9_500, -10, {}), ("CALM", 1_000, 45, {}), ("NONE", 0, 0, {}),
                ("FREE", 70_000, 100, {"credit_limit": 10**9}), ("OWN", 500, 70, {"credit_limit": 400}),
                ("FIRM", 20_001, 31, {"profile": self.firm})):
            account = self.account(self.home, code, **more)
            if owing:
                due = TODAY - timedelta(days=days_due)
                self.invoice(account, owing, min(late, due), due)
        self.payment(self.account(self.home, "RICH"), 2_000, TODAY)
        self.far_account = self.account(self.far, "FAR")
        yesterday = TODAY - timedelta(days=1)
        self.invoice(self.far_account, 1_001, yesterday, yesterday)
        self.invoice(self.far_account, 5_000, TODAY, TODAY)  # of its tomorrow
