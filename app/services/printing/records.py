"""What the database keeps of a batch: its selection and folder, and what became of each invoice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.printing.batches import PrintBatch, PrintItem
from app.services.database.dialects import insert_for
from app.services.database.unit_of_work import actor_of, recorded_now

PRINTED = "printed"
FAILED = "failed"

_MESSAGE_LENGTH = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """What became of one invoice. The messages of a printed one are its warnings, of a failed one the reason."""

    invoice_id: int
    state: str
    file_name: str
    pages: int
    messages: tuple[str, ...]


def batch_key(described: dict[str, Any], folder: Path) -> str:
    """Digest of a resolved selection and an absolute folder: the same two make the same batch."""
    return hashlib.sha256(json.dumps([described, _storable(folder)], sort_keys=True).encode()).hexdigest()


def begin_batch(session: Session, *, described: dict[str, Any], folder: Path) -> int:
    """The id of the batch of this selection and folder, which is begun by whoever comes first."""
    key = batch_key(described, folder)
    insert = insert_for(session, PrintBatch.__table__)
    session.execute(insert.on_conflict_do_nothing(index_elements=[PrintBatch.batch_key]), {
        "batch_key": key, "selection": json.dumps(described, ensure_ascii=False), "folder": _storable(folder),
        "created_at": recorded_now(session), "created_by": actor_of(session),
    })
    return session.scalars(select(PrintBatch.id).where(PrintBatch.batch_key == key)).one()


def record_items(session: Session, *, batch_id: int, items: Sequence[ItemRecord]) -> None:
    """Write what became of invoices, over what was said before.

    In the order of their ids, so that two workstations that print the same batch never wait for each other crosswise.
    """
    now = recorded_now(session)
    insert = insert_for(session, PrintItem.__table__)
    changed = {name: insert.excluded[name] for name in ("state", "file_name", "pages", "message", "printed_at")}
    session.execute(
        insert.on_conflict_do_update(index_elements=[PrintItem.batch_id, PrintItem.transaction_id], set_=changed),
        [
            {"batch_id": batch_id, "transaction_id": item.invoice_id, "state": item.state,
             "file_name": item.file_name, "pages": item.pages, "message": _joined(item.messages), "printed_at": now}
            for item in sorted(items, key=lambda item: item.invoice_id)
        ],
    )


def printed_items(session: Session, *, batch_id: int, invoice_ids: Sequence[int]) -> dict[int, ItemRecord]:
    """Those of at most some hundred invoices that are recorded as printed."""
    item = PrintItem
    rows = session.execute(
        select(item.transaction_id, item.state, item.file_name, item.pages, item.message)
        .where(item.batch_id == batch_id, item.transaction_id.in_(invoice_ids), item.state == PRINTED)
    )
    return {
        row.transaction_id: ItemRecord(
            invoice_id=row.transaction_id, state=row.state, file_name=row.file_name, pages=row.pages,
            messages=tuple(filter(None, row.message.split("\n")))
        )
        for row in rows
    }


def _joined(messages: Sequence[str]) -> str:
    """The messages one a line, as many as fit; the last may be cut."""
    text = "\n".join(message.replace("\n", " ") for message in messages)
    return text if len(text) <= _MESSAGE_LENGTH else f"{text[:_MESSAGE_LENGTH - 1]}…"


def _storable(folder: Path) -> str:
    """The path as text that any database stores; bytes that are no UTF-8 are escaped."""
    return str(folder).encode(errors="backslashreplace").decode()
