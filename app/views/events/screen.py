"""*Events > Templates*: profiles and their events at the left, words in the middle, what would be sent at the right.

Words that are not saved stay with their action while somebody looks at others; closing the tab asks. Each save is one
new version, refused where anything in it is wrong or somebody else saved first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.models.values import AccountType, EventAction
from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.events.listing import ActionRow, MappingRow, ProfileEvents, events_of_profiles, provider_of_events
from app.services.events.templates import set_template
from app.services.outbox.channels import ChannelPreview
from app.services.providers.queries import ProviderOption, provider_options
from app.services.saving import SavedMeanwhile
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.asking.conflict_sheet import Settlement
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import BusinessPlace, Screen, State, Target
from app.views.events.channel_cards import parts_words
from app.views.events.drafts import Draft, Drafts, Place, StoredWords, reading_words
from app.views.events.editor import TemplateEditor
from app.views.events.event_panel import EventPanel, ProfilePanel
from app.views.events.feature import NEW, PROVISION, WARNING
from app.views.events.preview_pane import PreviewPane
from app.views.events.side import EventsSide
from app.views.events.tree_model import EventNode, Key
from app.views.events.trial import Trials
from app.views.events.work import EventWork, lacking_of
from app.views.lists.stateful_area import StatefulArea
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.widgets.layout import column, split
from app.views.widgets.menus import Entry, pop_up

_EVENT, _PROFILE, _EDITOR = 0, 1, 2


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
        self._drafts = Drafts()
        self._read: StoredWords | None = None
        self._has_begun = False
        self.work = EventWork(desk, self)
        self.trials = Trials(desk, self)
        self._build()
        self._providers = Question(desk.runner, self, answered=self._on_providers, failed=self._on_failed)
        self._list = Question(desk.runner, self, answered=self._on_profiles, failed=self._on_failed)
        self._whose = Question(desk.runner, self, answered=self._on_whose, failed=self._on_failed)
        self._words = Question(desk.runner, self, answered=self._on_versions, failed=self._on_failed)
        self._refresh = RefreshWhenVisible(desk.bus, self, {Changed.EVENTS, Changed.PROFILES, Changed.MODULES,
                                                            Changed.SCHEDULE})
        self._refresh.due.connect(self.read_again)
        desk.powers.changed.connect(self._show_current)

    def _build(self) -> None:
        theme, desk = self._theme, self._desk
        self.side = EventsSide(theme)
        self.tree = self.side.tree
        self.event_panel = EventPanel(theme)
        self.profile_panel = ProfilePanel(theme)
        self.editor = TemplateEditor(theme, desk.runner)
        self._middle = QStackedWidget()
        for page in (self.event_panel, self.profile_panel, self.editor):
            self._middle.addWidget(page)
        self.preview = PreviewPane(theme, desk.runner, self._today)
        parts = split(self.side, self._middle, self.preview, shares=(0, 3, 2), sizes=(286, 554, 360),
                      name="Events, words and preview")
        self._splitter = parts
        self._area = StatefulArea(theme, parts, self)
        column(self._area, on=self)
        self._connect()

    def _connect(self) -> None:
        editor, event, profile, work = self.editor, self.event_panel, self.profile_panel, self.work
        self.side.provider_chosen.connect(self._show_provider)
        self.side.provision_asked.connect(work.provision)
        self.tree.chosen.connect(self._on_chosen)
        self.tree.opened.connect(self._on_opened)
        self.tree.menu_asked.connect(self._on_menu)
        editor.edited.connect(self._on_edited)
        editor.save_asked.connect(self.save)
        editor.discard_asked.connect(self._discard)
        editor.switch_asked.connect(self._switch_current)
        editor.versions_asked.connect(self._show_versions)
        editor.copy_asked.connect(self._copy)
        editor.send_asked.connect(self._send_trial)
        event.switch_asked.connect(lambda action, on: work.switch(self._mapping(), action, on=on))
        event.open_asked.connect(self._open_action)
        event.logging_asked.connect(lambda on: work.set_logging(self._mapping(), on=on))
        event.delete_asked.connect(lambda: work.take_away(self._node().profile, self._mapping()))
        profile.provision_asked.connect(self.provision)
        profile.new_asked.connect(self.new_template)
        profile.warning_asked.connect(self.add_warning)
        profile.mapping_asked.connect(lambda mapping_id: self.tree.go_to(("event", mapping_id, "")))
        work.leads_to.connect(self._go_to)
        work.refused.connect(self.read_again)
        self.preview.shown_channels.connect(self._on_preview)
        self.press_with_ctrl_enter(self.editor.save_button.click, save=self.editor.save_button.click)

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
            self.read_again()

    def focus_first(self) -> None:
        self.tree.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        found = {"screen.refresh": Binding(self.read_again), NEW: Binding(self.new_template),
                 WARNING: Binding(self.add_warning),
                 "go.list": Binding(self.side.filter.setFocus)}
        node = self.tree.current
        if node is not None:
            found[PROVISION] = Binding(self.provision, "" if lacking_of(node.profile) else
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
        self.editor.finish_typing()
        names = [self._name_of(place) for place in self._drafts]
        if not names:
            return ""
        if len(names) == 1:
            return f"The words of {names[0]} are not saved yet."
        return f"The words of {names[0]} and of {len(names) - 1} more are not saved yet."

    # --- reading ---

    def read_again(self) -> None:
        """Read everything again; nothing that was written is lost. What was asked for says whose it is first."""
        kind, _, rest = self._wanted.partition("/")
        ident = rest.partition("/")[0]
        if kind in {"profile", "event"} and ident.isdigit():
            self._whose.ask(asking(provider_of_events, **{"profile_id" if kind == "profile" else "mapping_id":
                                                          int(ident)}))
        else:
            self._providers.ask(asking(provider_options))

    def _on_whose(self, provider_id: int | None) -> None:
        self._wanted_provider = provider_id if provider_id is not None else self._wanted_provider
        self._providers.ask(asking(provider_options))

    def _on_providers(self, options: Sequence[ProviderOption]) -> None:
        retail = [each for each in options if each.type is AccountType.RETAIL] or list(options)
        chosen = next((each for each in options if each.id == self._wanted_provider), None)
        chosen = chosen or max(retail, key=lambda each: each.customer_count, default=None)
        self.side.show_providers(options, chosen)
        self._provider = chosen
        if chosen is None:
            self._area.show_words("There is no provider whose events you may see.", icon=Icon.EVENTS)
            return
        self._wanted_provider = chosen.id
        self.business_place_changed.emit()
        self._list.ask(asking(events_of_profiles, provider_id=chosen.id))

    def _show_provider(self, provider_id: int) -> None:
        if provider_id != self._wanted_provider:
            self._wanted_provider, self._wanted = provider_id, ""
            self.read_again()

    def _on_profiles(self, profiles: Sequence[ProfileEvents]) -> None:
        self._profiles = tuple(profiles)
        there = {(mapping.id, action.action) for profile in profiles for mapping in profile.mappings
                 for action in mapping.actions}
        if self._provider is not None:
            self._drafts.forget_others(self._provider.id, there)
        self._area.show_content()
        self._show_tree()
        self._go_to_wanted()
        self._show_current()
        self.bindings_changed.emit()

    def _show_tree(self) -> None:
        self.side.show_profiles(self._profiles, self._drafts, may_edit=self.work.may_edit())

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
        self.editor.finish_typing()
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
        may_edit = self.work.may_edit()
        if node.mapping is None:
            self.profile_panel.show_profile(node.profile, may_edit=may_edit)
            self._middle.setCurrentIndex(_PROFILE)
            self.preview.show_nothing("Choose an event to see what it would send.")
        elif node.action is None:
            self.event_panel.show_mapping(node.mapping, may_edit=may_edit)
            self._middle.setCurrentIndex(_EVENT)
            self._show_preview(node.mapping, None)
        else:
            self._words.ask(reading_words((node.mapping.id, node.action.action)))

    def _on_versions(self, found: StoredWords) -> None:
        self.editor.finish_typing()
        node = self.tree.current
        if node is None or node.mapping is None or node.action is None or found.place != (
                node.mapping.id, node.action.action):
            return
        self._read = found
        draft = self._drafts.get(found.place) or found.begun()
        self.editor.show_action(node.mapping, node.action, draft, may_edit=self.work.may_edit())
        self._middle.setCurrentIndex(_EDITOR)
        self._show_preview(node.mapping, node.action.action)

    def _show_preview(self, mapping: MappingRow, front: EventAction | None) -> None:
        self.preview.show_mapping(mapping, front, partial(self._drafts.of_mapping, mapping.id))

    def _on_edited(self) -> None:
        draft, place = self.editor.draft, self._place
        if draft is None or place is None or self._provider is None:
            return
        if self._drafts.keep(place, draft, provider_id=self._provider.id):
            self._show_tree()
        if not self.editor.is_choosing:
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

    def _node(self) -> EventNode:
        """The row of the tree that is shown."""
        node = self.tree.current
        assert node is not None  # noqa: S101  what is pressed belongs to a row
        return node

    def _mapping(self) -> MappingRow:
        """The mapping that is shown, or whose action is."""
        mapping = self._node().mapping
        assert mapping is not None  # noqa: S101  what is pressed belongs to an event
        return mapping

    def _action(self) -> ActionRow:
        """The action in the editor."""
        action = self._node().action
        assert action is not None  # noqa: S101  what is pressed belongs to an action
        return action

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
        self.editor.save_button.offer("It is being saved.")
        changed = {name: draft.content[name] for name in draft.changed}
        seen = {name: draft.seen[name] for name in draft.changed}
        self._desk.runner.write(
            doing(set_template, mapping_id=place[0], action=place[1], content=changed, seen=seen), initiator=self,
            succeeded=partial(self._on_saved, place, draft), failed=partial(self._on_not_saved, place))

    def _on_saved(self, place: Place, saved: Draft, _changes: object) -> None:
        self._drafts.saved(place, saved.content)
        self.read_again()

    def _on_not_saved(self, place: Place, error: BaseException) -> None:
        if place != self._place:
            self.work.refuse(error)
        elif isinstance(error, SavedMeanwhile):
            self.editor.offer_conflict(error, self._settle)
        else:
            self.editor.save_button.offer()
            self.editor.say(f"{in_words(error)} Nothing was saved; what you typed is kept.", is_refusal=True)

    def _settle(self, settlement: Settlement) -> None:
        """Show what is taken over; what else was typed stays, and is saved where the verb says so."""
        place, draft = self._place, self.editor.draft
        if place is None or draft is None:
            return
        draft = Draft(content={**draft.content, **settlement.taken}, seen={**draft.seen, **settlement.theirs},
                      version=draft.version)
        self._drafts.keep(place, draft, provider_id=self._mapping().provider_id)
        self.editor.show_action(self._mapping(), self._action(), draft, may_edit=self.work.may_edit())
        if settlement.saves and draft.changed:
            self.save()
        else:
            self.read_again()

    def _discard(self) -> None:
        """Go back to what is stored, once somebody has agreed to lose the words."""
        place = self._place
        if place is not None:
            dialog = ConfirmDialog(self._theme, "Discard what is not saved",
                                   f"What you wrote for {self._name_of(place)} is lost.", verb="Discard words",
                                   kind="danger", stay="Keep writing", parent=self)
            dialog.accepted.connect(partial(self._discarded, place))
            dialog.open_and_forget()

    def _discarded(self, place: Place) -> None:
        self._drafts.drop(place)
        self._show_tree()
        self._show_current()

    # --- doing ---

    def _switch_current(self, on: bool) -> None:  # noqa: FBT001  a slot
        self.work.switch(self._mapping(), self._action().action, on=on)

    def _open_action(self, action: EventAction) -> None:
        self._go_to(("action", self._mapping().id, action.value))
        self.editor.body.focus_words()

    def _go_to(self, key: Key) -> None:
        """Go to a row, once it is there."""
        if self.tree.go_to(key):
            self.tree.open_branch(key)
        else:
            self.read_again()

    def new_template(self) -> None:
        """Ask for the profile first, then for event and action."""
        node = self.tree.current
        self.work.new_template(self._profiles, node.profile.profile_id if node is not None else None)

    def add_warning(self) -> None:
        """Offer a reminder before suspensions, with the profile in front ticked."""
        node = self.tree.current
        self.work.add_warning(self._profiles, node.profile.profile_id if node is not None else None)

    def provision(self) -> None:
        """Offer the profile in front every standard event it lacks."""
        node = self.tree.current
        if node is not None:
            self.work.provision(node.profile)

    def _copy(self) -> None:
        self.work.copy(self._mapping(), self._action(), self._profiles)

    def _show_versions(self) -> None:
        stored = self._read
        if stored is not None and stored.versions:
            unsaved = "Save or discard what you wrote first." if self._drafts.get(stored.place) else ""
            self.work.show_versions(self._name_of(stored.place), stored, may_edit=self.work.may_edit() or unsaved,
                                    zone=ZoneInfo(self._provider.time_zone if self._provider is not None else "UTC"))

    def _send_trial(self) -> None:
        draft, place = self.editor.draft, self._place
        if draft is not None and place is not None:
            self.trials.send(place, draft.content, self.preview.subject)

    # --- menu ---

    def _on_menu(self, node: EventNode, position: QPoint) -> None:
        may_edit = not self.work.may_edit()
        entries: list[Entry | None] = [Entry("New template…", self.new_template, may_edit),
                                       Entry("Provision standard events…", self.provision,
                                             may_edit and bool(lacking_of(node.profile)))]
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
