"""Letters that wait to be printed, with the address of the envelope, for whoever puts them on paper.

They are marked together with their file or not at all (ARCHITECTURE.md, "Letters and notifications").
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.mapping import EventTemplate
from app.models.events.outbox import OutboxMessage
from app.models.parties.contact import Contact
from app.models.parties.powers import Power
from app.models.values import EventAction, OutboxState
from app.services.access.authorize import authorize
from app.services.addresses.billing import billing_addresses
from app.services.changes import ChangeSet
from app.services.files.kinds import PDF
from app.services.files.writing import write_bytes
from app.services.invoicing.statements import address_lines
from app.services.outbox.addresses import letter_addressee
from app.services.outbox.handling import mark_printed
from app.services.outbox.listing import OutboxFilter, outbox_messages
from app.services.outbox.parties import read_parties

MOST = 500
"""Letters of one document; the others wait for the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter as it is printed."""

    id: int
    name: str
    address: tuple[str, ...]
    """The lines below the name; empty where nobody knows an address."""
    subject: str
    html: str
    text: str
    """What it says where it has no HTML."""


def waiting_letters(session: Session, *, which: OutboxFilter) -> tuple[Letter, ...]:
    """The letters among some messages that wait to be printed, the oldest first and `MOST` of them at most."""
    authorize(session, Power.EVENTS_SEND)
    rows = outbox_messages(session, which=replace(
        which, states=frozenset({OutboxState.QUEUED}), actions=frozenset({EventAction.LETTER})))
    messages = session.scalars(select(OutboxMessage).where(
        OutboxMessage.id.in_([row.id for row in rows[:MOST]]), OutboxMessage.composed_at.is_not(None))
        .order_by(OutboxMessage.id).execution_options(populate_existing=True)).all()
    addresses = _addresses(session, messages)
    return tuple(Letter(id=m.id, name=m.recipient, address=addresses.get(m.id, ()), subject=m.subject, html=m.html,
                        text=m.text) for m in messages)


def print_letters(session: Session, *, letters: Collection[Letter], path: Path, document: bytes) -> ChangeSet:
    """Mark letters as printed and write the document that holds them; where either is refused, neither is done.

    Raises SavedMeanwhile where one does not wait any more, and InputRejected where the file cannot be written.
    """
    changes = mark_printed(session, message_ids=[letter.id for letter in letters],
                           seen={letter.id: OutboxState.QUEUED for letter in letters})
    write_bytes(path, PDF, document)
    return changes


def _addresses(session: Session, messages: Collection[OutboxMessage]) -> dict[int, tuple[str, ...]]:
    """The lines of the envelope of each message, as they are today: a letter follows whoever has moved.

    What goes to the billing contact goes to the billing address of the account.
    """
    parties = read_parties(session, [message.account_id for message in messages])
    templates = {template.id: template for template in session.scalars(select(EventTemplate).where(
        EventTemplate.id.in_({message.template_id for message in messages})))}
    facts = {}
    for message in messages:
        template = templates.get(message.template_id or 0)
        facts[message.id] = letter_addressee(parties[message.account_id], template.recipients if template else "")
    contacts = {contact.id: contact for contact in session.scalars(
        select(Contact).where(Contact.id.in_({fact.id for fact in facts.values() if fact is not None})))}
    chosen = billing_addresses(session, {message.account_id for message in messages})
    found = {}
    for message in messages:
        fact = facts[message.id]
        if fact is not None:
            address = chosen[message.account_id] if fact.is_billing else contacts[fact.id]
            found[message.id] = tuple(address_lines(address, parties[message.account_id].provider.language))
    return found
