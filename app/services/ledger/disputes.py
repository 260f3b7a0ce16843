"""Disputes: an amount of a posted invoice that nobody asks for, from a day on until another.

What is in dispute changes by entries, which are append-only like the ledger itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Dispute, DisputeEntry, FinancialTransaction
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import TransactionKind, TransactionState, grouped_amount
from app.services.access.authorize import account_of_document, require_account
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.dialects import lock_ledger, lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule
from app.services.files.texts import require_text
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.keeping import keep_figures
from app.services.ledger.reading import amount_sum, planned
from app.services.providers.business_day import zone_of
from app.services.saving import Speech, Trace, moment_text, wanted_changes
from app.services.wording import day_text


def raise_dispute(
    session: Session, *, invoice_id: int, amount_minor: int, on: date, until: date | None = None,
    reason: str = "Default",
) -> Created:
    """Put an amount of a posted invoice in dispute from a day on; with `until`, the dispute ends on that day.

    Raises RefusedByRule without a reason, and where the amount is nothing or more than what of the invoice is not in
    dispute already.
    """
    if not reason.strip():
        raise RefusedByRule("A dispute needs a reason, so that colleagues know what it is about.")
    require_text("reason", "The reason", reason, has_lines=True)
    require_account(session, account_of_document(session, invoice_id), Power.LEDGER_DISPUTES, edit=True)
    invoice = session.get_one(FinancialTransaction, invoice_id)
    _lock_books(session, invoice.provider_id, invoice.account_id)
    _require_disputable(session, invoice)
    disputed = _most_in_dispute(session, invoice_id, since=on, until=until)
    covered = session.scalar(select(planned(on)).where(FinancialTransaction.id == invoice_id)) or 0
    most = invoice.amount_minor - disputed - covered
    if disputed and invoice.amount_minor <= disputed:
        raise RefusedByRule(f"All of {invoice.number} is in dispute already. Nothing was changed.")
    if covered and amount_minor > most:
        words = ("{covered} {currency} of {number} are in a payment plan, so {most} {currency} can be in dispute. "
                 "Cancel the plan to put more in dispute.")
        raise RefusedByRule(words.format(
            covered=grouped_amount(covered, invoice.currency), most=grouped_amount(max(0, most), invoice.currency),
            currency=invoice.currency, number=invoice.number))
    if not 0 < amount_minor <= most:
        words = ("Between {least} and {most} {currency} of {number} can be in dispute, beside {disputed} {currency} "
                 "that are already." if disputed else
                 "Between {least} and {most} {currency} of {number} can be in dispute.")
        raise RefusedByRule(words.format(
            least=grouped_amount(1, invoice.currency), most=grouped_amount(most, invoice.currency),
            disputed=grouped_amount(disputed, invoice.currency), currency=invoice.currency, number=invoice.number))
    dispute = Dispute(provider_id=invoice.provider_id, account_id=invoice.account_id, invoice_id=invoice_id,
                      reason=reason.strip()[:50], effective_on=on, recorded_at=recorded_now(session))
    session.add(dispute)
    session.flush()
    _dispute_entry(session, dispute, "raised", amount_minor, on)
    if until is not None:
        _dispute_entry(session, dispute, "ended", -amount_minor, until)
    changes = ChangeSet.of(Changed.LEDGER, accounts={dispute.account_id})
    if until is not None:
        return Created(id=dispute.id, changes=changes)  # it has ended
    return Created(id=dispute.id, changes=changes.with_undo(Undo(
        of=f"dispute about {invoice.number}",
        done=f"{grouped_amount(amount_minor, invoice.currency)} {invoice.currency} of {invoice.number} put in dispute.",
        command=end_dispute, arguments={"dispute_id": dispute.id, "on": on})))


def end_dispute(session: Session, *, dispute_id: int, on: date) -> ChangeSet:
    """End a dispute on a day, which is no longer part of it.

    Raises RefusedByRule, saying who ended it and when, where it has ended already.
    """
    dispute = session.get(Dispute, dispute_id)
    if dispute is None:
        raise NotFound("There is no such dispute in this database.")
    require_account(session, dispute.account_id, Power.LEDGER_DISPUTES_END, edit=True)
    _lock_books(session, dispute.provider_id, dispute.account_id)
    left = session.scalar(select(func.sum(DisputeEntry.delta_minor)).where(DisputeEntry.dispute_id == dispute_id)) or 0
    if left == 0:
        raise RefusedByRule(_ended_already(session, dispute))
    if on < dispute.effective_on:
        raise RefusedByRule(f"The dispute began on {day_text(dispute.effective_on)}; it cannot end before that.")
    _end(session, dispute, on)
    allocate_accounts(session, [dispute.account_id])
    return ChangeSet.of(Changed.LEDGER, accounts={dispute.account_id})


def adjust_dispute(session: Session, *, dispute_id: int, amount_minor: int, on: date, seen: int) -> ChangeSet:
    """Put more or less in dispute from a day on; `seen` is what of it was in dispute when somebody looked.

    Raises SavedMeanwhile where another amount is in dispute by now, RefusedByRule where it has ended, or the new amount
    is nothing or more than the invoice.
    """
    dispute = session.get(Dispute, dispute_id)
    if dispute is None:
        raise NotFound("There is no such dispute in this database.")
    require_account(session, dispute.account_id, Power.LEDGER_DISPUTES, edit=True)
    _lock_books(session, dispute.provider_id, dispute.account_id)
    invoice = session.get_one(FinancialTransaction, dispute.invoice_id)
    _require_disputable(session, invoice)
    mine = select(amount_sum(DisputeEntry.delta_minor))
    now = session.scalar(mine.where(DisputeEntry.dispute_id == dispute_id)) or 0
    if now == 0:
        raise RefusedByRule(_ended_already(session, dispute))
    if not wanted_changes(seen={_AMOUNT: seen}, now={_AMOUNT: now}, wanted={_AMOUNT: amount_minor},
                          speech=lambda: _speech(session, dispute, invoice)):
        return ChangeSet.empty()
    last = session.scalars(select(func.max(DisputeEntry.effective_on))
                           .where(DisputeEntry.dispute_id == dispute_id)).one()
    if on < last:
        raise RefusedByRule(f"The dispute changed on {day_text(last)}; it cannot change for an earlier day.")
    others = _most_in_dispute(session, invoice.id, since=on, but=dispute_id)
    covered = session.scalar(select(planned(on)).where(FinancialTransaction.id == invoice.id)) or 0
    most = invoice.amount_minor - others - covered
    if not 0 < amount_minor <= most:
        raise RefusedByRule(
            f"Between {grouped_amount(1, invoice.currency)} and {grouped_amount(most, invoice.currency)} "
            f"{invoice.currency} of {invoice.number} can be in dispute. End the dispute where nothing is any more.")
    _dispute_entry(session, dispute, "adjusted", amount_minor - now, on)
    allocate_accounts(session, [dispute.account_id])
    return ChangeSet.of(Changed.LEDGER, accounts={dispute.account_id}).with_undo(Undo(
        of=f"change of the dispute about {invoice.number}",
        done=f"{grouped_amount(amount_minor, invoice.currency)} {invoice.currency} of {invoice.number} in dispute.",
        command=adjust_dispute,
        arguments={"dispute_id": dispute_id, "amount_minor": now, "on": on, "seen": amount_minor}))


_AMOUNT = "amount_minor"


def _speech(session: Session, dispute: Dispute, invoice: FinancialTransaction) -> Speech:
    def traces(fields: Collection[str]) -> dict[str, Trace]:
        last = session.execute(
            select(DisputeEntry.actor, DisputeEntry.recorded_at).where(DisputeEntry.dispute_id == dispute.id)
            .order_by(DisputeEntry.id.desc()).limit(1)).one()
        return dict.fromkeys(fields, Trace(who=last.actor, at=last.recorded_at))

    return Speech(zone=str(zone_of(session, dispute.provider_id)), label=lambda _field: "the amount in dispute",
                  text=lambda _field, value: f"{grouped_amount(value, invoice.currency)} {invoice.currency}",
                  traces=traces)


def end_open_disputes(session: Session, *, invoice_id: int, on: date) -> int:
    """End on a day whatever is in dispute of an invoice then; returns how much that was.

    What was entered for later days is undone on those days: an end that was to come ends nothing any more.
    """
    disputes = session.scalars(select(Dispute).where(Dispute.invoice_id == invoice_id).order_by(Dispute.id)).all()
    return sum(_end(session, dispute, on) for dispute in disputes)


def _end(session: Session, dispute: Dispute, on: date) -> int:
    """End one dispute on a day, undoing what it was to become later; returns what was in dispute on that day."""
    entries = session.execute(
        select(DisputeEntry.effective_on, DisputeEntry.delta_minor).where(DisputeEntry.dispute_id == dispute.id)
        .order_by(DisputeEntry.id)).all()
    left = sum(delta for day, delta in entries if day <= on)
    # First what adds: the database counts all days together and keeps the sum above nothing.
    for day, delta in sorted((entry for entry in entries if entry[0] > on), key=lambda entry: entry[1]):
        _dispute_entry(session, dispute, "adjusted", -delta, day)
    if left > 0:
        _dispute_entry(session, dispute, "ended", -left, on)
    return max(0, left)


def _most_in_dispute(
    session: Session, invoice_id: int, *, since: date, until: date | None = None, but: int | None = None
) -> int:
    """The most that is in dispute of an invoice on one day from a day on and before another, leaving one dispute out.

    An end that is to come frees nothing on the days before it.
    """
    entry = DisputeEntry
    entries = [row for row in session.execute(
        select(entry.dispute_id, entry.effective_on, entry.delta_minor).where(entry.invoice_id == invoice_id))
        if row.dispute_id != but]
    days = {since, *(row.effective_on for row in entries
                     if row.effective_on > since and (until is None or row.effective_on < until))}
    return max(sum(int(row.delta_minor) for row in entries if row.effective_on <= day) for day in days)


def _require_disputable(session: Session, invoice: FinancialTransaction) -> None:
    """Raise RefusedByRule unless it is a posted invoice that stands."""
    if invoice.kind != TransactionKind.INVOICE:
        raise RefusedByRule(f"{invoice.number or invoice.reference} is no invoice; invoices alone are put in dispute.")
    if invoice.state != TransactionState.POSTED:
        raise RefusedByRule(f"{invoice.reference} is not posted; posted invoices alone are put in dispute.")
    counter = session.scalar(select(FinancialTransaction.number).where(
        FinancialTransaction.cancels_id == invoice.id, FinancialTransaction.state == TransactionState.POSTED.value))
    if counter is not None:
        raise RefusedByRule(f"{invoice.number} is cancelled by {counter}, so nothing of it is in dispute.")


def _lock_books(session: Session, provider_id: int, account_id: int) -> None:
    """Let one at a time change what is in dispute at an account; judging it waits as well."""
    lock_ledger(session, provider_id)
    lock_row(session, "account", "id", account_id)


def _ended_already(session: Session, dispute: Dispute) -> str:
    row = session.execute(
        select(DisputeEntry.actor, DisputeEntry.recorded_at, DisputeEntry.effective_on, Provider.time_zone,
               FinancialTransaction.number)
        .join(Provider, Provider.account_id == DisputeEntry.provider_id)
        .join(FinancialTransaction, FinancialTransaction.id == DisputeEntry.invoice_id)
        .where(DisputeEntry.dispute_id == dispute.id).order_by(DisputeEntry.id.desc()).limit(1)).one()
    return (f"The dispute about {row.number} has ended already, on {day_text(row.effective_on)}: {row.actor} ended it "
            f"{moment_text(row.recorded_at, row.time_zone)}. Nothing was changed.")


def _dispute_entry(session: Session, dispute: Dispute, kind: str, delta_minor: int, on: date) -> None:
    session.add(DisputeEntry(
        provider_id=dispute.provider_id, dispute_id=dispute.id, invoice_id=dispute.invoice_id,
        account_id=dispute.account_id, kind=kind, delta_minor=delta_minor, effective_on=on,
        recorded_at=recorded_now(session), actor=actor_of(session),
    ))
    keep_figures(session, [dispute.account_id])
