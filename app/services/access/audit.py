"""Writing the audit trail: who did what to whom, in the transaction of the act."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.services.database.unit_of_work import actor_of, recorded_now


def write_audit(
    session: Session, *, provider_id: int | None, action: str, detail: str, account_id: int | None = None,
    field: str | None = None, old: str | None = None, new: str | None = None,
) -> None:
    """One act; with `field`, from which value to which."""
    session.execute(insert(AuditEntry).values(
        provider_id=provider_id, account_id=account_id, action=action, detail=detail, field=field, old_value=old,
        new_value=new, actor=actor_of(session), recorded_at=recorded_now(session)))
