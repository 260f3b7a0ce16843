"""Short questions about events: a new template, copying to other profiles, an address for a trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.values import EventAction
from app.services.database.asking import doing
from app.services.events.listing import ActionRow, EventRow, MappingRow, ProfileEvents, event_library
from app.services.events.mappings import LONGEST_PERIOD, copy_templates, create_mapping
from app.services.rules.advance_warning import add_advance_warning
from app.views.asking.choices import ChoiceBox, TickList
from app.views.asking.fields import NumberField
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner

_MOST_AHEAD: Final = 60
_NEEDS_PROFILE: Final = "Choose the profile it is for; without one nothing is sent."


class NewTemplateDialog(FormDialog):
    """Asks for the profile first. `decided` names the mapping and the action to write, made where it was not there."""

    decided = Signal(int, object)  # mapping id, EventAction

    def __init__(self, theme: Theme, runner: Runner, profiles: Sequence[ProfileEvents], parent: QWidget, *,
                 profile_id: int | None = None) -> None:
        self._profiles = {profile.profile_id: profile for profile in profiles}
        self._library = {event.key: event for event in event_library()}
        chosen: list[tuple[str, object]] = [("Choose a profile", None)]
        chosen += [(profile.profile, profile.profile_id) for profile in profiles]
        super().__init__(
            theme, runner, "New template", "What it says goes to the accounts of one profile. It begins switched off.",
            verb="Write it", icon=Icon.EDIT, parent=parent, fields=(
                FormField(key="profile", label="&Profile", choices=chosen),
                FormField(key="event", label="E&vent",
                          choices=[(event.name, event.key) for event in self._library.values()]),
                FormField(key="period", label="P&eriod", unit="days", spoken="Period in days",
                          made=lambda theme: NumberField(theme, "Period in days", 0, LONGEST_PERIOD)),
                FormField(key="action", label="&Action", choices=[(EventAction.MESSAGE.label, EventAction.MESSAGE)]),
            ))
        self.entries.choice("profile").choose(profile_id)
        self.entries.choice("profile").activated.connect(lambda _place: self.entries.refuse({}))
        self.entries.choice("event").currentIndexChanged.connect(self._on_event)
        self._on_event()

    @property
    def event_row(self) -> EventRow:
        """The event that is chosen."""
        return self._library[self.entries.value("event")]

    def _on_event(self) -> None:
        event = self.event_row
        self.entries.hint("event", event.trigger)
        actions: ChoiceBox = self.entries.choice("action")
        actions.set_choices([(action.label, action) for action in event.actions], actions.chosen())
        has_period = event.period != "none"
        self.entries.field("period", NumberField).setEnabled(has_period)
        self.entries.fill({"period": self._free_period(event) if has_period else 0})
        self.entries.hint("period", _PERIODS.get(event.period, "It has none."))

    def _free_period(self, event: EventRow) -> int:
        """The period of the mapping there is, else the usual first one."""
        profile = self._profiles.get(self.entries.value("profile"))
        there = [] if profile is None else [m.period_days for m in profile.mappings if m.event == event.key]
        return there[0] if there else 3 if event.period == "after_due" else 0

    def refusals(self) -> dict[str, str]:
        found = super().refusals()
        if self.entries.value("profile") is None:
            found["profile"] = _NEEDS_PROFILE
        if self.entries.value("period") is None:
            found["period"] = f"Write a whole number from 0 to {LONGEST_PERIOD}."
        return found

    @property
    def existing(self) -> MappingRow | None:
        """The mapping of the answers, where the profile has it."""
        profile = self._profiles.get(self.entries.value("profile"))
        wanted = (self.entries.value("event"), self.entries.value("period"))
        return None if profile is None else next(
            (m for m in profile.mappings if (m.event, m.period_days) == wanted), None)

    def submit(self) -> None:
        """What is there already is only gone to."""
        refusals = self.refusals()
        existing = None if refusals else self.existing
        if existing is not None:
            self.accept()
            self.decided.emit(existing.id, self.entries.value("action"))
        else:
            super().submit()

    def command(self) -> Job[object]:
        profile = self._profiles[self.entries.value("profile")]
        self.created.connect(self._on_made)
        return doing(create_mapping, provider_id=profile.provider_id, profile_id=profile.profile_id,
                     event=self.entries.value("event"), period_days=self.entries.value("period"))

    def _on_made(self, mapping_id: int) -> None:
        self.decided.emit(mapping_id, self.entries.value("action"))


_PERIODS: Final = {"after_due": "So many days after the due date.", "before_due": "So many days before the due date.",
                   "before_expiry": "So many days before it expires."}


class CopyDialog(FormDialog):
    """Copies the words of one action to the same event of other profiles, and says what that writes over."""

    def __init__(self, theme: Theme, runner: Runner, mapping: MappingRow, action: ActionRow, *,
                 profiles: Sequence[ProfileEvents], parent: QWidget) -> None:
        self._mapping, self._action = mapping, action
        self._others = [profile for profile in profiles if profile.profile_id != mapping.profile_id]
        super().__init__(
            theme, runner, f"Copy {mapping.name} to other profiles",
            f"The words of {action.action.label}, version {action.version}, become a new version there. Switches stay "
            "as they are, and what is written over can be restored.",
            verb="Copy words", icon=Icon.COPY, parent=parent, fields=(
                FormField(key="profiles", label="&Profiles", made=self._made_list),))

    def _made_list(self, _theme: Theme) -> QWidget:
        ticks = TickList()
        ticks.setAccessibleName("Profiles to copy to")
        ticks.set_choices([(f"{profile.profile}: {self._effect_on(profile)}", profile.profile_id)
                           for profile in self._others])
        return ticks

    def _there(self, profile: ProfileEvents) -> ActionRow | None:
        """The same action of the same event at another profile."""
        mapping = next((m for m in profile.mappings if (m.event, m.period_days) == (
            self._mapping.event, self._mapping.period_days)), None)
        return None if mapping is None else next(a for a in mapping.actions if a.action is self._action.action)

    def _effect_on(self, profile: ProfileEvents) -> str:
        there = self._there(profile)
        if there is None:
            return "gets the event, off"
        return "gets its first words" if there.version is None else f"version {there.version} is written over"

    def refusals(self) -> dict[str, str]:
        return {} if self.entries.value("profiles") else {"profiles": "Tick the profiles to copy to."}

    def command(self) -> Job[object]:
        chosen = self.entries.value("profiles")
        seen = frozenset(profile.profile_id for profile in self._others
                         if profile.profile_id in chosen and (there := self._there(profile)) is not None
                         and there.version is not None)
        return doing(copy_templates, mapping_id=self._mapping.id, to_profile_ids=chosen, actions=[self._action.action],
                     seen=seen)


class WarningDialog(FormDialog):
    """Gives profiles a reminder that goes out before the first suspension, and says what each has already."""

    def __init__(self, theme: Theme, runner: Runner, profiles: Sequence[ProfileEvents], parent: QWidget, *,
                 profile_id: int | None) -> None:
        self._profiles = profiles
        self._ticked = [profile_id] if profile_id is not None else []
        super().__init__(
            theme, runner, "Add advance warning",
            "An Invoice Overdue message that goes out before the suspension rules can suspend an account first. It "
            "begins switched off, with words to begin with, and moves by itself when the rules change.",
            verb="Add warning", icon=Icon.CLOCK, parent=parent, fields=(
                FormField(key="profiles", label="&Profiles", made=self._made_list),
                FormField(key="days", label="&Days before", unit="days", spoken="Days before the first suspension",
                          made=lambda theme: NumberField(theme, "Days before the first suspension", 1, _MOST_AHEAD))))
        self.entries.fill({"days": 1})

    def _made_list(self, _theme: Theme) -> QWidget:
        ticks = TickList()
        ticks.setAccessibleName("Profiles that are warned")
        ticks.set_choices([(f"{profile.profile}{self._has_of(profile)}", profile.profile_id)
                           for profile in self._profiles], self._ticked)
        return ticks

    def ticked_names(self) -> tuple[str, ...]:
        """Names of the profiles that are ticked."""
        ticked = set(self.entries.value("profiles"))
        return tuple(profile.profile for profile in self._profiles if profile.profile_id in ticked)

    @staticmethod
    def _has_of(profile: ProfileEvents) -> str:
        following = next((mapping.name for mapping in profile.mappings if mapping.follows_rules), "")
        return f": {following} follows the rules" if following else ""

    def refusals(self) -> dict[str, str]:
        found = {} if self.entries.value("profiles") else {"profiles": "Tick the profiles that are warned."}
        if self.entries.value("days") is None:
            found["days"] = f"Write a whole number from 1 to {_MOST_AHEAD}."
        return found

    def command(self) -> Job[object]:
        return doing(add_advance_warning, provider_id=self._profiles[0].provider_id,
                     profile_ids=self.entries.value("profiles"), days_ahead=self.entries.value("days"))


class AddressDialog(FormDialog):
    """Asks once where a trial goes, where the person has no address of their own. `given` tells it."""

    given = Signal(str)

    def __init__(self, theme: Theme, runner: Runner, action: EventAction, parent: QWidget) -> None:
        what = "Mobile number" if action is EventAction.SMS else "E-mail address"
        super().__init__(
            theme, runner, "Send to me", "It goes there alone, as customers would get it, and to no customer.",
            verb="Send trial", icon=Icon.SEND, parent=parent, fields=(
                FormField(key="to", label=f"&{what}", longest=200, needed=f"Write your {what.lower()}."),))

    def submit(self) -> None:
        refusals = self.refusals()
        self.entries.refuse(refusals)
        if not refusals:
            self.accept()
            self.given.emit(str(self.values()["to"]))
