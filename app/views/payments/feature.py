"""Receiving payments: one after the other without the mouse, as a batch with its control total."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec, KeyLine
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.screen import ACCOUNT, RECEIVE, Screen, Target
from app.views.look.icons import Icon

CLOSE_BATCH: Final = "payments.close_batch"
_MENU: Final = "&Money"
_ACTIONS: Final = (
    ActionSpec(id="payments.receive", text="&Receive payment", menu=_MENU, icon=Icon.PAYMENT, keys=("Ctrl+M",),
               power="ledger.post", in_toolbar=5, needs="needs an open database",
               help="Payments one after the other: whose, how much, and how it falls on the open invoices."),
    ActionSpec(id=CLOSE_BATCH, text="Close the &batch…", menu=_MENU, icon=Icon.TICK, widget_key="Ctrl+Enter",
               power="ledger.post", needs="needs a batch of payments in front",
               help="Compares the batch with its control total and saves its list."),
)
_KEYS: Final = (
    KeyLine(group="Receive payment", keys="Enter", text="Goes on to the next field; from the amount it posts"),
    KeyLine(group="Receive payment", keys="Space", text="On an open invoice: the payment names it, or no longer"),
    KeyLine(group="Receive payment", keys="Ctrl+Enter", text="Closes the batch"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.payments.screen import ReceiveScreen

    return ReceiveScreen(target, desk)


def _receive(desk: Desk) -> None:
    """With an account in front, its payment."""
    current = desk.navigator.current
    account = current.target.ident if current is not None and current.target.kind == ACCOUNT else None
    desk.navigator.go(Target(RECEIVE, part=f"account {account}" if account is not None else ""))


FEATURE: Final = Feature(within="money", actions=_ACTIONS, keys=_KEYS, screens={RECEIVE: _screen},
                         does={"payments.receive": _receive})
