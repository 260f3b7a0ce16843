"""Dialogs of schedule and gateways: what is set, why work rests, a password, and where a trial goes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.models.values import GatewayKind
from app.services.gateways.kinds import GATEWAY_KEYS, KIND_WORDS, GatewayKey, SettingValue
from app.services.gateways.settings import GatewayRow, set_gateway, set_gateway_secret
from app.services.providers.automation import AutomationSheet, pause_schedule, set_automation
from app.services.providers.queries import ProviderOption
from app.views.asking.choices import ChoiceBox, TickBox
from app.views.asking.fields import NumberField
from app.views.asking.form_dialog import FormDialog, in_fields
from app.views.asking.form_fields import Form, FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.schedule.fields import LinesField, ListField, TimeField
from app.views.widgets.layout import column, grows, scrolling

_MOST_ACCOUNTS: Final = 1_000_000_000
_LONGEST_TEXT: Final = 400
_LONGEST_REASON: Final = 400
_SCROLLED_HEIGHT: Final = 360
"""Pixels at 100 % in which the fields of a gateway scroll, so that its dialog fits into every window."""


def _time(key: str, label: str, hint: str) -> FormField:
    return FormField(key=key, label=label, hint=hint, example="hh:mm",
                     made=lambda theme: TimeField(theme, label.replace("&", "")))


def _list(key: str, label: str, hint: str, example: str) -> FormField:
    return FormField(key=key, label=label, hint=hint, example=example,
                     made=lambda theme: ListField(theme, label.replace("&", ""), key))


def _number(key: str, label: str, hint: str, unit: str, *, low: int, high: int) -> FormField:
    return FormField(key=key, label=label, hint=hint, unit=unit,
                     made=lambda theme: NumberField(theme, label.replace("&", ""), low, high))


TIMES: Final = (
    _time("reminders_at", "&Reminders at", "08:00 where nothing stands here."),
    _list("suspend_at", "&Suspend at", "Several with commas; without any when a window of the rules opens.", "09:00"),
    _number("restore_every_minutes", "R&estore every", "", "minutes", low=1, high=10_080),
    _number("promise_days", "&Promises to pay", "How far ahead one may lie.", "days", low=0, high=365),
)
BRAKE: Final = (
    _number("brake_share_percent", "&Share", "A run that would change more of those judged stops; 0 switches it off.",
            "%", low=0, high=100),
    _number("brake_accounts", "&Accounts", "A run that would change more accounts stops; 0 switches it off.",
            "accounts", low=0, high=_MOST_ACCOUNTS),
    _number("brake_pause_days", "After a &pause", "The first run after more days without one stops; 0 switches it off.",
            "days", low=0, high=3_650),
)
HOURS: Final = (
    _time("quiet_from", "&Quiet from", "Nothing leaves from then on."),
    _time("quiet_to", "Quiet &to", "What waited leaves then; earlier than the beginning is the next day."),
    _list("working_days", "&Days", "On others nothing leaves; every day where nothing stands here.",
          "mon, tue, wed, thu, fri"),
    _number("undo_delay_seconds", "&Undo send within", "So long a message waits and can be taken back.", "seconds",
            low=0, high=86_400),
)


class AutomationDialog(FormDialog):
    """Some settings of the schedule; an empty field is as the program has it."""

    def __init__(self, theme: Theme, runner: Runner, provider: ProviderOption, sheet: AutomationSheet, *, title: str,
                 fields: tuple[FormField, ...], parent: QWidget) -> None:
        seen = {field.key: sheet.settings.get(field.key) for field in fields}
        super().__init__(
            theme, runner, title, f"For {provider.name}. What is left empty is as the program has it.", verb="Save",
            icon=Icon.TICK, parent=parent, fields=fields, seen=seen, sees=in_fields,
            saves=partial(set_automation, provider_id=provider.id))
        usual = sheet.values
        for field in fields:
            widget = self.entries.field(field.key, QLineEdit)
            value = getattr(usual, field.key, None)
            if isinstance(value, int):
                widget.setPlaceholderText(theme.formatter.number(value))
            elif field.example:
                widget.setPlaceholderText(field.example)
        self.entries.fill(seen)
        self.entries.focus_first()

    def values(self) -> dict[str, Any]:
        return {"settings": self.entries.values()}


class PauseDialog(FormDialog):
    """Why scheduled work is to rest."""

    def __init__(self, theme: Theme, runner: Runner, provider: ProviderOption, parent: QWidget) -> None:
        super().__init__(
            theme, runner, "Pause scheduled work",
            f"Reminders, restorations and suspensions of {provider.name} rest until somebody lets them go on. What "
            "waits in the outbox is still sent.", verb="Pause", icon=Icon.HOURGLASS, parent=parent,
            fields=(FormField(key="reason", label="&Reason", longest=_LONGEST_REASON,
                              needed="Say why, so that others know when it may go on."),),
            saves=partial(pause_schedule, provider_id=provider.id))


class SecretDialog(FormDialog):
    """A password for the keyring; it is shown to nobody, and an empty one takes it out."""

    def __init__(self, theme: Theme, runner: Runner, provider: ProviderOption, kind: GatewayKind,
                 parent: QWidget) -> None:
        super().__init__(
            theme, runner, f"Password of the {KIND_WORDS[kind]}",
            f"It is kept in the keyring of this computer as {provider.code}/{kind.value}, and nowhere else. Left empty "
            "it is taken out.", verb="Save", icon=Icon.LOCK, parent=parent,
            fields=(FormField(key="secret", label="&Password", is_secret=True),),
            saves=partial(set_gateway_secret, provider_id=provider.id, kind=kind))


class TrialDialog(FormDialog):
    """Where a trial of a gateway goes; `given` tells it, "" to reach the server alone."""

    given = Signal(str)

    def __init__(self, theme: Theme, runner: Runner, kind: GatewayKind, parent: QWidget) -> None:
        what = "&Mobile number" if kind is GatewayKind.SMS else "&E-mail address"
        super().__init__(
            theme, runner, f"Test the {KIND_WORDS[kind]}",
            "A test message is sent there. Without one the server is reached and nothing is sent.", verb="Test",
            icon=Icon.SEND, parent=parent, fields=(FormField(key="to", label=what, longest=200),))

    def submit(self) -> None:
        to = self.entries.text("to")
        self.accept()
        self.given.emit(to)


class GatewayDialog(FormDialog):
    """The settings of one gateway, made from its table of keys; what is left empty is not set."""

    def __init__(self, theme: Theme, runner: Runner, provider: ProviderOption, row: GatewayRow,
                 parent: QWidget) -> None:
        self._kind = row.kind
        self._keys = {key.name: key for key in GATEWAY_KEYS[row.kind]}
        super().__init__(
            theme, runner, f"{KIND_WORDS[row.kind][:1].upper()}{KIND_WORDS[row.kind][1:]}",
            f"How {provider.name} sends. No password belongs here.", verb="Save", icon=Icon.TICK, parent=parent,
            seen=dict(row.settings) or None, sees=_in_settings,
            saves=partial(set_gateway, provider_id=provider.id, kind=row.kind))
        body = QWidget()
        self.entries = Form(theme, body, [_field_of(key) for key in self._keys.values()])
        if row.kind is GatewayKind.SMTP:
            column(body, on=self.field_holder)
        else:
            area = scrolling(body, takes_focus=False)
            area.setMinimumHeight(theme.sizes.px(_SCROLLED_HEIGHT))
            column(grows(area), on=self.field_holder)
        self.show_taken(self._in_full(row.settings))
        self.entries.focus_first()

    def values(self) -> dict[str, Any]:
        return {"settings": {name: value for name, value in self._held().items() if value not in (None, "", ())}}

    def show_taken(self, taken: Mapping[str, Any]) -> bool:
        for name, value in taken.items():
            usual = self._keys[name].usual
            if isinstance(usual, tuple):
                self.entries.field(name, LinesField).show_lines(value or ())
            else:
                self.entries.fill({name: "" if value is None and isinstance(usual, str) else value})
        return len(self._keys) > len(taken)

    def _held(self) -> dict[str, SettingValue | None]:
        """What the fields hold; a tick that is off says nothing that is not usual."""
        held = self.entries.values()
        return {name: None if value is False and not self._keys[name].usual else value for name, value in held.items()}

    def _in_full(self, settings: Mapping[str, SettingValue]) -> dict[str, SettingValue | None]:
        return {name: settings.get(name) for name in self._keys}


def _in_settings(seen: Mapping[str, Any] | None, theirs: Mapping[str, Any]) -> dict[str, Any] | None:
    merged = {name: value for name, value in {**(seen or {}), **theirs}.items() if value is not None}
    return merged or None


def _field_of(key: GatewayKey) -> FormField:
    """The field of one key: its form is that of its usual value."""
    usual, hint = key.usual, f"{key.help}."
    if isinstance(usual, bool):
        return FormField(key=key.name, label="", hint=hint, spoken=key.label,
                         made=lambda theme: TickBox(theme, key.label))
    if key.choices:
        return FormField(key=key.name, label=key.label, hint=hint, made=partial(_choice, key))
    if isinstance(usual, tuple):
        said = f" Usual: {', '.join(usual)}." if usual else ""
        return FormField(key=key.name, label=key.label, hint=f"{hint}{said}", made=LinesField)
    if isinstance(usual, int):
        return FormField(key=key.name, label=key.label, hint=hint, made=partial(_whole, key))
    return FormField(key=key.name, label=key.label, hint=hint, example=usual, longest=_LONGEST_TEXT,
                     needed=f"{key.label}: {key.help}." if key.required else "")


def _choice(key: GatewayKey, theme: Theme) -> QWidget:
    box = ChoiceBox(theme, key.label)
    box.set_choices([(f"{key.usual} (usual)", None), *[(str(choice), str(choice)) for choice in key.choices]])
    return box


def _whole(key: GatewayKey, theme: Theme) -> QWidget:
    field = NumberField(theme, key.label, key.least, key.most)
    if key.usual:
        field.setPlaceholderText(theme.formatter.number(int(str(key.usual))))
    return field
