"""Restore by hand: asks why, says what comes back, and lifts the overdue hold."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from app.models.values import HoldKind
from app.services.accounts.header import AccountHeader
from app.services.scans.restore import restore_by_hand
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import FormField
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner


class RestoreDialog(FormDialog):
    """`accepted` is said once the account is restored."""

    def __init__(self, theme: Theme, runner: Runner, header: AccountHeader, parent: QWidget) -> None:
        waits = any(hold.waits_for_staff for hold in header.holds)
        title = f"Restore {header.name} now" if waits else f"Restore {header.name} by hand"
        super().__init__(theme, runner, title, effect_words(header, theme.formatter),
                         verb="Restore now" if waits else "Restore by hand", icon=Icon.UNDO, parent=parent,
                         saves=partial(restore_by_hand, account_id=header.id),
                         fields=(FormField(key="reason", label="&Reason",
                                           example="For instance: paid, as a scan would restore it" if waits else
                                           "For instance: pays tomorrow, confirmed by phone",
                                           needed="Write a reason, so that colleagues know why."),))


def effect_words(header: AccountHeader, formatter: Formatter) -> str:
    """What comes back, and what stays because other holds remain."""
    services = sum(hold.services_restricted for hold in header.holds if hold.kind is HoldKind.OVERDUE)
    text = "The overdue hold is lifted"
    if services:
        count = formatter.counted(services, "service gets", "services get")
        text += f", and {count} back the state from before"
    text += ". The scan then leaves the account alone for the days its rule set says."
    others = [hold for hold in header.holds if hold.kind is not HoldKind.OVERDUE]
    if others:
        text += f" {formatter.counted(len(others), 'other hold stays', 'other holds stay')}."
    return f"{text} This cannot be taken back."
