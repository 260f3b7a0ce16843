"""What a tab of the account page is to the page, so that other rooms can bring one."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.accounts.header import AccountHeader
from app.services.changes import Changed
from app.views.desk.actions import Binding
from app.views.desk.offers import Verbs


class PageTab(QWidget):
    """Base of tabs: one that offers no actions of its own and keeps nothing unsaved need not say so."""

    summary_changed = Signal(str)  # rows and sums for the status bar
    bindings_changed = Signal()
    counted = Signal(int)  # the count behind the tab's name

    # what a tab leads to; the page goes there, whichever tab asks
    open_asked = Signal(int)  # account id
    profile_asked = Signal(int)  # profile id
    part_asked = Signal(str)  # key of another tab
    attribute_asked = Signal(str)  # key of an attribute of this account
    terms_asked = Signal()  # other credit terms
    row_asked = Signal(object)  # LedgerRow

    concerned_by: frozenset[Changed] = frozenset(Changed)
    """The kinds of change after which its rows may read differently."""

    def show_account(self, header: AccountHeader) -> None:
        """Show an account, or the same one again."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Put the keyboard where the tab begins."""
        raise NotImplementedError

    def use_verbs(self, verbs: Verbs) -> None:
        """Take what can be done with documents, where it lists any."""

    def bindings(self) -> Mapping[str, Binding]:
        return {}

    def unsaved_text(self) -> str:
        """What would be lost by closing, in words; "" when nothing would."""
        return ""
