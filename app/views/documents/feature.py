"""Documents of the ledger: what can be done with one, and what can be written for the account in front."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from app.models.values import TransactionKind
from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.offers import DOCUMENT_VERBS, Verbs
from app.views.desk.screen import ACCOUNT, DOCUMENTS, Place, Screen, Target
from app.views.look.icons import Icon

_MENU: Final = "&Money"
_TARGET: Final = Target(DOCUMENTS)
_PLACE: Final = Place(key="money", title="Money", icon=Icon.MONEY, target=_TARGET)
_ACTIONS: Final = (
    ActionSpec(id="documents.open", text="&Documents", menu=_MENU, icon=Icon.MONEY, power="ledger",
               needs="needs an open database",
               help="Invoices, payments and corrections of a provider: what waits to be posted, what settles nothing "
                    "yet."),
    ActionSpec(id="documents.invoice", text="&New invoice…", menu=_MENU, icon=Icon.MONEY, power="ledger.post",
               needs="needs an account in front",
               help="One invoice of the account in front, posted or kept as a draft."),
    ActionSpec(id="documents.credit_note", text="Credit n&ote…", menu=_MENU, power="ledger.post",
               needs="needs an account in front"),
    ActionSpec(id="documents.refund", text="Re&fund…", menu=_MENU, power="ledger.correct",
               needs="needs an account in front", help="Gives back what the account in front has in credit."),
    ActionSpec(id="documents.statement", text="S&tatement of account…", menu=_MENU, section=2, icon=Icon.PDF,
               power="ledger", needs="needs an account in front",
               help="What was charged and paid within a period, with the balance brought forward and the age of what "
                    "is open, as a PDF."),
    ActionSpec(id="documents.reconcile", text="Reconcile the led&ger…", menu=_MENU, section=2, power="ledger",
               needs="needs an account in front",
               help="Every row of the account in front with the balance after it, its figures added up anew beside "
                    "what is shown elsewhere, and a mark that the books were looked through."),
)


def _verbs(desk: Desk) -> Verbs:
    from app.views.documents.verbs import DocumentVerbs

    return DocumentVerbs(desk)


def account_in_front(desk: Desk) -> int | None:
    """The account whose page is in front."""
    current = desk.navigator.current
    return current.target.ident if current is not None and current.target.kind == ACCOUNT else None


def _statement(desk: Desk) -> None:
    account_id = account_in_front(desk)
    if account_id is None:
        desk.notices.say("Open an account first", "A statement is of one account.")
        return
    from app.views.documents.statement_dialog import StatementDialog

    StatementDialog(desk, account_id, desk.window).open_and_forget()


def _reconcile(desk: Desk) -> None:
    account_id = account_in_front(desk)
    if account_id is None:
        desk.notices.say("Open an account first", "The books that are looked through are those of one account.")
        return
    from app.views.documents.reconcile_dialog import ReconcileDialog

    ReconcileDialog(desk, account_id, desk.window).open_and_forget()


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.documents.screen import DocumentsScreen

    return DocumentsScreen(target, desk)


def _write(desk: Desk, kind: TransactionKind) -> None:
    account_id = account_in_front(desk)
    if account_id is None:
        desk.notices.say("Open an account first", "A document is of one account.")
    else:
        desk.offers.get(DOCUMENT_VERBS).write(kind, account_id, desk.window)


_DOES: Final[dict[str, Callable[[Desk], object]]] = {
    "documents.open": opens(_TARGET), "documents.statement": _statement,
    "documents.reconcile": _reconcile,
    "documents.invoice": partial(_write, kind=TransactionKind.INVOICE),
    "documents.credit_note": partial(_write, kind=TransactionKind.CREDIT_NOTE),
    "documents.refund": partial(_write, kind=TransactionKind.REFUND),
}

FEATURE: Final = Feature(places=(_PLACE,), actions=_ACTIONS, does=_DOES, screens={DOCUMENTS: _screen},
                         offers={DOCUMENT_VERBS: _verbs})
