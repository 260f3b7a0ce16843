"""The account tree beside every page, and accounts and invoices in the command box."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.models.values import PROVIDER_TYPES
from app.views.desk.account_list import AccountListScreen
from app.views.desk.command_rows import RecordSource
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.offers import NEW_ACCOUNT, RECORDS
from app.views.desk.screen import ACCOUNT, Screen

if TYPE_CHECKING:
    from app.services.hierarchy.tree import TreeRow
    from app.views.hierarchy.tree_panel import AccountTreePanel

_KEPT: Final = "tree"


def _tree(desk: Desk) -> tuple[QWidget, QWidget]:
    from app.views.hierarchy.tree_panel import AccountTreePanel

    panel = AccountTreePanel(desk)
    panel.selected.connect(partial(_preview, desk))
    panel.creation_asked.connect(partial(_create, desk))
    desk.navigator.current_changed.connect(partial(_reveal, panel))
    desk.memory.saving.connect(lambda: desk.memory.keep(_KEPT, panel.save_state()))
    # the first page of the screen in front comes first: by then it has asked for it
    QTimer.singleShot(0, panel, partial(desk.runner.when_read, panel, partial(_fill, panel, desk)))
    return panel, panel.first_focus


def _fill(panel: AccountTreePanel, desk: Desk) -> None:
    panel.load(desk.memory.kept(_KEPT))
    _reveal(panel, desk.navigator.current)


def _create(desk: Desk, parent_id: int) -> None:
    """Begin a new account below a provider."""
    desk.offers.get(NEW_ACCOUNT)(parent_id)


def _preview(desk: Desk, row: TreeRow) -> None:
    """One click in the tree previews: a provider by its customers, a customer below the list."""
    screen = desk.navigator.current
    if isinstance(screen, AccountListScreen):
        if row.type in PROVIDER_TYPES:
            screen.show_provider(row.id)
        else:
            screen.preview_account(row.id)


def _reveal(panel: AccountTreePanel, screen: Screen | None) -> None:
    """Show in the tree which account is in front."""
    target = screen.target if screen is not None else None
    if target is not None and target.kind == ACCOUNT and target.ident is not None:
        panel.reveal(target.ident)


def _records(desk: Desk) -> RecordSource:
    from app.views.hierarchy.record_rows import RecordRows

    return RecordRows(desk.theme.formatter, desk.navigator)


FEATURE: Final = Feature(panels={"tree": ("Accounts", _tree)}, offers={RECORDS: _records},
                         at_first=("app.views.hierarchy.tree_panel",))
