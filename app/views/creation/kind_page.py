"""First page: what is created, and below whom. Only what may stand there is offered."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.models.values import AccountType, Enterprise
from app.services.database.asking import asking
from app.services.hierarchy.new_account_offers import CreationOptions, ParentOption, creation_options
from app.views.asking.choices import ChoiceBox
from app.views.asking.dressing import Dressing
from app.views.asking.field_notes import FieldNotes
from app.views.asking.wizard import WizardPage
from app.views.creation.answers import Answers
from app.views.forms.ui_new_account_kind import Ui_NewAccountKind
from app.views.look.theme import Theme
from app.views.look.words import ENTERPRISE, TYPE
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import without_arguments


class KindPage(WizardPage):
    """Writes parent, kind and enterprise."""

    def __init__(self, theme: Theme, runner: Runner, answers: Answers, parents: tuple[ParentOption, ...],
                 parent: QWidget | None = None) -> None:
        super().__init__("What and where", "What do you create, and below whom?",
                         "Only what may stand below the chosen provider is offered.", parent)
        self._answers = answers
        self._ask = Question(runner, self, answered=self._on_options, failed=self._on_failed)
        form = Ui_NewAccountKind()
        dressing = Dressing(form, self, theme)
        self._below = dressing.put(form.below, ChoiceBox(theme, "Below"))
        self._kind = dressing.put(form.kind, ChoiceBox(theme, "Type"))
        self._enterprise = dressing.put(form.enterprise, ChoiceBox(theme, "Enterprise"))
        for box in (self._below, self._kind, self._enterprise):
            box.fill_its_place()
        form.grid.setRowStretch(form.grid.rowCount(), 1)
        self._notes = FieldNotes(dressing, form, {
            "below": self._below, "kind": self._kind, "enterprise": self._enterprise}, self)
        self._below.set_choices([(f"{p.name} ({TYPE[p.type]})", p.id) for p in parents], answers.options.parent.id)
        self._show()
        self._below.activated.connect(self._on_below)
        self._kind.activated.connect(self._on_kind)
        self._enterprise.activated.connect(self._on_enterprise)
        self._ask.busy_changed.connect(without_arguments(self.changed.emit))

    def chosen(self) -> str:
        return f"{TYPE[self._answers.kind]} of {self._answers.options.parent.name}"

    def is_ready(self) -> bool:
        return not self._ask.is_busy

    def check(self) -> bool:
        why = self._answers.why_not()
        return not self._notes.refuse_all({"kind": why} if why else {})

    def refuse(self, field: str, words: str) -> bool:
        return self._notes.refuse(field, words)

    def focus_first(self) -> None:
        (self._kind if self._below.count() == 1 else self._below).setFocus()

    def _show(self) -> None:
        answers = self._answers
        self._kind.set_choices([(TYPE[k.type], k.type) for k in answers.options.kinds], answers.kind)
        self._show_enterprises()

    def _show_enterprises(self) -> None:
        answers = self._answers
        allowed = answers.enterprises()
        self._enterprise.set_choices([(ENTERPRISE[e], e) for e in allowed], answers.enterprise)
        self._enterprise.setEnabled(len(allowed) > 1)
        self._notes.hint("enterprise", "" if len(allowed) > 1 else f"{TYPE[answers.kind]}: always an organisation.")
        self.changed.emit()

    def _on_below(self, _place: int) -> None:
        chosen = self._below.chosen()
        if isinstance(chosen, int) and chosen != self._answers.options.parent.id:
            self._ask.ask(asking(creation_options, parent_id=chosen))

    def _on_options(self, options: CreationOptions) -> None:
        self._answers.take_options(options)
        self._show()

    def _on_failed(self, error: BaseException) -> None:
        self._below.choose(self._answers.options.parent.id)
        self._notes.refuse("below", str(error))

    def _on_kind(self, _place: int) -> None:
        chosen = self._kind.chosen()  # a plain text by now: Qt keeps no enums
        if isinstance(chosen, str):
            self._answers.choose_kind(AccountType(chosen))
            self._show_enterprises()  # the kinds stay as they are: one may be typing the name of one

    def _on_enterprise(self, _place: int) -> None:
        chosen = self._enterprise.chosen()
        if isinstance(chosen, str):
            self._answers.enterprise = Enterprise(chosen)
            self.changed.emit()
