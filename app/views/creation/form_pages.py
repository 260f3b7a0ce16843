"""Pages that are one drawn form each: name and start, settings of a provider, profile and agent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from app.models.values import CURRENCIES, AccountType, Enterprise
from app.views.asking.choices import ChoiceBox
from app.views.asking.dressing import Dressing
from app.views.asking.field_notes import FieldNotes
from app.views.asking.fields import DateField
from app.views.asking.wizard import WizardPage
from app.views.creation.answers import Answers
from app.views.forms.ui_new_account_name import Ui_NewAccountName
from app.views.forms.ui_new_account_profile import Ui_NewAccountProfile
from app.views.forms.ui_new_provider_settings import Ui_NewProviderSettings
from app.views.look.theme import Theme

LANGUAGES = (("English", "en"), ("German", "de"), ("Greek", "el"), ("Russian", "ru"))
"""What the printed page speaks."""


_BELONGINGS: Final = {"profile": "Profile", "agent": "Agent", "currency": "Currency",
                      "classification": "Classification", "account_manager": "Account manager"}


def follow_texts(answers: dict[str, str], fields: dict[str, QLineEdit], changed: Callable[[], object]) -> None:
    """Fill fields from texts kept by their names, and keep what is typed from now on."""
    def keep(name: str, text: str) -> None:
        answers[name] = text
        changed()

    for name, line in fields.items():
        line.setText(answers.get(name, ""))
        line.textChanged.connect(partial(keep, name))


class NamePage(WizardPage):
    """Name, code, start, and what is known of an organisation."""

    def __init__(self, theme: Theme, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__("Name and start", "What is it called, and when does it start?",
                         "Nothing before the start date is ever invoiced.", parent)
        self._answers = answers
        self._form = form = Ui_NewAccountName()
        dressing = Dressing(form, self, theme)
        self._start = dressing.put(form.start_date, DateField(theme, "Start date", lambda: answers.options.today))
        form.grid.setRowStretch(form.grid.rowCount(), 1)
        texts = {name: getattr(form, name) for name in ("name", "code", "trading_name", "registration_number",
                                                        "export_reference")}
        self._notes = FieldNotes(dressing, form, {"start_date": self._start, **texts}, self)
        self._hint = self._notes.words("name")
        follow_texts(answers.texts, texts, self.changed.emit)
        if "start" in answers.texts:
            self._start.setText(answers.texts["start"])
        self._start.textChanged.connect(self._on_start)

    def chosen(self) -> str:
        return self._answers.text("name") or ("Named by the provider's rule" if self._answers.names_itself else "")

    def enter(self) -> None:
        if "start" not in self._answers.texts:
            self._start.set_value(self._answers.start_date)
        is_organisation = self._answers.enterprise is Enterprise.ORGANISATION
        for name in ("trading_name", "registration_number"):
            for part in ("", "_name", "_note"):
                getattr(self._form, name + part).setVisible(is_organisation)
        self._notes.hint("name", "Empty: it is named by the provider's rule." if self._answers.names_itself else
                         self._hint)

    def check(self) -> bool:
        refusals = {}
        if not self._answers.text("name") and not self._answers.names_itself:
            refusals["name"] = "Type a name; it heads the account's page and its invoices."
        if self._answers.start_date is None:
            refusals["start_date"] = self._start.refusal or "Type the day it starts, for instance today."
        return not self._notes.refuse_all(refusals)

    def refuse(self, field: str, words: str) -> bool:
        return self._notes.refuse_all({field: words}) if hasattr(self._form, f"{field}_note") else False

    def focus_first(self) -> None:
        if not self._notes.refused:
            self._form.name.setFocus()

    def _on_start(self, text: str) -> None:
        self._answers.start_date = self._start.value
        if self._start.hasFocus():
            self._answers.texts["start"] = text


class ProviderPage(WizardPage):
    """What belongs to a provider alone and is not inherited."""

    def __init__(self, theme: Theme, answers: Answers, time_zones: Sequence[str],
                 parent: QWidget | None = None) -> None:
        super().__init__("Provider settings", "What belongs to this provider alone?",
                         "These are not inherited, neither from above nor by its customers.", parent)
        self._answers = answers
        self._form = form = Ui_NewProviderSettings()
        dressing = Dressing(form, self, theme)
        self._language = dressing.put(form.language, ChoiceBox(theme, "Language"))
        self._language.fill_its_place()
        form.grid.setRowStretch(form.grid.rowCount(), 1)
        self._texts = {name: getattr(form, name) for name in (
            "realm", "currency", "time_zone", "default_profile", "legal_name", "tax_number", "email", "phone")}
        _complete(form.currency, sorted(CURRENCIES))
        _complete(form.time_zone, time_zones)
        self._time_zones = frozenset(time_zones)
        self._notes = FieldNotes(dressing, form, {**self._texts, "language": self._language}, self)
        follow_texts(answers.texts, self._texts, self.changed.emit)
        self._language.set_choices(list(LANGUAGES), answers.text("language"))
        self._language.activated.connect(self._on_language)

    def applies(self) -> bool:
        return self._answers.is_provider

    def chosen(self) -> str:
        realm = self._answers.text("realm")
        return f"{realm}, {self._answers.currency}" if realm else ""

    def enter(self) -> None:
        for name in ("currency", "time_zone"):
            if self._texts[name].text() != self._answers.texts.get(name, ""):
                self._texts[name].setText(self._answers.texts.get(name, ""))
        self._language.choose(self._answers.text("language"))

    def check(self) -> bool:
        refusals, answers = {}, self._answers
        realm = answers.text("realm")
        host = realm.removeprefix("@")
        if not realm.startswith("@") or "." not in host or host.startswith(".") or " " in host:
            refusals["realm"] = "Write it as @domain, for instance @company.example."
        if answers.currency not in CURRENCIES:
            refusals["currency"] = "Write the three letters of a currency, for instance AUD."
        if answers.text("time_zone") not in self._time_zones:
            refusals["time_zone"] = "Write a place of the list, for instance Australia/Sydney."
        if not answers.text("default_profile"):
            refusals["default_profile"] = "Name the profile that new customers get."
        return not self._notes.refuse_all(refusals)

    def refuse(self, field: str, words: str) -> bool:
        return self._notes.refuse_all({field: words}) if field in self._texts else False

    def focus_first(self) -> None:
        if not self._notes.refused:
            self._form.realm.setFocus()

    def _on_language(self, _place: int) -> None:
        self._answers.texts["language"] = str(self._language.chosen())


class ProfilePage(WizardPage):
    """Which settings a customer or agent shares with others, who signed it up, and what it is kept and counted as."""

    def __init__(self, theme: Theme, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__("Profile", "Which profile does it get, and where does it belong?",
                         "A profile stands between the provider and the account: what it sets, its members inherit.",
                         parent)
        self._answers = answers
        self._form = form = Ui_NewAccountProfile()
        dressing = Dressing(form, self, theme)
        self._boxes = {name: dressing.put(getattr(form, name), ChoiceBox(theme, spoken))
                       for name, spoken in _BELONGINGS.items()}
        for box in self._boxes.values():
            box.fill_its_place()
            box.activated.connect(self._on_chosen)
        form.grid.setRowStretch(form.grid.rowCount(), 1)
        self._notes = FieldNotes(dressing, form, self._boxes, self)

    def applies(self) -> bool:
        return not self._answers.is_provider

    def chosen(self) -> str:
        answers = self._answers
        names = {p.id: p.name for p in answers.options.profiles}
        agents = {a.id: a.name for a in answers.options.agents}
        profile = names.get(answers.profile_id or 0, "")
        agent = agents.get(answers.agent_id or 0, "") if answers.kind is AccountType.END_USER else ""
        foreign = answers.account_currency if answers.account_currency != answers.options.currency else ""
        return ", ".join(filter(None, (profile, f"by {agent}" if agent else "", foreign)))

    def enter(self) -> None:
        options, answers = self._answers.options, self._answers
        self._show("profile", [(p.name, p.id) for p in options.profiles], answers.profile_id)
        nobody: list[tuple[str, object]] = [] if options.agent_id is not None else [("Nobody", None)]
        self._show("agent", nobody + [(a.name, a.id) for a in options.agents], answers.agent_id,
                   applies=answers.kind is AccountType.END_USER)
        self._show("currency", [(code, code) for code in options.currencies], answers.account_currency)
        self._boxes["currency"].setEnabled(len(options.currencies) > 1)
        self._notes.hint("currency", "What it is invoiced in and pays in, for good." if len(options.currencies) > 1
                         else f"Accounts of {options.parent.name} are kept in {options.currencies[0]} alone.")
        none: list[tuple[str, object]] = [("None", None)]
        self._show("classification", none + [(c.name, c.id) for c in options.classifications],
                   answers.classification_id, applies=bool(options.classifications))
        self._show("account_manager", [("Nobody", None), *((m.name, m.id) for m in options.managers)],
                   answers.account_manager_id, applies=answers.has_manager)

    def refuse(self, field: str, words: str) -> bool:
        return self._notes.refuse(field, words)

    def focus_first(self) -> None:
        self._boxes["profile"].setFocus()

    def _show(self, name: str, choices: list[tuple[str, object]], chosen: object, *, applies: bool = True) -> None:
        box = self._boxes[name]
        box.set_choices(choices, chosen)
        for part in (box, getattr(self._form, f"{name}_name"), getattr(self._form, f"{name}_note")):
            part.setVisible(applies)

    def _on_chosen(self, _place: int) -> None:
        answers, chosen = self._answers, {name: box.chosen() for name, box in self._boxes.items()}
        answers.profile_id, answers.agent_id = chosen["profile"], chosen["agent"]
        answers.account_currency = str(chosen["currency"])
        answers.classification_id = chosen["classification"]
        answers.account_manager_id = chosen["account_manager"]
        self.changed.emit()


def _complete(line: QLineEdit, words: Sequence[str]) -> None:
    completer = QCompleter(list(words), line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    line.setCompleter(completer)
