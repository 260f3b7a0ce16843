"""Notes of staff on an account: written once, read newest first, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.note import AccountNote
from app.models.parties.powers import Power
from app.services.access.authorize import require_account
from app.services.changes import Changed, ChangeSet
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import RefusedByRule
from app.services.files.texts import require_text
from app.services.paging import Cursor, Order, Page, cut, page_of
from app.services.wording import counted

LONGEST_NOTE = 10_000
"""Characters; more is a document and belongs elsewhere."""
PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """One note."""

    id: int
    text: str
    actor: str
    recorded_at: datetime


def write_note(session: Session, *, account_id: int, text: str) -> ChangeSet:
    """Add a note to an account. Refused where there is nothing to say, or more than a note holds."""
    account = require_account(session, account_id, Power.CUSTOMERS_EDIT, edit=True)
    words = text.strip()
    if not words:
        raise RefusedByRule("Write what was said or agreed; an empty note says nothing.")
    require_text("text", "The note", words, has_lines=True)
    if len(words) > LONGEST_NOTE:
        most, here = counted(LONGEST_NOTE, "character"), counted(len(words), "character")
        raise RefusedByRule(f"A note holds {most}; this has {here}.")
    session.add(AccountNote(provider_id=account.provider_id, account_id=account_id, text=words,
                            actor=actor_of(session), recorded_at=recorded_now(session)))
    session.flush()
    return ChangeSet.of(Changed.NOTES, accounts={account_id})


def note_count(session: Session, *, account_id: int) -> int:
    """How many notes an account has."""
    require_account(session, account_id, Power.CUSTOMERS)
    return session.scalars(select(func.count()).where(AccountNote.account_id == account_id)).one()


def note_page(session: Session, *, account_id: int, after: Cursor | None = None, limit: int = PAGE) -> Page[NoteRow]:
    """One page of notes, newest first."""
    require_account(session, account_id, Power.CUSTOMERS)
    n = AccountNote
    order = Order((n.id.expression,), descending=True)
    statement = select(n.id, n.text, n.actor, n.recorded_at).where(n.account_id == account_id)
    rows = session.execute(cut(statement, order, after=after, limit=limit)).all()
    return page_of([NoteRow(id=r.id, text=r.text, actor=r.actor, recorded_at=r.recorded_at) for r in rows],
                   [(r.id,) for r in rows], limit=limit)
