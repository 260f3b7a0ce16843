"""What is done with events: switched, provided, copied, taken away, restored. Each refusal is said as a notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.values import EventAction
from app.services.database.asking import doing
from app.services.events.drafting import lacking_events
from app.services.events.listing import ActionRow, MappingRow, ProfileEvents
from app.services.events.mappings import delete_mapping, provision_events, set_extended_logging, switch_action
from app.services.events.templates import restore_version
from app.services.wording import listed
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.desk.desk import Desk
from app.views.events.dialogs import CopyDialog, NewTemplateDialog, WarningDialog
from app.views.events.drafts import StoredWords
from app.views.events.tree_model import Key
from app.views.events.versions_dialog import VersionsDialog
from app.views.look import tokens as tk
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.widgets.notices import Notice


def lacking_of(profile: ProfileEvents) -> tuple[str, ...]:
    """Names of the standard events that a profile has not."""
    return lacking_events([(mapping.event, mapping.period_days) for mapping in profile.mappings])


class EventWork(QObject):
    """`leads_to` names a row of the tree that was made or asked for, `refused` that what is shown may be outdated."""

    leads_to = Signal(object)  # Key
    refused = Signal()

    def __init__(self, desk: Desk, owner: QWidget) -> None:
        super().__init__(owner)
        self._desk = desk
        self._owner = owner

    def may_edit(self) -> str:
        """Why nothing can be changed here; empty where it can."""
        return self._desk.powers.refusal("events.edit")

    # --- at once, and taken back by Undo ---

    def switch(self, mapping: MappingRow, action: EventAction, *, on: bool) -> None:
        """Switch one action of an event."""
        seen = next(each.enabled for each in mapping.actions if each.action is action)
        self._write(doing(switch_action, mapping_id=mapping.id, action=action, enabled=on, seen=seen))

    def set_logging(self, mapping: MappingRow, *, on: bool) -> None:
        """Have each firing write a note to its account, or not."""
        self._write(doing(set_extended_logging, mapping_id=mapping.id, enabled=on, seen=mapping.extended_logging))

    # --- asked about first ---

    def new_template(self, profiles: Sequence[ProfileEvents], profile_id: int | None) -> None:
        """Ask for the profile first, then for event and action."""
        dialog = NewTemplateDialog(self._desk.theme, self._desk.runner, profiles, self._owner, profile_id=profile_id)
        dialog.decided.connect(self._on_decided)
        dialog.open_and_forget()

    def provision(self, profile: ProfileEvents) -> None:
        """Offer a profile every standard event it lacks, by name."""
        lacking = lacking_of(profile)
        if not lacking:
            self._desk.notices.say(f"{profile.profile} has all standard events.")
            return
        counted = self._desk.theme.formatter.counted(len(lacking), "event", "events")
        dialog = ConfirmDialog(
            self._desk.theme, f"Provision standard events for {profile.profile}",
            f"It gets {counted}, each with words to begin with and switched off: {', '.join(lacking)}. Nothing is sent "
            "until you switch actions on.", verb=f"Provision {counted}", parent=self._owner)
        job = doing(provision_events, provider_id=profile.provider_id, profile_id=profile.profile_id)
        dialog.accepted.connect(partial(self._write, job, partial(self._on_provided, profile)))
        dialog.open_and_forget()

    def add_warning(self, profiles: Sequence[ProfileEvents], profile_id: int | None) -> None:
        """Offer profiles of one provider a reminder that goes out before the first suspension."""
        if profiles:
            dialog = WarningDialog(self._desk.theme, self._desk.runner, profiles, self._owner, profile_id=profile_id)
            dialog.accepted.connect(lambda: self._desk.notices.say(
                f"{listed(dialog.ticked_names())}: Invoice Overdue warns before suspensions and follows the rules. "
                "What is off stays off."))
            dialog.open_and_forget()

    def take_away(self, profile: ProfileEvents, mapping: MappingRow) -> None:
        """Take an event from a profile, once somebody has agreed to lose its words."""
        dialog = ConfirmDialog(
            self._desk.theme, f"Take {mapping.name} from {profile.profile}",
            "Its words go with it, with all their versions. What was sent by it stays in the outbox. This cannot be "
            "taken back.", verb="Take event away", kind="danger", stay="Keep event", parent=self._owner)
        dialog.accepted.connect(partial(self._write, doing(delete_mapping, mapping_id=mapping.id)))
        dialog.open_and_forget()

    def copy(self, mapping: MappingRow, action: ActionRow, profiles: Sequence[ProfileEvents]) -> None:
        """Copy the words of an action to other profiles, with what that writes over."""
        CopyDialog(self._desk.theme, self._desk.runner, mapping, action, profiles=profiles,
                   parent=self._owner).open_and_forget()

    def show_versions(self, name: str, stored: StoredWords, *, may_edit: str, zone: ZoneInfo) -> None:
        """Show earlier versions, of which one can be used again; their times are those of a zone."""
        dialog = VersionsDialog(self._desk.theme, name, stored.versions, self._owner, may_edit=may_edit, zone=zone)
        dialog.restore_asked.connect(partial(self._restore, stored))
        dialog.open_and_forget()

    # --- inside ---

    def _on_decided(self, mapping_id: int, action: EventAction) -> None:
        key: Key = ("action", mapping_id, action.value)
        self.leads_to.emit(key)

    def _on_provided(self, profile: ProfileEvents, answer: Any) -> None:
        counted = self._desk.theme.formatter.counted(len(answer.made), "event was", "events were")
        self._desk.notices.say(f"{counted} provided for {profile.profile}, all off.")
        key: Key = ("profile", profile.profile_id, "")
        self.leads_to.emit(key)

    def _restore(self, stored: StoredWords, version: int) -> None:
        if stored.current is not None:
            mapping_id, action = stored.place
            self._write(doing(restore_version, mapping_id=mapping_id, action=action, version=version,
                              seen=stored.current.content))

    def _write(self, job: Job[Any], succeeded: Callable[[Any], object] | None = None) -> None:
        self._desk.runner.write(job, succeeded=succeeded, failed=self.refuse)

    def refuse(self, error: BaseException) -> None:
        """Say why a command was refused."""
        self._desk.notices.show(Notice(title="Nothing was changed.", text=in_words(error), tone=tk.Tone.BAD))
        self.refused.emit()
