"""Harbour Telecom with two customers who get messages: Acme by its billing contact, Jane by her only one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.mapping import EventMapping
from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import FinancialTransaction
from app.models.values import Enterprise, EventAction, Tier
from app.services.accounts.services import NewService, create_services
from app.services.attributes.writing import set_attributes
from app.services.events.raising import raise_event
from app.services.events.templates import EMPTY, write_version
from app.services.hierarchy.new_contacts import NewContact
from app.services.hierarchy.operator import operator_of
from tests.support.invoicing_books import Shop, harbour, line
from tests.support.switches import switch_on

REMINDER_DAY = date(2025, 6, 27)
EIGHT_IN_SYDNEY = datetime(2025, 6, 26, 22, 0, tzinfo=UTC)

JANE = NewContact(name="Jane Citizen", email="jane@mail.example", mobile="+61 491 570 006",
                  address_line1="1 Sea Lane", city="MANLY")
PRIYA = NewContact(name="Acme Pty Ltd", attention="Priya Raman", email="pay@acme.example", mobile="0491 570 156")


@dataclass(slots=True)
class MessageBook:
    """Ids of what is in the book, and ways to raise messages in it."""

    shop: Shop
    acme: int
    jane: int
    service: int
    acme_invoice: int
    jane_invoice: int

    @property
    def session(self) -> Session:
        return self.shop.session

    def at(self, session: Session) -> MessageBook:
        """The same book in another unit of work."""
        return replace(self, shop=replace(self.shop, session=session))

    def number(self, invoice_id: int) -> str:
        return str(self.session.get_one(FinancialTransaction, invoice_id).number)

    def template(self, event: str, action: EventAction, period_days: int = 0, **content: str) -> int:
        """Write what an action of an event says in every profile, switched on since long ago.

        Returns the id of the mapping of Acme's and Jane's profile.
        """
        switch_on(self.session, provider_id=self.shop.id, events=[event], action=action, period_days=period_days)
        mappings = {mapping.profile_id: mapping for mapping in self.session.scalars(select(EventMapping).where(
            EventMapping.provider_id == self.shop.id, EventMapping.event == event,
            EventMapping.period_days == period_days))}
        for mapping in mappings.values():
            write_version(self.session, mapping, action, {**EMPTY, **content})
        return mappings[self.shop.business].id

    def raised(
        self, event: str, account_id: int, *, on: date = REMINDER_DAY, cause: str = "", period_days: int = 0,
        **more: Any,
    ) -> None:
        """Raise an event as its cause would."""
        raise_event(self.session, event=event, account_id=account_id, on=on, period_days=period_days,
                    cause_key=cause or f"{event}/{period_days}/{account_id}/{on}", **more)

    def messages(self, *states: str) -> Sequence[OutboxMessage]:
        """The rows of the outbox in their order, read anew."""
        query = select(OutboxMessage).order_by(OutboxMessage.id).execution_options(populate_existing=True)
        return self.session.scalars(query.where(OutboxMessage.state.in_(states)) if states else query).all()


def message_book(session: Session) -> MessageBook:
    """Both in the profile Business, both with an invoice of 3 June due on the 24th, Jane with a service."""
    shop = harbour(session)
    set_attributes(session, tier=Tier.PROVIDER, owner_id=operator_of(session).id, values={"module_sms_events": True},
                   seen={})
    acme = shop.account("A1", PRIYA, name="Acme Pty Ltd", profile_id=shop.business, export_reference="4711")
    jane = shop.account("A2", JANE, name="Jane Citizen", profile_id=shop.business, enterprise=Enterprise.INDIVIDUAL)
    (service,) = create_services(session, provider_id=shop.id, services=[
        NewService(account_id=jane, identifier="0299990001", name="Telephone line")])
    return MessageBook(shop=shop, acme=acme, jane=jane, service=service,
                       acme_invoice=shop.post(acme, lines=[line(112_50)]),
                       jane_invoice=shop.post(jane, lines=[line(66_00)]))
