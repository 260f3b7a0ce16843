"""bursar ledger show | post | post-draft | reject | cancel | write-off | transfer | dispute | settle-dispute"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, iso_date, words
from app.commands.entry import open_for
from app.commands.output import emit_json, tell
from app.models.values import TransactionKind, grouped_amount, parse_amount
from app.services.errors import RefusedField

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.documents.posting import Posted
    from app.services.documents.sheet import LedgerSheet, SheetRow

_BY_HAND = ("invoice", "payment", "credit_note", "refund")


def instant(text: str) -> datetime:
    """An instant as 2025-07-02T10:00:00, in UTC unless it says another zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no instant; write it as 2025-07-02T10:00:00+00:00') from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("ledger", help="the ledger of an account: look at it, post, correct")
    show = actions.add("show", _show, help="figures and rows of an account, as of a date")
    show.add_argument("account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
    show.add_argument("--as-of", type=iso_date, metavar="D", help="after everything of that day (default: today)")
    show.add_argument("--known-at", type=instant, metavar="T", help="by what was recorded by this instant")
    _declare_post(actions)
    post_draft = actions.add("post-draft", _post_draft, help="post a draft")
    post_draft.add_argument("ref", type=words, metavar="REF", help="or PROVIDER/REF")
    post_draft.add_argument("--date", type=iso_date, metavar="D", help="the day it is posted for (default: today)")
    reject = actions.add("reject", _reject, help="reject a draft for good")
    reject.add_argument("ref", type=words, metavar="REF", help="or PROVIDER/REF")
    reject.add_argument("--reason", type=words, required=True, metavar="R")
    cancel = actions.add("cancel", _cancel, help="cancel a posted invoice or payment by a row of today")
    cancel.add_argument("number", type=words, metavar="NUMBER", help="or PROVIDER/NUMBER")
    cancel.add_argument("--kind", choices=["invoice", "payment"], help="where both have the number")
    cancel.add_argument("--reason", type=words, metavar="R")
    write_off = actions.add("write-off", _write_off, help="write off all that an account owes")
    write_off.add_argument("account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
    write_off.add_argument("--date", type=iso_date, metavar="D", help="the day it is posted for (default: today)")
    write_off.add_argument("--reason", type=words, metavar="R")
    transfer = actions.add("transfer", _transfer, help="move a payment to another account of its provider")
    transfer.add_argument("number", type=words, metavar="NUMBER", help="or PROVIDER/NUMBER")
    transfer.add_argument("--to", type=words, required=True, metavar="ACCOUNT", help="CODE; SUSPENSE is the provider's")
    transfer.add_argument("--reason", type=words, metavar="R")
    dispute = actions.add("dispute", _dispute, help="put an amount of a posted invoice in dispute")
    dispute.add_argument("number", type=words, metavar="NUMBER", help="or PROVIDER/NUMBER")
    dispute.add_argument("--amount", type=words, required=True, metavar="X")
    dispute.add_argument("--date", type=iso_date, metavar="D", help="from when on (default: today)")
    dispute.add_argument("--reason", type=words, metavar="R")
    settle = actions.add("settle-dispute", _settle_dispute, help="end what is in dispute of an invoice")
    settle.add_argument("number", type=words, metavar="NUMBER", help="or PROVIDER/NUMBER")
    settle.add_argument("--for", dest="favour", required=True, choices=["customer", "provider"],
                        help="the customer is credited the amount, or owes it again")
    settle.add_argument("--date", type=iso_date, metavar="D", help="the day it ends; for the provider one to come, too")
    for action in (show, post_draft, reject, cancel, write_off, transfer, dispute, settle):
        action.add_argument("--json", action="store_true")


def _declare_post(actions: Verbs) -> None:
    post = actions.add("post", _post, help="post a document, or write it as a draft")
    post.add_argument("--account", type=words, required=True, metavar="A", help="CODE, or PROVIDER/CODE")
    post.add_argument("--kind", required=True, choices=_BY_HAND)
    post.add_argument("--amount", type=words, required=True, metavar="X", help="with its tax inside, as 12.50")
    post.add_argument("--date", type=iso_date, metavar="D", help="the day it is posted for (default: today)")
    post.add_argument("--due", type=iso_date, metavar="D", help="of an invoice (default: as the terms say)")
    post.add_argument("--type", type=words, metavar="T", help="code or name of a type (default: that of the kind)")
    post.add_argument("--category", type=words, metavar="C", help="one that the type allows")
    post.add_argument("--text", type=words, metavar="S")
    post.add_argument("--method", type=words, metavar="M", help="how a payment came in")
    post.add_argument("--for", dest="targets", type=words, action="append", default=[], metavar="NUMBER",
                      help="an invoice that it settles first; may stand there several times")
    post.add_argument("--back-office-code", type=words, metavar="CODE")
    post.add_argument("--draft", action="store_true", help="write it, and post it later")
    post.add_argument("--json", action="store_true")


# --------------------------------------------------------------------------- show


def _show(args: argparse.Namespace) -> int:
    """Show the ledger of an account as of a date."""
    from app.services.documents.sheet import ledger_sheet
    from app.services.hierarchy.finding import find_account
    from app.services.providers.business_day import business_day

    with closing(open_for(args)) as database, database.read() as session:
        account = find_account(session, args.account)
        as_of = args.as_of or business_day(session, account.provider_id)
        sheet = ledger_sheet(session, account_id=account.id, as_of=as_of, known_at=args.known_at)
    if args.json:
        emit_json(_as_json(sheet))
    else:
        _tell_sheet(sheet)
    return 0


def _as_json(sheet: LedgerSheet) -> dict[str, Any]:
    names = ("account", "provider", "name", "currency", "balance_minor", "outstanding_minor", "payable_minor",
             "overdue_payable_minor", "unallocated_minor", "disputed_minor", "planned_minor")
    return {**{name: getattr(sheet, name) for name in names}, "as_of": sheet.as_of.isoformat(),
            "ageing_minor": list(sheet.ageing_minor), "rows": [_row_as_json(row) for row in sheet.rows]}


_ROW = ("number", "reference", "kind", "type", "category", "state", "amount_minor", "tax_minor", "signed_minor",
        "balance_minor", "open_minor", "unsettled_minor", "unallocated_minor", "disputed_minor", "planned_minor",
        "payable_minor", "text", "method", "back_office_code", "beneficiary", "cancels", "cancelled_by", "posted_by",
        "rejection_reason", "imported")


def _row_as_json(row: SheetRow) -> dict[str, Any]:
    days = {name: None if day is None else day.isoformat()
            for name, day in (("date", row.on), ("issued_on", row.issued_on), ("posted_on", row.posted_on),
                              ("due_on", row.due_on))}
    return {**{name: getattr(row, name) or None if name in _NULL_IF_EMPTY else getattr(row, name) for name in _ROW},
            **days, "recorded_at": row.recorded_at.isoformat(),
            "settles" if row.signed_minor < 0 else "settled_by": [
                {"number": part.number, "amount_minor": part.amount_minor} for part in row.parts]}


_NULL_IF_EMPTY = frozenset({"number", "reference", "category", "back_office_code", "beneficiary", "cancels",
                            "cancelled_by", "rejection_reason"})


def _tell_sheet(sheet: LedgerSheet) -> None:
    def money(minor: int) -> str:
        return f"{grouped_amount(minor, sheet.currency)} {sheet.currency}"

    tell(f"{sheet.provider}/{sheet.account} {sheet.name}, as of {sheet.as_of.isoformat()}: balance "
         f"{money(sheet.balance_minor)}, outstanding {money(sheet.outstanding_minor)}, payable "
         f"{money(sheet.payable_minor)}, unallocated {money(sheet.unallocated_minor)}.")
    for row in sheet.rows:
        left = f", {money(row.open_minor)} open" if row.open_minor else ""
        in_dispute = f", {money(row.disputed_minor)} in dispute" if row.disputed_minor else ""
        due = f", due {row.due_on.isoformat()}" if row.due_on else ""
        tell(f"{row.on.isoformat()}  {row.number or row.reference}  {row.type_name}  {money(row.amount_minor)}  "
             f"{row.state}{due}{left}{in_dispute}")


# --------------------------------------------------------------------------- posting


def _post(args: argparse.Namespace) -> int:
    """Post a document, or write it as a draft."""

    def done(session: Session) -> dict[str, Any]:
        from app.services.documents.drafting import create_draft
        from app.services.documents.posting import post_document

        document = _document(session, args)
        if args.draft:
            return _facts(session, create_draft(session, document=document).id)
        return _facts(session, post_document(session, document=document).id)

    return _carried_out(args, done)


def _document(session: Session, args: argparse.Namespace) -> Any:
    from app.services.documents.drafting import NewDocument
    from app.services.documents.finding import find_document
    from app.services.hierarchy.finding import find_account
    from app.services.providers.business_day import business_day

    account = find_account(session, args.account)
    targets = {find_document(session, number, kinds=[TransactionKind.INVOICE], account_id=account.id): None
               for number in args.targets}
    return NewDocument(
        account_id=account.id, kind=TransactionKind(args.kind), amount_minor=_minor(args.amount, account.currency),
        on=args.date or business_day(session, account.provider_id), due_on=args.due, type=args.type or "",
        category=args.category or "", text=args.text or "", method=args.method or "",
        back_office_code=args.back_office_code or "", targets=targets)


def _minor(text: str, currency: str) -> int:
    from app.models.values import MoneyError

    try:
        return parse_amount(text, currency)
    except MoneyError as error:
        raise RefusedField("amount", f"{error}.") from None


def _post_draft(args: argparse.Namespace) -> int:
    """Post a draft."""

    def done(session: Session) -> dict[str, Any]:
        from app.services.documents.drafting import draft_values
        from app.services.documents.finding import find_reference
        from app.services.documents.posting import post_draft

        draft_id = find_reference(session, args.ref)
        seen = draft_values(session, draft_id=draft_id)
        return _facts(session, post_draft(session, draft_id=draft_id, seen=seen, on=args.date).id)

    return _carried_out(args, done)


def _reject(args: argparse.Namespace) -> int:
    """Reject a draft."""

    def done(session: Session) -> dict[str, Any]:
        from app.services.documents.drafting import reject_draft
        from app.services.documents.finding import find_reference

        draft_id = find_reference(session, args.ref)
        reject_draft(session, draft_id=draft_id, reason=args.reason)
        return _facts(session, draft_id)

    return _carried_out(args, done)


def _cancel(args: argparse.Namespace) -> int:
    """Cancel an invoice or a payment."""

    def done(session: Session) -> dict[str, Any]:
        from app.services.documents.cancelling import cancel_document
        from app.services.documents.finding import find_document

        kinds = [TransactionKind(args.kind)] if args.kind else list(TransactionKind)
        document_id = find_document(session, args.number, kinds=kinds)
        return _facts(session, cancel_document(session, document_id=document_id, reason=args.reason or "").id)

    return _carried_out(args, done)


def _transfer(args: argparse.Namespace) -> int:
    """Move a payment to another account."""

    def done(session: Session) -> dict[str, Any]:
        from app.services.documents.cancelling import transfer_payment
        from app.services.documents.finding import document_facts, find_account_of_provider, find_document
        from app.services.hierarchy.finding import find_account

        payment_id = find_document(session, args.number, kinds=[TransactionKind.PAYMENT])
        home = document_facts(session, payment_id).provider_id
        to = find_account_of_provider(session, args.to, provider_id=home) or find_account(session, args.to).id
        return _facts(session, transfer_payment(session, payment_id=payment_id, to_account_id=to,
                                                reason=args.reason or "").id)

    return _carried_out(args, done)


def _write_off(args: argparse.Namespace) -> int:
    """Write off all that an account owes."""

    def done(session: Session) -> dict[str, Any]:
        from app.services.documents.writing_off import write_off_account
        from app.services.hierarchy.finding import find_account
        from app.services.providers.business_day import business_day

        account = find_account(session, args.account)
        on = args.date or business_day(session, account.provider_id)
        found = write_off_account(session, account_id=account.id, on=on, reason=args.reason or "")
        return {"account": account.code, "currency": account.currency, "date": on.isoformat(),
                "amount_minor": found.amount_minor, "numbers": list(found.numbers), "mirror": found.mirror_number}

    return _carried_out(args, done)


# --------------------------------------------------------------------------- disputes


def _dispute(args: argparse.Namespace) -> int:
    """Put an amount of an invoice in dispute."""

    def done(session: Session) -> dict[str, Any]:
        from app.services.documents.finding import document_facts, find_document
        from app.services.ledger.disputes import raise_dispute
        from app.services.providers.business_day import business_day

        invoice = document_facts(session, find_document(session, args.number, kinds=[TransactionKind.INVOICE]))
        on = args.date or business_day(session, invoice.provider_id)
        raise_dispute(session, invoice_id=invoice.id, amount_minor=_minor(args.amount, invoice.currency), on=on,
                      reason=args.reason or "Default")
        return {**_facts(session, invoice.id), "date": on.isoformat(),
                "disputed_minor": _minor(args.amount, invoice.currency)}

    return _carried_out(args, done)


def _settle_dispute(args: argparse.Namespace) -> int:
    """End what is in dispute of an invoice."""

    def done(session: Session) -> dict[str, Any]:
        from app.services.documents.disputing import Favour, settle_disputes
        from app.services.documents.finding import find_document

        invoice_id = find_document(session, args.number, kinds=[TransactionKind.INVOICE])
        settled = settle_disputes(session, invoice_id=invoice_id, favour=Favour(args.favour), on=args.date)
        note: Posted | None = settled.credit_note
        return {"number": settled.number, "for": args.favour, "date": settled.on.isoformat(),
                "amount_minor": settled.amount_minor, "credit_note": note.number if note else None,
                "reference": note.reference if note else None}

    return _carried_out(args, done)


# --------------------------------------------------------------------------- answers


def _carried_out(args: argparse.Namespace, command: Callable[[Session], dict[str, Any]]) -> int:
    with closing(open_for(args)) as database:
        facts = database.attempt(command)
    if args.json:
        emit_json(facts)
    else:
        tell(_sentence(facts))
    return 0


def _facts(session: Session, document_id: int) -> dict[str, Any]:
    """What a document goes by, and what became of it."""
    from app.services.documents.finding import document_facts

    found = document_facts(session, document_id)
    return {"number": found.number, "reference": found.reference, "kind": found.kind.value,
            "state": found.state.value, "account": found.account, "provider": found.provider,
            "currency": found.currency, "amount_minor": found.amount_minor, "date": found.on.isoformat(),
            "due_on": None if found.due_on is None else found.due_on.isoformat()}


def _sentence(facts: dict[str, Any]) -> str:
    if "mirror" in facts:
        numbers = ", ".join(facts["numbers"])
        return f"{_money(facts)} of {facts['account']} written off as of {facts['date']}: {numbers}."
    if "for" in facts:
        return _settled(facts)
    if "disputed_minor" in facts:
        in_dispute = _money({**facts, "amount_minor": facts["disputed_minor"]})
        return f"{in_dispute} of {facts['number']} are in dispute from {facts['date']} on."
    words = "{name}: {kind} of {amount} on {account}, {state} {date}."
    if facts["due_on"]:
        words = "{name}: {kind} of {amount} on {account}, {state} {date}, due {due_on}."
    return words.format(**{**facts, "name": facts["number"] or facts["reference"], "amount": _money(facts),
                           "kind": facts["kind"].replace("_", " ")})


def _settled(facts: dict[str, Any]) -> str:
    words = "The dispute about {number} is settled for the provider as of {date}."
    if facts["credit_note"]:
        words = "The dispute about {number} is settled for the customer as of {date}, credited by {credit_note}."
    return words.format(**facts)


def _money(facts: dict[str, Any]) -> str:
    return f"{grouped_amount(facts['amount_minor'], facts['currency'])} {facts['currency']}"
