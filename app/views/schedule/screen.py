"""Schedule and gateways of one provider: when work is done, when messages leave, and over which servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from app.models.values import GatewayKind
from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.gateways.kinds import KIND_WORDS
from app.services.gateways.settings import GatewayRow, set_gateway
from app.services.jobs import JobContext
from app.services.providers.automation import resume_schedule
from app.services.schedule.sheet import ScheduleSheet, ScheduleSheets, schedule_sheets
from app.views.asking.choices import ChoiceBox
from app.views.asking.form_fields import FormField
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import BusinessPlace, Screen, State, Target
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.schedule import dialogs, words
from app.views.schedule.cards import SettingsCard, named
from app.views.schedule.feature import SCANNER
from app.views.widgets.basics import Button, HorizontalRule, Label
from app.views.widgets.layout import column, grows, holding, row, scrolling
from app.views.widgets.page_header import PageHeader
from app.views.widgets.tabs import SectionTabs

if TYPE_CHECKING:
    from app.services.database.unit_of_work import Database
    from app.services.gateways.trying import TrialResult

_PARTS: Final = ("schedule", "gateways")
_KINDS: Final = frozenset({Changed.SCHEDULE, Changed.MODULES, Changed.ACCOUNTS, Changed.STAFF, Changed.DATABASE})
_LOOK_AGAIN_MS: Final = 3000
_GATEWAYS: Final = "events.gateways"


class ScheduleScreen(Screen):
    """One provider at a time, in two parts."""

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Schedule and gateways", Icon.SEND, parent)
        self._desk = desk
        self._theme = desk.theme
        self._sheet: ScheduleSheet | None = None
        self._wanted: int | None = None
        self._question = Question(desk.runner, self, answered=self._on_sheets, failed=self._on_failed)
        self._gateways: dict[GatewayKind, SettingsCard] = {}
        self._build()
        if target.part:
            self.show_part(target.part)
        self._refresh = RefreshWhenVisible(desk.bus, self, _KINDS)
        self._refresh.due.connect(self.read_again)
        desk.powers.changed.connect(self._show_buttons)
        self._clock = QTimer(self, interval=_LOOK_AGAIN_MS)
        """While somebody scans: how far they are changes without a word."""
        self._clock.timeout.connect(self._look_again)
        if desk.offers.has(SCANNER):
            desk.offers.get(SCANNER).changed.connect(self._look_again)

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self.provider = ChoiceBox(theme, "Provider", self, prefix="Provider: ")
        self.provider.setMinimumWidth(theme.sizes.px(300))
        self.provider.activated.connect(self._on_provider)
        self._refusal = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        self.bar = SectionTabs(theme, "Parts of the schedule", self)
        self.bar.add("Schedule")
        self.bar.add("Gateways")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._schedule_part())
        self._stack.addWidget(self._gateways_part())
        self.bar.currentChanged.connect(self._on_part)
        self._area = StatefulArea(theme, self._stack, self)
        margin = tk.PAGE_MARGIN
        column(PageHeader(theme, self.title, "When work is done and messages leave, and over which servers."),
               row(self.provider, ..., margins=(margin, 0, margin, 8)),
               row(self._refusal, margins=(margin, 0, margin, 4)),
               row(self.bar, ..., margins=(margin, 0)), HorizontalRule(theme), grows(self._area), on=self)

    def _schedule_part(self) -> QScrollArea:
        theme = self._theme
        self._pause = Button(theme, "Pause…", icon=Icon.HOURGLASS, run=self._on_pause)
        self._now = Button(theme, "Do what is due now", icon=Icon.CLOCK,
                           run=partial(self._desk.actions.trigger, "schedule.now"))
        self._work = SettingsCard(theme, "Scheduled work", (self._pause, self._now))
        self._times = self._settings_card("Times", "Change times…", dialogs.TIMES)
        self._brake = self._settings_card("Safety brake", "Change safety brake…", dialogs.BRAKE)
        self._hours = self._settings_card("Sending", "Change sending…", dialogs.HOURS)
        return self._scrolled("Schedule of the provider", self._work, self._times, self._brake, self._hours)

    def _settings_card(self, title: str, text: str, fields: tuple[FormField, ...]) -> SettingsCard:
        button = Button(self._theme, text, icon=Icon.EDIT, run=partial(self._change_settings, title, fields))
        return SettingsCard(self._theme, title, (button,))

    def _gateways_part(self) -> QScrollArea:
        for kind in GatewayKind:
            self._gateways[kind] = self._gateway_card(kind)
        return self._scrolled("Gateways of the provider", *self._gateways.values())

    def _gateway_card(self, kind: GatewayKind) -> SettingsCard:
        name, theme = KIND_WORDS[kind], self._theme

        def button(text: str, spoken: str, icon: Icon, run: Callable[[GatewayKind], object]) -> Button:
            return named(Button(theme, text, icon=icon, run=partial(run, kind)), spoken)

        return SettingsCard(theme, words.title_of(kind), (
            button("Set up…", f"Set up the {name}…", Icon.EDIT, self._change_gateway),
            button("Test…", f"Test the {name}…", Icon.SEND, self._ask_trial),
            button("Password…", f"Password of the {name}…", Icon.LOCK, self._ask_secret),
            button("Take away", f"Take away the {name}", Icon.CANCELLED, self._take_away)))

    def _scrolled(self, name: str, *cards: SettingsCard) -> QScrollArea:
        margin = tk.PAGE_MARGIN
        return scrolling(holding(column(*cards, ..., margins=(margin, 16, margin, 16), spacing=24)), name=name)

    # --- for the shell ---

    def part(self) -> str:
        return _PARTS[self.bar.currentIndex()]

    def show_part(self, part: str) -> None:
        if part in _PARTS:
            self.bar.setCurrentIndex(_PARTS.index(part))

    def focus_first(self) -> None:
        self.bar.setFocus()

    def shown(self) -> None:
        if self._sheet is None:
            self.read_again()

    def bindings(self) -> Mapping[str, Binding]:
        return {"screen.refresh": Binding(self.read_again)}

    def business_place(self) -> BusinessPlace | None:
        if self._sheet is None:
            return None
        return BusinessPlace(self._sheet.provider.name, (self._sheet.provider.time_zone,))

    def save_state(self) -> State:
        return {} if self._wanted is None else {"provider": self._wanted}

    def restore_state(self, state: State) -> None:
        wanted = state.get("provider")
        self._wanted = wanted if isinstance(wanted, int) else None

    # --- reading ---

    def read_again(self) -> None:
        """Read the provider in view again."""
        wanted = self._wanted if self._wanted is not None else self._desk.navigator.listed_provider()
        self._question.ask(asking(schedule_sheets, provider_id=wanted))

    def _look_again(self) -> None:
        if self.isVisible():
            self.read_again()

    def _on_part(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self.part_changed.emit(self.part())

    def _on_provider(self, _place: int) -> None:
        self._wanted = self.provider.chosen()
        for card in self._gateways.values():
            card.say("")
        self._refusal.hide()
        self.read_again()

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_failure("The schedule could not be read.", in_words(error), self.read_again)

    def _on_sheets(self, sheets: ScheduleSheets) -> None:
        sheet = self._sheet = sheets.sheet
        if sheet is None:
            self._area.show_words("No provider is within your reach.", "", icon=Icon.PROVIDER)
            return
        self._wanted = sheet.provider.id
        self.provider.set_choices([(f"{p.name}, {p.code}", p.id) for p in sheets.providers], sheet.provider.id)
        zone, formatter = ZoneInfo(sheet.provider.time_zone), self._theme.formatter
        pause = sheet.automation.values.pause
        self._work.show_facts(words.work_facts(sheet.work, sheet.scanning, formatter, zone))
        self._work.say(words.pause_words(pause, formatter, zone), tk.Ink.WARN if pause else tk.Ink.MUTED)
        self._pause.setText("Let it go on" if pause else "Pause…")
        self._pause.set_icon(Icon.FORWARD if pause else Icon.HOURGLASS)
        self._times.show_facts(words.times_facts(sheet.automation))
        self._brake.show_facts(words.brake_facts(sheet.automation))
        self._hours.show_facts(words.hours_facts(sheet.automation))
        for gateway in sheet.gateways:
            self._gateways[gateway.kind].show_facts(words.gateway_facts(gateway, formatter, zone, sheet.secrets_at))
        if sheet.scanning and not self._clock.isActive():
            self._clock.start()
        elif not sheet.scanning:
            self._clock.stop()
        self._show_buttons()
        self._area.show_content()
        self.business_place_changed.emit()

    def _show_buttons(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        why = self._why_not(_GATEWAYS)
        self._now.offer(self._why_not("suspension.apply"))
        for button in (self._pause, *self._times.buttons, *self._brake.buttons, *self._hours.buttons):
            button.offer(why)
        for gateway in sheet.gateways:
            change, test, secret, away = self._gateways[gateway.kind].buttons
            unset = "" if gateway.is_set else f"No {KIND_WORDS[gateway.kind]} is set up."
            change.setText("Change…" if gateway.is_set else "Set up…")
            change.offer(why)
            test.offer(why or unset)
            secret.offer(why or (f"Passwords are read from {sheet.secrets_at}: write it there."
                                 if sheet.secrets_in_file else ""))
            away.offer(why or unset)

    def _why_not(self, power: str) -> str:
        missing = self._desk.powers.refusal(power)
        return f"This {missing}." if missing else ""

    # --- doing ---

    def _change_settings(self, title: str, fields: tuple[FormField, ...]) -> None:
        if self._sheet is not None:
            dialogs.AutomationDialog(self._theme, self._desk.runner, self._sheet.provider, self._sheet.automation,
                                     title=title, fields=fields, parent=self).open_and_forget()

    def _on_pause(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        if sheet.automation.values.pause is None:
            dialogs.PauseDialog(self._theme, self._desk.runner, sheet.provider, self).open_and_forget()
        else:
            self._refusal.hide()
            self._desk.runner.write(doing(resume_schedule, provider_id=sheet.provider.id), failed=self._refuse)

    def _gateway(self, kind: GatewayKind) -> GatewayRow | None:
        return None if self._sheet is None else next(row for row in self._sheet.gateways if row.kind is kind)

    def _change_gateway(self, kind: GatewayKind) -> None:
        gateway = self._gateway(kind)
        if gateway is not None and self._sheet is not None:
            dialogs.GatewayDialog(self._theme, self._desk.runner, self._sheet.provider, gateway, self).open_and_forget()

    def _ask_secret(self, kind: GatewayKind) -> None:
        if self._sheet is not None:
            dialogs.SecretDialog(self._theme, self._desk.runner, self._sheet.provider, kind, self).open_and_forget()

    def _take_away(self, kind: GatewayKind) -> None:
        gateway = self._gateway(kind)
        if gateway is not None and self._sheet is not None:
            self._refusal.hide()
            self._desk.runner.write(
                doing(set_gateway, provider_id=self._sheet.provider.id, kind=kind, settings=None,
                      seen=dict(gateway.settings)), failed=self._refuse)

    def _refuse(self, error: BaseException) -> None:
        self._refusal.setText(in_words(error))
        self._refusal.show()

    # --- trying ---

    def _ask_trial(self, kind: GatewayKind) -> None:
        if kind is GatewayKind.PROVISIONING:  # every request means something, so nothing is sent
            self._try(kind, "")
            return
        dialog = dialogs.TrialDialog(self._theme, self._desk.runner, kind, self)
        dialog.given.connect(partial(self._try, kind))
        dialog.open_and_forget()

    def _try(self, kind: GatewayKind, to: str) -> None:
        if self._sheet is None:
            return
        card, provider_id = self._gateways[kind], self._sheet.provider.id
        card.say(f"The {KIND_WORDS[kind]} is being tried.")
        card.buttons[1].offer("It is being tried.")
        self._desk.runner.read(partial(_trial, provider_id=provider_id, kind=kind, to=to),
                               succeeded=partial(self._on_tried, kind, provider_id),
                               failed=partial(self._on_not_tried, kind, provider_id))

    def _on_tried(self, kind: GatewayKind, provider_id: int, result: TrialResult) -> None:
        self._end_trial(kind, provider_id, result.words, tk.Ink.GOOD if result.works else tk.Ink.BAD)

    def _on_not_tried(self, kind: GatewayKind, provider_id: int, error: BaseException) -> None:
        self._end_trial(kind, provider_id, in_words(error), tk.Ink.BAD)

    def _end_trial(self, kind: GatewayKind, provider_id: int, said: str, ink: str) -> None:
        if self._sheet is not None and self._sheet.provider.id == provider_id:  # else another one is in view
            self._gateways[kind].say(said, ink)
        self._show_buttons()


def _trial(database: Database, _context: JobContext, *, provider_id: int, kind: GatewayKind, to: str) -> TrialResult:
    """A job: reach a gateway on a loop of its own, so that the window neither waits nor stops it by closing a page."""
    from app.services.gateways.trying import try_gateway

    return asyncio.run(try_gateway(database, provider_id=provider_id, kind=kind, to=to))
