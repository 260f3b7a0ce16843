"""Documents of the ledger: what can be done with one, and what can be written for the account in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.offers import DOCUMENT_VERBS, Verbs
from app.views.desk.screen import ACCOUNT
from app.views.look.icons import Icon

_MENU: Final = "&Money"
_ACTIONS: Final = (
    ActionSpec(id="documents.statement", text="Statement of &account…", menu=_MENU, section=2, icon=Icon.PDF,
               power="ledger", needs="needs an account in front",
               help="What was charged and paid within a period, with the balance brought forward and the age of what "
                    "is open, as a PDF."),
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


_DOES: Final[dict[str, Callable[[Desk], object]]] = {"documents.statement": _statement}

FEATURE: Final = Feature(within="accounts", actions=_ACTIONS, does=_DOES, offers={DOCUMENT_VERBS: _verbs})
