"""*What does this person see?*: the rules that show and hide accounts to one staff user, and why one account is."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.hierarchy.search import JumpHit, find_accounts
from app.services.staff.queries import StaffRow, staff_rows
from app.services.staff.sight import AccountSight, Sees, Sight, SightRule, sight_of, sight_of_account
from app.views.asking.choices import ChoiceBox
from app.views.desk.desk import Desk
from app.views.desk.screen import SIGHT, Screen, Target
from app.views.lists.data_table import DataTable
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column, Kind, text_column
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.question import Question
from app.views.widgets.banner import Banner
from app.views.widgets.basics import Label, without_arguments
from app.views.widgets.layout import column, grows, row
from app.views.widgets.page_header import PageHeader
from app.views.widgets.search_field import SearchField

_EFFECT_TONE: Final = {"Hides": tk.Tone.BAD, "Limits": tk.Tone.WARN, "Shows": None}
_SEES_WORDS: Final = {Sees.CHANGES: "sees and may change", Sees.LOOKS: "sees, but may only look at",
                      Sees.NOTHING: "does not see"}


_FOUND: Final = ListWords(
    name="Accounts found", reading="Looking for accounts.", unread="The accounts could not be read.",
    empty=Instead(head="No account matches.", text="You find what you see yourself."))


class SightScreen(Screen):
    """The ident of its target is the staff user who is looked at first."""

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(Target(SIGHT), "What a person sees", Icon.SHOW, parent)
        theme = self._theme = desk.theme
        self._wanted = int(target.part) if target.part.isdigit() else None
        self._people, self._sight, self._search, self._why = (
            Question(desk.runner, self, answered=answered, failed=self._on_failed)
            for answered in (self._on_people, self._on_sight, self._on_hits, self._on_why))
        self._person = ChoiceBox(theme, "Staff user")
        self._counts = Label(theme, weight=600, wraps=True)
        self._rules: RowsTableModel[SightRule] = RowsTableModel(_rule_columns(), _rule_id, theme.formatter, self)
        rules = DataTable(theme, "Rules")
        rules.show_model(self._rules)
        self._field = SearchField(theme, "Code, name, service or invoice of one account")
        self._hits: RowListing[JumpHit] = RowListing(theme, desk.runner, _FOUND, _hit_columns(),
                                                     row_id=lambda hit: hit.account_id)
        self._hits.say(Instead(head="Find an account.", text="Then it says here why this person sees it, only looks at "
                                                             "it, or does not see it."))
        self._answer = Banner(theme, tk.Tone.INFO, Icon.INFO)
        self._answer.hide()
        sides = (tk.PAGE_MARGIN, 0)
        column(
            PageHeader(theme, "What does this person see?",
                       "Of what you see yourself. Rules stand in the order in which they are asked."),
            row(Label(theme, "Staff &user", ink=tk.Ink.MUTED, buddy=self._person), self._person, grows(self._counts),
                margins=sides, spacing=12),
            grows(rules, 3),
            row(Label(theme, "&One account", ink=tk.Ink.MUTED, buddy=self._field), grows(self._field), margins=sides,
                spacing=12),
            grows(self._hits, 3), column(self._answer, margins=sides), on=self, margins=(0, 0, 0, 16), spacing=8)
        self._person.activated.connect(without_arguments(self._ask_sight))
        self._field.settled.connect(self._on_typed)
        self._field.left_downwards.connect(self._hits.table.setFocus)
        self._hits.table.left_upwards.connect(self._field.setFocus)
        self._hits.table.current_row_changed.connect(without_arguments(self._ask_why))
        refresh = RefreshWhenVisible(desk.bus, self, (Changed.GROUPS, Changed.STAFF, Changed.ACCOUNTS))
        refresh.due.connect(self._ask_people)

    # --- for the shell ---

    def part(self) -> str:
        chosen = self._person.chosen()
        return str(chosen) if chosen is not None else str(self._wanted or "")

    def show_part(self, part: str) -> None:
        if part.isdigit():
            self._wanted = int(part)
            if self._person.count():
                self._person.choose(self._wanted)
                self._ask_sight()

    def shown(self) -> None:
        if self._person.count() == 0:
            self._ask_people()

    def focus_first(self) -> None:
        self._person.setFocus()

    # --- asking ---

    def _ask_people(self) -> None:
        self._people.ask(asking(staff_rows))

    def _on_people(self, rows: list[StaffRow]) -> None:
        chosen = self._person.chosen() or self._wanted
        self._person.set_choices([(f"{row.name} ({row.unit})", row.id) for row in rows])
        if any(row.id == chosen for row in rows):
            self._person.choose(chosen)
        if not rows:
            self._counts.setText("This database does not know its staff yet.")
        self._ask_sight()

    def _ask_sight(self) -> None:
        chosen = self._person.chosen()
        if isinstance(chosen, int):
            self._sight.ask(asking(sight_of, staff_id=chosen))
            self._ask_why()

    def _on_sight(self, sight: Sight) -> None:
        counted = self._theme.formatter.counted
        self._counts.setText(f"Sees {counted(sight.seen, 'customer', 'customers')}, may change "
                             f"{self._theme.formatter.number(sight.changed)}; "
                             f"{self._theme.formatter.number(sight.hidden)} hidden.")
        self._rules.set_rows(sight.rules)

    def _on_typed(self, text: str) -> None:
        if text.strip():
            self._search.ask(asking(find_accounts, text=text, anywhere=True))

    def _on_hits(self, hits: list[JumpHit]) -> None:
        self._hits.show_rows(hits)
        if hits:
            self._hits.table.go_to_row(0)
            self._ask_why()
        else:
            self._answer.hide()

    def _ask_why(self) -> None:
        hit, person = self._hits.current, self._person.chosen()
        if hit is not None and isinstance(person, int):
            self._why.ask(asking(sight_of_account, staff_id=person, account_id=hit.account_id))

    def _on_why(self, answer: AccountSight) -> None:
        person = self._person.currentText().partition(" (")[0]
        self._answer.set_words(f"{person} {_SEES_WORDS[answer.sees]} {answer.name}.", answer.why)
        self._answer.show()

    def _on_failed(self, error: BaseException) -> None:
        self._answer.set_words("There is no answer.", str(error))
        self._answer.show()


def _rule_id(rule: SightRule) -> int:
    return hash((rule.name, rule.effect, rule.words)) & 0x7FFF_FFFF


def _rule_columns() -> tuple[Column[SightRule], ...]:
    return (
        text_column("name", "Rule", lambda r: r.name, 190),
        Column(key="effect", title="Effect", kind=Kind.STATUS, text=lambda r, _: r.effect, width=100,
               tone=lambda r: _EFFECT_TONE[r.effect], dot=lambda r: "good" if _EFFECT_TONE[r.effect] is None else None),
        text_column("words", "In words", lambda r: r.words, 400, stretches=True),
    )


def _hit_columns() -> tuple[Column[JumpHit], ...]:
    return (
        Column(key="code", title="Code", text=lambda r, _: r.code, width=110, is_second_rank=True),
        Column(key="name", title="Name", text=lambda r, _: r.name, width=240, stretches=True),
        Column(key="reason", title="Found by", text=lambda r, _: r.reason, width=220, is_second_rank=True),
    )
