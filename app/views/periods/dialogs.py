"""Dialogs of accounting periods: setting them up, and closing one."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.values import PeriodFrequency
from app.services.periods.settings import set_periods
from app.views.asking.choices import ChoiceBox, TickBox
from app.views.asking.fields import DateField
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner

_LONGEST_REASON: Final = 400


class SetUpDialog(FormDialog):
    """How the periods of a provider run, once and for good."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, provider_id: int, name: str,
                 today: date) -> None:
        def frequency(theme: Theme) -> QWidget:
            box = ChoiceBox(theme, "Frequency")
            box.set_choices([(each.label, each) for each in PeriodFrequency], PeriodFrequency.MONTHLY)
            return box

        super().__init__(
            theme, runner, "Set up accounting periods",
            f"For {name}. The first period is open from the day on that stands here, and nothing is posted before it "
            "any more; what is there makes the balances that accounts begin with. Periods are set up once: this cannot "
            "be changed or taken back.", verb="Set up", icon=Icon.CALENDAR, parent=parent,
            fields=(
                FormField(key="frequency", label="&Frequency", made=frequency),
                FormField(key="first_on", label="&First day", hint="Today or earlier; each period begins on this day "
                          "of its month.", needed="Say on which day the first period begins.",
                          made=lambda theme: DateField(theme, "First day", lambda: today)),
            ), saves=partial(set_periods, provider_id=provider_id))
        self.entries.fill({"first_on": today.replace(day=1)})


class CloseDialog(FormDialog):
    """Why a period is closed, below what that does; `agreed` tells the reason, and whether drafts are posted first."""

    agreed = Signal(str, bool)

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, parent: QWidget, *, drafts: str) -> None:
        """`drafts` is what a tick says of the drafts of the period; "" where there are none."""
        tick = FormField(key="post_drafts", label="", spoken=drafts, made=lambda theme: TickBox(theme, drafts))
        super().__init__(
            theme, runner, title, text, verb="Close period", icon=Icon.LOCK, parent=parent,
            fields=(*((tick,) if drafts else ()),
                    FormField(key="reason", label="&Reason", longest=_LONGEST_REASON,
                              needed="Say why it is closed, so that it stands in the trail.")))

    def submit(self) -> None:
        refusals = self.refusals()
        self.entries.refuse(refusals)
        if not refusals:
            held = self.entries.values()
            self.accept()
            self.agreed.emit(str(held["reason"]), bool(held.get("post_drafts")))
