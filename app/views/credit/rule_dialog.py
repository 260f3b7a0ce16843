"""A new override rule, or changing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.services.credit.labels import ClassificationRow, KycProfileRow
from app.services.credit.overrides import LIMITS, OverrideDetails, OverrideRow, create_override, edit_override
from app.services.credit.words import ASKED, RATINGS
from app.services.database.asking import doing
from app.views.asking.choices import TickBox, TickList
from app.views.asking.form_dialog import FormDialog, in_row
from app.views.asking.form_fields import FormField
from app.views.credit.rule_words import WHAT_IT_IS
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner
from app.views.widgets.layout import least_height_of

_SETS: Final = ("events", "classifications", "ratings", "kyc_profiles")
_ROWS: Final = {"events": 6, "classifications": 3, "ratings": 4, "kyc_profiles": 3}
"""So many lines of each are in sight."""


class RuleDialog(FormDialog):
    """Events and conditions; a kind without a tick is no condition."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, provider_id: int,
                 classifications: Sequence[ClassificationRow], kyc_profiles: Sequence[KycProfileRow],
                 rule: OverrideRow | None = None) -> None:
        self._provider_id, self._rule = provider_id, rule
        choices: dict[str, list[tuple[str, object]]] = {
            "events": [(event.label, event) for event in ASKED],
            "classifications": [(f"{row.code}, {row.details.name}", row.code) for row in classifications],
            "ratings": [(code, code) for code in RATINGS],
            "kyc_profiles": [(f"{row.code}, {row.name}", row.code) for row in kyc_profiles],
        }
        super().__init__(
            theme, runner, "New override rule" if rule is None else f"Edit {rule.details.name}",
            f"{WHAT_IT_IS} Of a kind it needs one of the values that are ticked; without a tick the kind is no "
            "condition.", verb="Create rule" if rule is None else "Save rule", icon=Icon.CREDIT, parent=parent,
            limits=LIMITS, seen=None if rule is None else rule.details, sees=None if rule is None else in_row, fields=(
                FormField(key="name", label="&Name", needed="Type a name, as colleagues will read it."),
                FormField(key="events", label="&Events",
                          made=partial(_ticks, choices["events"], _ROWS["events"])),
                FormField(key="classifications", label="&Classifications",
                          made=partial(_ticks, choices["classifications"], _ROWS["classifications"])),
                FormField(key="ratings", label="&Ratings", made=partial(_ticks, choices["ratings"], _ROWS["ratings"])),
                FormField(key="kyc_profiles", label="&KYC profiles",
                          made=partial(_ticks, choices["kyc_profiles"], _ROWS["kyc_profiles"])),
                FormField(key="verified_only", label="", made=lambda theme: TickBox(theme, "KYC must be &verified")),
                FormField(key="enabled", label="", made=lambda theme: TickBox(theme, "The rule is &on")),
            ))
        self._choices = choices
        self._show(rule.details if rule is not None else OverrideDetails(name="", events=frozenset()))

    def _show(self, details: OverrideDetails) -> None:
        self.entries.fill({"name": details.name, "verified_only": details.verified_only, "enabled": details.enabled})
        for key in _SETS:
            self.entries.field(key, TickList).set_choices(self._choices[key], getattr(details, key))
        self.field_holder.setMinimumHeight(least_height_of(self.field_holder)(self._theme.sizes.px(420)))

    def values(self) -> dict[str, Any]:
        held = super().values()
        return {key: frozenset(value) if key in _SETS else value for key, value in held.items()}

    def refusals(self) -> dict[str, str]:
        nothing = {} if self.entries.value("events") else {"events": "Choose at least one event that it lets through."}
        return super().refusals() | nothing

    def command(self) -> Job[object]:
        details = OverrideDetails(**self.values())
        if self._rule is None:
            return doing(create_override, provider_id=self._provider_id, details=details)
        return doing(edit_override, rule_id=self._rule.id, details=details, seen=self.seen)

    def show_taken(self, taken: Mapping[str, Any]) -> bool:
        plain = {key: value for key, value in taken.items() if key not in _SETS}
        for key in taken.keys() - plain.keys():
            self.entries.field(key, TickList).set_choices(self._choices[key], taken[key])
        super().show_taken(plain)
        return True


def _ticks(choices: Sequence[tuple[str, object]], rows: int, theme: Theme) -> QWidget:
    ticks = TickList()
    ticks.set_choices(choices)
    ticks.setFixedHeight(theme.sizes.px(19) * max(1, min(rows, len(choices))) + 6)
    return ticks
