"""*Compare with a set-up file*: what differs, now beside file, whom it reaches, and the button that applies it.

Reading and counting happen in the background and write nothing. What is applied is the plan that was shown: where
somebody changed the same meanwhile it is refused, and the file is compared once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.services.changes import Changed, ChangeSet
from app.services.database.asking import doing, stoppable
from app.services.setup.applying import apply_set_up
from app.services.setup.beside import ComparedValue, Comparison, compared_file
from app.services.setup.comparing import SetUpChange
from app.services.setup.document import Kind, keys_of
from app.services.setup.exporting import export_set_up
from app.services.setup.planning import Plan, plan_set_up
from app.services.setup.reading import SetUpRefused
from app.services.setup.values import value_words
from app.services.setup.words import KIND_WORDS, applied_sentence, label_of
from app.views.asking.effect_panel import Effect, EffectLine, EffectPanel
from app.views.asking.files import ask_where_to_save, file_name
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import Screen, Target
from app.views.lists.data_table import DataTable
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.setup.columns import (
    Numbered,
    NumberedProblem,
    NumberedUnmentioned,
    problem_columns,
    unmentioned_columns,
    value_columns,
)
from app.views.setup.parts_tree import Chosen, PartsTree
from app.views.widgets.banner import Banner
from app.views.widgets.basics import Button, Label
from app.views.widgets.layout import column, grows, row, split
from app.views.widgets.page_header import PageHeader

_KINDS: Final = frozenset({Changed.ACCOUNTS, Changed.ATTRIBUTES, Changed.PROFILES, Changed.GROUPS, Changed.RULES,
                           Changed.STAFF, Changed.MODULES})
_APPLY: Final = "Apply"
_NO_WAY_BACK: Final = "Undo does not take this back. What is there now can be saved first, and applied again."


class SetUpScreen(Screen):
    """The part of its target is the path of the file."""

    comfortable_width = 1_100

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Set-up file", Icon.SETTINGS, parent)
        self._theme = desk.theme
        self._runner = desk.runner
        self._notices = desk.notices
        self._path = target.part
        self._comparison: Comparison | None = None
        self._plan: Plan | None = None
        self._question = Question(desk.runner, self, answered=self._on_compared, failed=self._on_failed)
        self._build()
        refresh = RefreshWhenVisible(desk.bus, self, _KINDS)
        refresh.due.connect(self.compare)

    def _build(self) -> None:
        theme, formatter = self._theme, self._theme.formatter
        self._header = PageHeader(theme, "Compare with a set-up file", "")
        self.tree = PartsTree(theme, self)
        self.tree.chosen_changed.connect(self._show_values)
        self._values: RowsTableModel[Numbered] = RowsTableModel(value_columns(), _number, formatter, self)
        self.values = _table(theme, "Now and in the file", self._values)
        self._rest: RowsTableModel[NumberedUnmentioned] = RowsTableModel(unmentioned_columns(), _number, formatter,
                                                                         self)
        self.unmentioned = _table(theme, "Not mentioned in the file", self._rest)
        self._wrong: RowsTableModel[NumberedProblem] = RowsTableModel(problem_columns(), _number, formatter, self)
        self.problems = _table(theme, "What is wrong with the file", self._wrong)
        self.effect = EffectPanel(theme, self._runner, what="Change", whom="Customers", whom_width=96, has_values=False)
        self.effect.known.connect(self._on_effect)
        self.apply_button = Button(theme, _APPLY, self, run=self.apply)
        self.apply_button.set_kind("main")
        self._banner = Banner(theme, tk.Tone.BAD, Icon.WARNING)
        self._banner.hide()
        side = QWidget()
        self.keep_button = Button(theme, "Save what is there now…", self, icon=Icon.EXPORT, run=self._ask_where)
        column(Label(theme, "What it would do", weight=600), grows(self.effect),
               row(..., self.keep_button, self.apply_button),
               on=side, margins=(12, 0), spacing=8)
        middle = split(self.values, self.unmentioned, shares=(3, 1), sizes=(420, 160), below=True, name="Values")
        differing = split(self.tree, middle, side, shares=(0, 1, 0), sizes=(196, 596, 352),
                          name="Parts, values, effect")
        self._pages = QStackedWidget()
        self._pages.addWidget(differing)
        self._pages.addWidget(self.problems)
        self._area = StatefulArea(theme, self._pages, self)
        sides = (tk.PAGE_MARGIN, 0)
        column(self._header, column(self._banner, margins=sides), grows(row(grows(self._area), margins=sides)), on=self,
               margins=(0, 0, 0, 16), spacing=8)
        self.press_with_ctrl_enter(self.apply_button.click)

    # --- for the shell ---

    def part(self) -> str:
        return self._path

    def show_part(self, part: str) -> None:
        if part and part != self._path:
            self._path = part
            self._comparison = self._plan = None
            self.compare()

    def shown(self) -> None:
        if self._comparison is None and not self._question.is_busy:
            self.compare()

    def focus_first(self) -> None:
        self.tree.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        return {"screen.refresh": Binding(self.compare)}

    # --- comparing ---

    def compare(self) -> None:
        """Read the file and hold it against the database, both as they are now."""
        if not self._path:
            self._area.show_words("No set-up file is chosen.", "File > Compare with a set-up file… asks for one.",
                                  icon=Icon.SETTINGS)
            return
        self._forbid("It is compared first.")
        self.effect.stop()
        if self._comparison is None:
            self._area.show_reading(f"Comparing {Path(self._path).name}.", self._question.drop)
        self._question.ask(partial(compared_file, path=Path(self._path)))

    def _on_compared(self, comparison: Comparison) -> None:
        self._comparison, plan = comparison, comparison.plan
        self._banner.hide()
        self._header.set_title(f"{plan.code} beside {plan.file.name}", self._count(plan))
        self.keep_button.offer("" if plan.provider_id is not None else "There is nothing yet.")
        self.tree.show_changes(plan.changes)
        self._show_values(self.tree.chosen)
        self._rest.set_rows(list(enumerate(plan.unmentioned)))
        self.unmentioned.setVisible(bool(plan.unmentioned))
        self._pages.setCurrentIndex(0)
        self._area.show_content()
        if plan.changes:
            self.effect.ask(stoppable(plan_set_up, source=plan.source), self._told)
        else:
            self.effect.say(f"{plan.code} is set up as the file says.")
            self._forbid("There is nothing to change.")

    def _count(self, plan: Plan) -> str:
        if not plan.changes:
            return "Nothing differs."
        words = ("{changes}. {code} would be created." if plan.provider_id is None else "{changes}.")
        return words.format(changes=self._theme.formatter.counted(len(plan.changes), "change", "changes"),
                            code=plan.code)

    def _on_failed(self, error: BaseException) -> None:
        self._comparison = None
        name = Path(self._path).name
        self._header.set_title("Compare with a set-up file", name)
        if isinstance(error, SetUpRefused):
            self._wrong.set_rows(list(enumerate(error.problems)))
            self._say(f"{name} cannot be applied.", "Correct these lines, and compare it again with F5.")
            self._pages.setCurrentIndex(1)
            self._area.show_content()
        else:
            self._area.show_failure(f"{name} could not be compared.", in_words(error), self.compare)

    def _show_values(self, chosen: Chosen) -> None:
        values = () if self._comparison is None else self._comparison.values
        self._values.set_rows([(n, value) for n, value in enumerate(values) if _belongs(value, chosen)])

    # --- whom it reaches, and applying ---

    def _told(self, plan: Plan) -> Effect:
        self._plan = plan
        reaching = [change for change in plan.changes if change.accounts]
        counted = self._theme.formatter.counted
        verb = f"{_APPLY} {counted(len(plan.changes), 'change', 'changes')}"
        sentence = (f"{counted(len(reaching), 'change reaches', 'changes reach')} customers." if reaching
                    else "No customer gets another value.")
        lines = tuple(EffectLine(what=_effect_of(change), old=value_words(change.old), new=value_words(change.new),
                                 count=self._theme.formatter.number(change.accounts)) for change in reaching)
        return Effect(sentence=sentence, verb=verb, lines=lines, consequences=(_NO_WAY_BACK,))

    def _on_effect(self, effect: Effect) -> None:
        self.apply_button.setText(effect.verb)
        self.apply_button.offer()

    def apply(self) -> None:
        """Do what is shown, all of it or nothing."""
        plan = self._plan
        if plan is not None:
            self._forbid("It is being applied.")
            self._runner.write(doing(apply_set_up, seen=plan), initiator=self,
                               succeeded=partial(self._on_applied, plan), failed=self._on_refused)

    def _on_applied(self, plan: Plan, _changes: ChangeSet) -> None:
        self._notices.say(applied_sentence(plan))
        self.compare()

    def _on_refused(self, error: BaseException) -> None:
        self._say("Nothing was changed.", in_words(error))
        self._forbid("It was refused. Compare again with F5.")

    def _ask_where(self) -> None:
        """An export of what is there, to go back to or to take elsewhere."""
        if self._comparison is not None:
            code = self._comparison.plan.code
            ask_where_to_save(self, "Save the set-up as it is now", partial(self._keep, code), ending="toml",
                              kinds="Set-up files (*.toml)", name=file_name(code, "set-up") + ".toml")

    def _keep(self, code: str, path: str) -> None:
        self._runner.read(partial(export_set_up, code=code, path=Path(path)), succeeded=self._notices.say,
                          failed=self._on_not_kept)

    def _on_not_kept(self, error: BaseException) -> None:
        self._say("It was not saved.", in_words(error))

    def _forbid(self, why: str) -> None:
        self._plan = None
        self.apply_button.setText(_APPLY)
        self.apply_button.offer(why)

    def _say(self, head: str, text: str) -> None:
        self._banner.set_words(head, text)
        self._banner.show()


def _table(theme: Theme, name: str, model: RowsTableModel[Any]) -> DataTable:
    table = DataTable(theme, name)
    table.show_model(model)
    return table


def _effect_of(change: SetUpChange) -> str:
    """A change by the attribute it sets and whose that is: "Trading terms of Firms"."""
    if change.key is None:
        return f"{KIND_WORDS[change.kind]} {change.name}"
    return f"{label_of(keys_of(Kind(change.kind))[change.key])} of {change.name}"


def _number(row: tuple[int, object]) -> int:
    return row[0]


def _belongs(value: ComparedValue, chosen: Chosen) -> bool:
    kind, name = chosen
    return kind in ("", value.kind) and name in ("", value.name)
