"""A book under construction: providers, profiles, accounts and their ledger, by short names and with few words.

Everything goes through the commands of the program, so a test book obeys the same rules as a real one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Self

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import AttributeValue
from app.models.parties.account import Account
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import AccountStatus, AccountType, DeliveryMethod, Enterprise, InvoiceLayout, Lifecycle, Tier
from app.services.accounts.services import NewService, create_services
from app.services.attributes.writing import set_attributes
from app.services.database.unit_of_work import Database
from app.services.hierarchy.accounts import NewAccount, ProviderSettings, create_account, create_provider
from app.services.hierarchy.moves import NewParent, standing_at
from app.services.hierarchy.operator import operator_of
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.disputes import raise_dispute
from app.services.ledger.writing import NewInvoice, NewLine, NewPayment, record_invoices, record_payments
from app.services.profiles.profiles import insert_profile

START = date(2024, 1, 1)


class _UndoneError(Exception):
    pass


@contextmanager
def scratch(database: Database) -> Iterator[Session]:
    """A unit of work that leaves nothing behind, so that one database serves many examples of a property."""
    with suppress(_UndoneError), database.write() as session:
        yield session
        raise _UndoneError


def status_shown(session: Session, account_id: int) -> AccountStatus:
    """The status that somebody who looks at an account now has seen."""
    return AccountStatus(session.scalars(select(Account.status).where(Account.id == account_id)).one())


def place_shown(session: Session, account_id: int) -> NewParent:
    """Where somebody who looks at an account now has seen it stand."""
    return standing_at(session.get_one(Account, account_id, populate_existing=True))


def switch_off_guards(session: Session) -> None:
    """Let the rest of this unit of work write what guards, and on PostgreSQL constraints too, would refuse."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))


class Book:
    """Makes entities in one session and remembers their ids by code or name."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.operator = operator_of(session).id
        self._documents = 0

    def taken_up(self, session: Session) -> Self:
        """The same book in another unit of work, where its rows stand already."""
        self.session = session
        return self

    def provider(
        self, code: str, *, parent: int | None = None, kind: AccountType = AccountType.RETAIL, name: str = "",
        currency: str = "AUD", time_zone: str = "UTC", **values: AttributeValue,
    ) -> int:
        """A provider below another (by default the operator) with its defaults for customers; returns its id."""
        settings = ProviderSettings(currency=currency, realm=f"@{code.lower()}.example", time_zone=time_zone)
        account = create_provider(
            self.session, parent_id=parent or self.operator, code=code, name=name or code, type=kind,
            start_date=START, settings=settings,
        )
        if values:
            set_attributes(self.session, tier=Tier.PROVIDER, owner_id=account.id, values=values, seen={})
        return account.id

    def profile(self, provider: int, name: str, **values: AttributeValue) -> int:
        """A profile with its overrides; returns its id."""
        profile_id = insert_profile(self.session, provider_id=provider, name=name)
        if values:
            set_attributes(self.session, tier=Tier.PROFILE, owner_id=profile_id, values=values, seen={})
        return profile_id

    def default_profile(self, provider: int) -> int:
        return self.session.scalars(select(Provider.default_profile_id).where(Provider.account_id == provider)).one()

    def profile_name(self, profile: int) -> str:
        return self.session.get_one(AccountProfile, profile).name

    def account(
        self, provider: int, code: str, *, name: str = "", profile: int | None = None, agent: int | None = None,
        kind: AccountType = AccountType.END_USER, enterprise: Enterprise = Enterprise.ORGANISATION,
        lifecycle: Lifecycle = Lifecycle.ACTIVE, start: date = START, **values: AttributeValue,
    ) -> int:
        """A customer or agent with its overrides; returns its id."""
        account_id = create_account(self.session, provider_id=provider, new=NewAccount(
            code=code, name=name or code, start_date=start, type=kind, enterprise=enterprise, profile_id=profile,
            agent_id=agent, lifecycle=lifecycle,
        ))
        if values:
            set_attributes(self.session, tier=Tier.ACCOUNT, owner_id=account_id, values=values, seen={})
        return account_id

    def service(self, account: int, identifier: str, name: str = "Mobile") -> int:
        owner = self.session.get_one(Account, account)
        (service_id,) = create_services(self.session, provider_id=owner.provider_id, services=[
            NewService(account_id=account, identifier=identifier, name=name)])
        return service_id

    def invoice(
        self, account: int, amount_minor: int, posted: date, due: date, *, number: str = "", tax_minor: int = 0,
        disputed: tuple[date, date | None] | None = None,
    ) -> int:
        """A posted invoice of one line; allocation is a second step. Returns its id."""
        owner = self.session.get_one(Account, account)
        self._documents += 1
        since, until = disputed or (None, None)
        (invoice_id,) = record_invoices(
            self.session, provider_id=owner.provider_id, currency=owner.currency, imported=True, invoices=[NewInvoice(
                account_id=account, number=number or f"IN-{self._documents}", issued_on=posted, posted_on=posted,
                due_on=due, lines=(NewLine(description="Fees", net_minor=amount_minor - tax_minor, tax_minor=tax_minor),
                                   ),
                delivery_method=DeliveryMethod.EMAIL, layout=InvoiceLayout.STANDARD, disputed_from=since,
                disputed_until=until,
            )])
        return invoice_id

    def payment(
        self, account: int, amount_minor: int, received: date, *, number: str = "", targets: Sequence[int] = (),
        method: str = "Bank transfer",
    ) -> int:
        """A payment; allocation is a second step. Returns its id."""
        owner = self.session.get_one(Account, account)
        self._documents += 1
        (payment_id,) = record_payments(
            self.session, provider_id=owner.provider_id, currency=owner.currency, imported=True, payments=[NewPayment(
                account_id=account, number=number or f"PM-{self._documents}", received_on=received,
                amount_minor=amount_minor, method=method, targets=tuple(targets),
            )])
        return payment_id

    def dispute(self, invoice: int, amount_minor: int, on: date, until: date | None = None) -> int:
        return raise_dispute(self.session, invoice_id=invoice, amount_minor=amount_minor, on=on, until=until).id

    def allocate(self, *accounts: int) -> None:
        allocate_accounts(self.session, accounts)

    def entity(self, account: int) -> Account:
        return self.session.get_one(Account, account)
