"""*Events > Templates*: profiles and their events at the left, words in the middle, what would be sent at the right.

Words that are not saved stay with their action while somebody looks at others; closing the tab asks. Each save is one
new version, refused where anything in it is wrong or somebody else saved first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.models.values import AccountType, EventAction
from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking, doing
from app.services.events.drafting import lacking_events
from app.services.events.listing import ActionRow, MappingRow, ProfileEvents, events_of_profiles
from app.services.events.mappings import delete_mapping, provision_events, set_extended_logging, switch_action
from app.services.events.templates import EMPTY, Version, restore_version, set_template, template_versions
from app.services.outbox.channels import ChannelPreview, send_trial, trial_address
from app.services.providers.queries import ProviderOption, provider_options
from app.services.saving import SavedMeanwhile
from app.views.asking.choices import ChoiceBox
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.asking.conflict_sheet import Settlement
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import BusinessPlace, Screen, State, Target
from app.views.events.dialogs import AddressDialog, CopyDialog, NewTemplateDialog
from app.views.events.editor import Draft, TemplateEditor
from app.views.events.event_panel import EventPanel, ProfilePanel
from app.views.events.feature import NEW, PROVISION
from app.views.events.preview_pane import PreviewPane, parts_words
from app.views.events.tree import EventsTree
from app.views.events.tree_model import EventNode
from app.views.events.versions_dialog import VersionsDialog
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.widgets.banner import Banner
from app.views.widgets.basics import Label, Panel
from app.views.widgets.layout import column, grows, split
from app.views.widgets.menus import Entry, pop_up
from app.views.widgets.notices import Notice
from app.views.widgets.search_field import SearchField

_EVENT, _PROFILE, _EDITOR = 0, 1, 2
Place = tuple[int, EventAction]
"""A mapping and one of its actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read of one action."""

    place: Place
    versions: tuple[Version, ...]

    @property
    def current(self) -> Version | None:
        return next((each for each in self.versions if each.is_current), None)


class TemplatesScreen(Screen):
    """The part of its target names a profile, a mapping or an action: "profile/3", "event/12", "event/12/sms"."""

    comfortable_width = 1_150

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Templates", Icon.EVENTS, parent)
        self._desk = desk
        self._theme = desk.theme
        self._provider: ProviderOption | None = None
        self._wanted_provider: int | None = None
        self._wanted = target.part
        self._profiles: tuple[ProfileEvents, ...] = ()
        self._drafts: dict[Place, Draft] = {}
        self._read: _Read | None = None
        self._saving: Draft | None = None
        self._trial_to: dict[EventAction, str] = {}
        self._has_begun = False
        self._build()
        self._providers = Question(desk.runner, self, answered=self._on_providers, failed=self._on_failed)
        self._list = Question(desk.runner, self, answered=self._on_profiles, failed=self._on_failed)
        self._words = Question(desk.runner, self, answered=self._on_versions, failed=self._on_failed)
        self._refresh = RefreshWhenVisible(desk.bus, self, {Changed.EVENTS, Changed.PROFILES, Changed.MODULES,
                                                            Changed.SCHEDULE})
        self._refresh.due.connect(self.read_again)
        desk.powers.changed.connect(self._show_current)

    def _build(self) -> None:
        theme, desk = self._theme, self._desk
        self.chooser = ChoiceBox(theme, "Provider")
        self.chooser.fill_its_place()
        self.chooser.activated.connect(lambda _place: self._show_provider(self.chooser.chosen()))
        self.filter = SearchField(theme, "Event or profile")
        self.filter.settled.connect(lambda _text: self._show_tree())
        self.tree = EventsTree(theme)
        self.filter.left_downwards.connect(self.tree.setFocus)
        self.tree.left_upwards.connect(self.filter.setFocus)
        self.tree.chosen.connect(self._on_chosen)
        self.tree.opened.connect(self._on_opened)
        self.tree.menu_asked.connect(self._on_menu)
        self.silent = Banner(theme, tk.Tone.WARN, Icon.WARNING)
        self._provision_here = self.silent.add_button("Provision standard events", self._provision_silent)
        self.silent.hide()
        left = Panel(theme, line=Qt.Edge.RightEdge)
        left.setMinimumWidth(160)
        column(column(Label(theme, "Events by profile", weight=600), self.chooser, self.filter, spacing=8,
                      margins=(12, 12, 12, 8)), grows(self.tree), column(self.silent, margins=(12, 8)), on=left)
        self.event_panel = EventPanel(theme)
        self.profile_panel = ProfilePanel(theme)
        self.editor = TemplateEditor(theme, desk.runner)
        self._middle = QStackedWidget()
        for page in (self.event_panel, self.profile_panel, self.editor):
            self._middle.addWidget(page)
        self.preview = PreviewPane(theme, desk.runner, self._today)
        parts = split(left, self._middle, self.preview, shares=(0, 3, 2), sizes=(286, 554, 360),
                      name="Events, words and preview")
        self._splitter = parts
        self._area = StatefulArea(theme, parts, self)
        column(self._area, on=self)
        self._connect()

    def _connect(self) -> None:
        editor, event, profile = self.editor, self.event_panel, self.profile_panel
        editor.edited.connect(self._on_edited)
        editor.save_asked.connect(self.save)
        editor.discard_asked.connect(self._discard)
        editor.switch_asked.connect(self._switch_current)
        editor.versions_asked.connect(self._show_versions)
        editor.copy_asked.connect(self._copy)
        editor.send_asked.connect(self._send_trial)
        event.switch_asked.connect(self._switch)
        event.open_asked.connect(self._open_action)
        event.logging_asked.connect(self._set_logging)
        event.delete_asked.connect(self._ask_to_delete)
        profile.provision_asked.connect(self.provision)
        profile.new_asked.connect(self.new_template)
        profile.mapping_asked.connect(lambda mapping_id: self.tree.go_to(("event", mapping_id, "")))
        self.preview.shown_channels.connect(self._on_preview)
        self.press_with_ctrl_enter(self.editor.save_button.click)

    # --- for the shell ---

    def part(self) -> str:
        node = self.tree.current
        if node is None:
            return self._wanted
        kind, ident, action = node.key
        return "/".join(filter(None, ("profile" if kind == "profile" else "event", str(ident), action)))

    def show_part(self, part: str) -> None:
        self._wanted = part
        if self._has_begun:
            self._go_to_wanted()

    def focus_first(self) -> None:
        self.tree.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        found = {"screen.refresh": Binding(self.read_again), NEW: Binding(self.new_template),
                 "go.list": Binding(self.filter.setFocus)}
        node = self.tree.current
        if node is not None:
            found[PROVISION] = Binding(self.provision, "" if self._lacking(node.profile) else
                                       f"{node.profile.profile} has all standard events.")
        return found

    def business_place(self) -> BusinessPlace | None:
        provider = self._provider
        return None if provider is None else BusinessPlace(provider.name, (provider.time_zone,))

    def save_state(self) -> State:
        found: State = {"part": self.part(), "widths": self._splitter.sizes()}
        if self._provider is not None:
            found["provider"] = self._provider.id
        return found

    def restore_state(self, state: State) -> None:
        provider, widths = state.get("provider"), state.get("widths")
        self._wanted_provider = provider if isinstance(provider, int) else None
        self._wanted = self._wanted or str(state.get("part", ""))
        if isinstance(widths, list) and len(widths) == 3:
            self._splitter.setSizes(widths)

    def unsaved_text(self) -> str:
        """What would be lost by closing."""
        if not self._drafts:
            return ""
        names = [self._name_of(place) for place in self._drafts]
        return f"words of {names[0]}" + (f" and of {len(names) - 1} more" if len(names) > 1 else "")

    # --- reading ---

    def read_again(self) -> None:
        """Read everything again; nothing that was written is lost."""
        self._providers.ask(asking(provider_options))

    def _on_providers(self, options: Sequence[ProviderOption]) -> None:
        retail = [each for each in options if each.type is AccountType.RETAIL] or list(options)
        chosen = next((each for each in options if each.id == self._wanted_provider), None)
        chosen = chosen or max(retail, key=lambda each: each.customer_count, default=None)
        self.chooser.set_choices([(each.name, each.id) for each in options], chosen.id if chosen is not None else None)
        self.chooser.setVisible(len(options) > 1)
        self._provider = chosen
        if chosen is None:
            self._area.show_words("There is no provider whose events you may see.", icon=Icon.EVENTS)
            return
        self._wanted_provider = chosen.id
        self.business_place_changed.emit()
        self._list.ask(asking(events_of_profiles, provider_id=chosen.id))

    def _show_provider(self, provider_id: int | None) -> None:
        if provider_id is not None and provider_id != self._wanted_provider:
            self._wanted_provider, self._wanted = provider_id, ""
            self.read_again()

    def _on_profiles(self, profiles: Sequence[ProfileEvents]) -> None:
        self._profiles = tuple(profiles)
        there = {(mapping.id, action.action) for profile in profiles for mapping in profile.mappings
                 for action in mapping.actions}
        if self._provider is not None:
            self._drafts = {place: draft for place, draft in self._drafts.items() if place in there or not any(
                mapping.provider_id == self._provider.id for profile in profiles for mapping in profile.mappings)}
        self._area.show_content()
        self._show_tree()
        self._go_to_wanted()
        self._show_current()
        self.bindings_changed.emit()

    def _show_tree(self) -> None:
        self.tree.events.show_profiles(self._profiles, filter_text=self.filter.text(), unsaved=self._drafts)
        if self.filter.text().strip():
            self.tree.expandToDepth(0)
        silent = [profile.profile for profile in self._profiles if not profile.mappings]
        self.silent.setVisible(bool(silent))
        if silent:
            more = f" and {len(silent) - 1} more" if len(silent) > 1 else ""
            self.silent.set_words(f"{silent[0]}{more} {'send' if more else 'sends'} nothing",
                                  "They have no events yet." if more else "It has no events yet.")
            self._provision_here.offer(self._may_edit())

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ""
        kind, _, rest = wanted.partition("/")
        ident, _, action = rest.partition("/")
        if ident.isdigit() and kind in {"profile", "event"}:
            key = (kind if not action else "action", int(ident), action)
            self.tree.go_to(key)
            if kind == "event" and not action:
                self.tree.open_branch(key)
        elif self.tree.current is None and self._profiles:
            first = next((each for each in self._profiles if each.mappings), self._profiles[0])
            self.tree.go_to(("profile", first.profile_id, ""))
            self.tree.open_branch(("profile", first.profile_id, ""))

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_failure("The events could not be read.", in_words(error), self.read_again)

    # --- what is in front ---

    def _on_chosen(self, _node: EventNode) -> None:
        self._show_current()
        self.part_changed.emit(self.part())
        self.bindings_changed.emit()

    def _on_opened(self, node: EventNode) -> None:
        if node.action is not None:
            self.editor.body.focus_words()

    def _show_current(self) -> None:
        """Show what is under the keyboard in the tree as it is known now."""
        node = self.tree.current
        if node is None:
            return
        self.set_title("Templates" if node.mapping is None else f"{node.mapping.name}, {node.profile.profile}")
        may_edit = self._may_edit()
        if node.mapping is None:
            self.profile_panel.show_profile(node.profile, may_edit=may_edit)
            self._middle.setCurrentIndex(_PROFILE)
            self.preview.show_nothing("Choose an event to see what it would send.")
        elif node.action is None:
            self.event_panel.show_mapping(node.mapping, may_edit=may_edit)
            self._middle.setCurrentIndex(_EVENT)
            self._show_preview(node.mapping, None)
        else:
            self._show_action(node.mapping, node.action)

    def _show_action(self, mapping: MappingRow, action: ActionRow) -> None:
        place = (mapping.id, action.action)
        self._words.ask(_reading(place))

    def _on_versions(self, found: _Read) -> None:
        node = self.tree.current
        if node is None or node.mapping is None or node.action is None or found.place != (
                node.mapping.id, node.action.action):
            return
        self._read = found
        draft = self._drafts.get(found.place)
        if draft is None:
            content = dict(found.current.content) if found.current is not None else dict(EMPTY)
            draft = Draft(content=content, seen=content, version=found.current)
        self.editor.show_action(node.mapping, node.action, draft, may_edit=self._may_edit())
        self._middle.setCurrentIndex(_EDITOR)
        self._show_preview(node.mapping, node.action.action)

    def _show_preview(self, mapping: MappingRow, front: EventAction | None) -> None:
        self.preview.show_mapping(mapping, front, partial(self._words_of, mapping.id))

    def _words_of(self, mapping_id: int) -> dict[EventAction, Mapping[str, str]]:
        """What is written and not saved of a mapping."""
        return {action: draft.content for (mapping, action), draft in self._drafts.items() if mapping == mapping_id}

    def _on_edited(self) -> None:
        draft, place = self.editor.draft, self._place
        if draft is None or place is None:
            return
        was = place in self._drafts
        if draft.changed:
            self._drafts[place] = draft
        else:
            self._drafts.pop(place, None)
        if was != (place in self._drafts):
            self._show_tree()
        self.preview.ask_soon()

    def _on_preview(self, channels: Sequence[ChannelPreview]) -> None:
        """Say below the words of a short message what they take, filled for the account of the preview."""
        place, account = self._place, self.preview.account.chosen
        message = channels[0].message if channels else None
        if place is not None and place[1] is EventAction.SMS and account is not None and message is not None:
            self.editor.body.set_hint(f"For {account.name}: {parts_words(message.text)}")

    @property
    def _place(self) -> Place | None:
        """The action in the editor."""
        return self._read.place if self._read is not None and self._middle.currentIndex() == _EDITOR else None

    def _node(self) -> tuple[MappingRow, ActionRow] | None:
        node = self.tree.current
        return (node.mapping, node.action) if node is not None and node.mapping is not None and (
            node.action is not None) else None

    def _may_edit(self) -> str:
        """Why nothing can be changed here; empty where it can."""
        return self._desk.powers.refusal("events.edit")

    def _name_of(self, place: Place) -> str:
        mapping = next((m for profile in self._profiles for m in profile.mappings if m.id == place[0]), None)
        return f"{mapping.name if mapping is not None else 'an event'}, {place[1].label}"

    def _today(self) -> Any:
        return self._desk.date_in(self._provider.time_zone) if self._provider is not None else self._desk.today()

    # --- saving ---

    def save(self) -> None:
        """Save the words in front as the next version."""
        draft, place = self.editor.draft, self._place
        if draft is None or place is None or not self.editor.save_button.isEnabled():
            return
        self._saving = draft
        self.editor.save_button.offer("It is being saved.")
        changed = {name: draft.content[name] for name in draft.changed}
        seen = {name: draft.seen[name] for name in draft.changed}
        self._desk.runner.write(
            doing(set_template, mapping_id=place[0], action=place[1], content=changed, seen=seen), initiator=self,
            succeeded=partial(self._on_saved, place), failed=partial(self._on_not_saved, place))

    def _on_saved(self, place: Place, _changes: ChangeSet) -> None:
        """What was typed during the save waits for the next one."""
        saved, self._saving = self._saving, None
        draft = self._drafts.get(place)
        if draft is not None and saved is not None:
            if draft.content == saved.content:
                del self._drafts[place]
            else:
                self._drafts[place] = Draft(content=draft.content, seen=saved.content, version=draft.version)
        self._desk.notices.say(f"{self._name_of(place)}: saved.")
        self.read_again()

    def _on_not_saved(self, place: Place, error: BaseException) -> None:
        self._saving = None
        if place != self._place:
            self._refuse(error)
        elif isinstance(error, SavedMeanwhile):
            self.editor.offer_conflict(error, self._settle)
        else:
            self.editor.save_button.offer()
            self.editor.say(f"{in_words(error)} Nothing was saved; what you typed is kept.", is_refusal=True)

    def _settle(self, settlement: Settlement) -> None:
        """Show what is taken over; what else was typed stays, and is saved where the verb says so."""
        node, place, draft = self._node(), self._place, self.editor.draft
        if node is None or place is None or draft is None:
            return
        draft = Draft(content={**draft.content, **settlement.taken}, seen={**draft.seen, **settlement.theirs},
                      version=draft.version)
        self._drafts[place] = draft
        if not draft.changed:
            del self._drafts[place]
        self.editor.show_action(*node, draft, may_edit=self._may_edit())
        if settlement.saves and draft.changed:
            self.save()
        else:
            self.read_again()

    def _discard(self) -> None:
        """Go back to what is stored, once somebody has agreed to lose the words."""
        place = self._place
        if place is None:
            return
        dialog = ConfirmDialog(self._theme, "Discard what is not saved",
                               f"What you wrote for {self._name_of(place)} is lost.", verb="Discard words",
                               kind="danger", stay="Keep writing", parent=self)
        dialog.accepted.connect(partial(self._discarded, place))
        dialog.open_and_forget()

    def _discarded(self, place: Place) -> None:
        self._drafts.pop(place, None)
        self._show_tree()
        self._show_current()

    # --- switching ---

    def _switch_current(self, on: bool) -> None:  # noqa: FBT001  a slot
        node = self._node()
        if node is not None:
            self._switch(node[1].action, on)

    def _switch(self, action: EventAction, on: bool) -> None:  # noqa: FBT001  a slot
        node = self.tree.current
        if node is None or node.mapping is None:
            return
        seen = next(each.enabled for each in node.mapping.actions if each.action is action)
        self._write(doing(switch_action, mapping_id=node.mapping.id, action=action, enabled=on, seen=seen))

    def _set_logging(self, on: bool) -> None:  # noqa: FBT001  a slot
        node = self.tree.current
        if node is not None and node.mapping is not None:
            self._write(doing(set_extended_logging, mapping_id=node.mapping.id, enabled=on,
                              seen=node.mapping.extended_logging))

    def _open_action(self, action: EventAction) -> None:
        node = self.tree.current
        if node is not None and node.mapping is not None:
            self.tree.go_to(("action", node.mapping.id, action.value))
            self.editor.body.focus_words()

    def _write(self, job: Job[Any], succeeded: Callable[[Any], object] | None = None) -> None:
        self._desk.runner.write(job, succeeded=succeeded, failed=self._refuse)

    def _refuse(self, error: BaseException) -> None:
        self._desk.notices.show(Notice(title="Nothing was changed.", text=in_words(error), tone=tk.Tone.BAD))
        self.read_again()

    # --- making, copying, taking away ---

    def new_template(self) -> None:
        """Ask for the profile first, then for event and action."""
        node = self.tree.current
        dialog = NewTemplateDialog(self._theme, self._desk.runner, self._profiles, self,
                                   profile_id=node.profile.profile_id if node is not None else None)
        dialog.decided.connect(self._on_decided)
        dialog.open_and_forget()

    def _on_decided(self, mapping_id: int, action: EventAction) -> None:
        if not self.tree.go_to(("action", mapping_id, action.value)):
            self.read_again()

    def provision(self) -> None:
        """Offer the profile in front every standard event it lacks."""
        node = self.tree.current
        if node is not None:
            self._provision(node.profile)

    def _provision_silent(self) -> None:
        silent = next((profile for profile in self._profiles if not profile.mappings), None)
        if silent is not None:
            self._provision(silent)

    @staticmethod
    def _lacking(profile: ProfileEvents) -> tuple[str, ...]:
        return lacking_events([(mapping.event, mapping.period_days) for mapping in profile.mappings])

    def _provision(self, profile: ProfileEvents) -> None:
        lacking = self._lacking(profile)
        if not lacking:
            self._desk.notices.say(f"{profile.profile} has all standard events.")
            return
        counted = self._theme.formatter.counted(len(lacking), "event", "events")
        dialog = ConfirmDialog(
            self._theme, f"Provision standard events for {profile.profile}",
            f"It gets {counted}, each with words to begin with and switched off: {', '.join(lacking)}. Nothing is sent "
            "until you switch actions on.", verb=f"Provision {counted}", parent=self)
        dialog.accepted.connect(partial(self._write, doing(
            provision_events, provider_id=profile.provider_id, profile_id=profile.profile_id),
            partial(self._on_provided, profile)))
        dialog.open_and_forget()

    def _on_provided(self, profile: ProfileEvents, answer: Any) -> None:
        counted = self._theme.formatter.counted(len(answer.made), "event was", "events were")
        self._desk.notices.say(f"{counted} provided for {profile.profile}, all off.")
        self.tree.go_to(("profile", profile.profile_id, ""))
        self.tree.open_branch(("profile", profile.profile_id, ""))

    def _ask_to_delete(self) -> None:
        node = self.tree.current
        if node is None or node.mapping is None:
            return
        dialog = ConfirmDialog(
            self._theme, f"Take {node.mapping.name} from {node.profile.profile}",
            "Its words go with it, with all their versions. What was sent by it stays in the outbox. This cannot be "
            "taken back.", verb="Take event away", kind="danger", stay="Keep event", parent=self)
        dialog.accepted.connect(partial(self._write, doing(delete_mapping, mapping_id=node.mapping.id)))
        dialog.open_and_forget()

    def _copy(self) -> None:
        node = self._node()
        if node is not None:
            CopyDialog(self._theme, self._desk.runner, *node, profiles=self._profiles,
                       parent=self).open_and_forget()

    def _show_versions(self) -> None:
        node, read = self._node(), self._read
        if node is None or read is None or not read.versions:
            return
        may_edit = self._may_edit() or ("Save or discard what you wrote first." if read.place in self._drafts else "")
        dialog = VersionsDialog(self._theme, self._name_of(read.place), read.versions, self, may_edit=may_edit)
        dialog.restore_asked.connect(partial(self._restore, read))
        dialog.open_and_forget()

    def _restore(self, read: _Read, version: int) -> None:
        if read.current is not None:
            self._write(doing(restore_version, mapping_id=read.place[0], action=read.place[1], version=version,
                              seen=read.current.content))

    # --- a trial ---

    def _send_trial(self) -> None:
        """Send what is in front to the person who is here, marked as a trial."""
        place, subject = self._place, self.preview.subject
        if place is None:
            return
        if subject is None:
            self._desk.notices.say("Choose an account to show it for first.")
            return
        known = self._trial_to.get(place[1], "")
        if known:
            self._send_to(known)
        else:
            self._desk.runner.read(asking(trial_address, action=place[1]), succeeded=self._on_address,
                                   failed=self._refuse)

    def _on_address(self, address: str) -> None:
        place = self._place
        if place is None:
            return
        if address:
            self._send_to(address)
        else:
            dialog = AddressDialog(self._theme, self._desk.runner, place[1], self)
            dialog.given.connect(self._send_to)
            dialog.open_and_forget()

    def _send_to(self, address: str) -> None:
        place, subject, draft = self._place, self.preview.subject, self.editor.draft
        if place is None or subject is None or draft is None:
            return
        self._trial_to[place[1]] = address
        self._desk.runner.write(
            doing(send_trial, mapping_id=place[0], action=place[1], content=draft.content,
                  account_id=subject.account_id, document_id=subject.document_id, service_id=subject.service_id,
                  as_of=subject.on, to=address),
            succeeded=partial(self._on_trial, address), failed=partial(self._on_no_trial, place[1]))

    def _on_trial(self, address: str, _made: object) -> None:
        self._desk.notices.say(f"A trial to {address} is in the outbox.")

    def _on_no_trial(self, action: EventAction, error: BaseException) -> None:
        self._trial_to.pop(action, None)
        self._desk.notices.show(Notice(title="Nothing was sent.", text=in_words(error), tone=tk.Tone.BAD))

    # --- menu ---

    def _on_menu(self, node: EventNode, position: QPoint) -> None:
        may_edit = not self._may_edit()
        entries: list[Entry | None] = [Entry("New template…", self.new_template, may_edit),
                                       Entry("Provision standard events…", self.provision,
                                             may_edit and bool(self._lacking(node.profile)))]
        if node.action is not None:
            verb = "Switch off" if node.action.enabled else "Switch on"
            can_turn = may_edit and (node.action.enabled or node.action.can_be_on)
            entries[:0] = [Entry(verb, partial(self._switch_current, not node.action.enabled), can_turn), None]
        pop_up(self, position, *entries)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._has_begun:
            self._has_begun = True
            self._area.show_reading("Reading events.")
            self.read_again()


def _reading(place: Place) -> Job[_Read]:
    """The job that reads all versions of what an action says, with what they belong to."""
    ask = asking(template_versions, mapping_id=place[0], action=place[1])

    def job(database: Any, context: Any) -> _Read:
        return _Read(place=place, versions=tuple(ask(database, context)))

    return job
