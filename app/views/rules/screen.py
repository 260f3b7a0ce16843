"""*Rules*: versions at the left, the version in front as a sentence with fields, what it would change at the right.

The draft of the next version is the first line of the list; it begins as the one that holds tomorrow, and stays so,
whichever line is in front. A version that was saved can be looked at, compared, and begun from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from app.models.values import AccountType
from app.services.changes import Changed, Created
from app.services.database.asking import asking, doing
from app.services.providers.queries import ProviderOption
from app.services.rules.lint import LintNote, rule_lint
from app.services.rules.rule_sets import set_rules
from app.services.rules.versions import RuleBook, RuleDraft, rule_book
from app.services.saving import SavedMeanwhile
from app.views.asking.conflict_sheet import ConflictSheet, Settlement
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import ListPlan, ProviderListScreen
from app.views.desk.screen import BusinessPlace, Target
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.rules import feature as act
from app.views.rules.differences import DifferencesPanel
from app.views.rules.editor import RuleEditor
from app.views.rules.version_lines import DRAFT_ID, VersionLine, state_words, version_columns, version_lines
from app.views.rules.what_if_panel import WhatIfPanel
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Button, HorizontalRule, Label, Panel
from app.views.widgets.layout import column, grows, holding, row, scrolling, split

_STAYS: Final = "A version that is saved stays listed and is not taken back; a further version can say otherwise."
_FIRST_DRAFT: Final = {"min_overdue_minor": 5000, "min_overdue_days": 14, "restore_at_minor": 1000}


class RulesScreen(ProviderListScreen[VersionLine]):
    """`part` is the id of the provider whose rules are shown."""

    comfortable_width = 1180
    listing: RowListing[VersionLine]

    def __init__(self, target: Target, desk: Desk) -> None:
        plan = ListPlan(
            title="Rules", subtitle="Who is suspended and restored by scans. Each change is a version of its own.",
            icon=Icon.SUSPENSION, columns=version_columns(),
            nowhere=Instead(head="There is no provider whose rules you may see."),
            concerns=(Changed.RULES, Changed.GROUPS, Changed.MODULES, Changed.HOLDS, Changed.LEDGER,
                      Changed.EVENTS),
            chooser_in_head=True,
            words=ListWords(name="Versions", reading="Reading the rules.", unread="The rules could not be read.",
                            empty=lambda: Instead(head="No rule set yet.", text="Nobody is suspended without rules.",
                                                  icon=Icon.SUSPENSION)))
        listing: RowListing[VersionLine] = RowListing(
            desk.theme, desk.runner, plan.words, plan.columns, rows_of=self._lines_of, one_at_a_time=True)
        super().__init__(target, desk, plan, listing)
        self.wanted_provider = int(target.part) if target.part.isdigit() else None
        self._book: RuleBook | None = None
        self._draft: RuleDraft | None = None
        self._begun: RuleDraft | None = None
        """What the draft was before anybody typed."""
        self._seen = 0
        self._unread_draft = False
        self._is_saving = False
        self._notes: tuple[LintNote, ...] = ()
        self._build(desk)
        listing.answered.connect(self._on_book)
        listing.table.current_row_changed.connect(self._on_current)
        self.editor.changed.connect(self._on_edited)
        desk.powers.changed.connect(self._on_powers)
        self.press_with_ctrl_enter(self.verb.click, save=self._save)

    def _build(self, desk: Desk) -> None:
        theme = desk.theme
        self._front_title = Label(theme, size=tk.SECTION, weight=600)
        self._badge = Badge(theme)
        self._why = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._remark = Label(theme, ink=tk.Ink.WARN, wraps=True)
        self._remark.hide()
        self._lint = Question(desk.runner, self, answered=self._on_lint, failed=self._on_no_lint)
        self.editor = RuleEditor(theme, desk.today)
        self.what_if = WhatIfPanel(theme, desk.runner, self._open_account)
        self.what_if.paused.connect(self._ask_lint)
        self.differences = DifferencesPanel(theme)
        self._refusal = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        self.conflict = ConflictSheet(theme)
        self.verb = Button(theme, "Save", kind="main", tall=True, run=self._press_verb)
        self.reset = Button(theme, "Discard changes", run=self._reset)
        head = column(row(self._front_title, self._badge, ...), self._why, self._remark,
                      margins=(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 4), spacing=2)
        foot = column(self._refusal, row(self.verb, self.reset, ..., spacing=8),
                      margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 12), spacing=8)
        middle = holding(column(head, grows(scrolling(self.editor, takes_focus=False)), HorizontalRule(theme),
                                self.conflict, foot))
        side = Panel(theme, fill="raised")
        column(grows(scrolling(holding(column(grows(self.what_if, 3), grows(self.differences, 2),
                                              margins=(16, 12, 16, 12), spacing=16)), takes_focus=False)), on=side)
        px = theme.sizes.px
        column(self.header, HorizontalRule(theme),
               grows(split(self.listing, middle, side, shares=(2, 5, 3), sizes=(px(308), px(520), px(376)),
                           name="Versions, rule set, effect")), on=self)

    # --- for the shell ---

    def part(self) -> str:
        return str(self.wanted_provider or "")

    def show_part(self, part: str) -> None:
        if part.isdigit():
            self.show_provider(int(part))

    def bindings(self) -> Mapping[str, Binding]:
        return {**super().bindings(), act.SAVE: Binding(self._save, self._why_not_save())}

    def business_place(self) -> BusinessPlace | None:
        book = self._book
        return BusinessPlace(book.provider, (book.zone.key,)) if book is not None else None

    def unsaved_text(self) -> str:
        book = self._book
        if book is None or not self._is_changed:
            return ""
        return f"Version {book.newest + 1} of the rules of {book.provider} was not saved."

    # --- reading ---

    def first_provider(self, options: Sequence[ProviderOption]) -> ProviderOption | None:
        with_customers = [option for option in options
                          if option.type in {AccountType.RETAIL, AccountType.NON_BILLING}]
        return super().first_provider(with_customers or options)

    def ask_rows(self) -> None:
        if self.wanted_provider is not None:
            self.listing.ask(asking(rule_book, provider_id=self.wanted_provider))

    def show_provider(self, provider_id: int | None) -> None:
        """Another provider has a draft of its own; what was typed for this one is asked about first."""
        if provider_id == self.wanted_provider:
            return
        if self._is_changed:
            self.chooser.choose(self.wanted_provider)
            self._say(f"{self.unsaved_text()} Save it, or discard the changes, before you look at other rules.")
        else:
            super().show_provider(provider_id)

    def _lines_of(self, book: RuleBook) -> tuple[VersionLine, ...]:
        """Take a book that was read, and say what is listed of it."""
        is_same = self._book is not None and self._book.provider_id == book.provider_id
        keeps_draft = is_same and self._is_changed
        self._book = book
        if not keeps_draft:
            self._begin(_first(book))
        return version_lines(book, self._draft if self._may_enter() else None)

    def _begin(self, draft: RuleDraft) -> None:
        book = self._book
        self._draft = self._begun = draft
        self._unread_draft = False
        self._seen = book.newest if book is not None else 0

    def _on_book(self, _book: object) -> None:
        self.business_place_changed.emit()
        self._on_current(self.listing.current)
        self.what_if.read_again()

    def _on_current(self, line: VersionLine | None) -> None:
        book = self._book
        if line is None or book is None:
            self.show_none()
            return
        draft = self._draft if line.is_draft else line.content
        if line.is_draft and self._unread_draft:
            self._show_front(line)  # the fields hold what cannot be read yet, and keep it
        elif draft is not None:
            self.editor.show_version(book, draft, fixed=not line.is_draft)
            self._show_front(line)

    def _on_powers(self) -> None:
        if self._book is not None:
            self.ask_rows()

    def show_none(self) -> None:
        self.what_if.say("Nothing is compared yet.")
        self._front_title.setText("No rule set")
        self._badge.hide()
        self._why.setText(self._why_not_enter())
        self.verb.offer("There is no rule set.")
        self.reset.hide()

    # --- what is in front ---

    def _show_front(self, line: VersionLine) -> None:
        book = self._book
        assert book is not None  # noqa: S101  a line was read with its book
        state, formatter = state_words(line), self.theme.formatter
        self._front_title.setText(f"Version {formatter.number(line.number)}")
        self._badge.setVisible(bool(state))
        self._badge.set(state, {"In force": tk.Tone.GOOD, "Draft": tk.Tone.INFO}.get(state, tk.Tone.NEUTRAL))
        self._why.setText(self._why_not_enter() or (
            _STAYS if line.is_draft else "This version was saved and cannot be changed. Begin the next one from it."))
        draft = self._entered(line)
        self.differences.show_version(book, draft, None if line.is_draft else line.id)
        self.editor.say_notes(self._noted())
        if draft is None:
            self.what_if.say("It is judged once every field can be read.")
        else:
            self.what_if.try_draft(book.provider_id, draft)
        self._say_verbs(line)

    def _ask_lint(self, provider_id: int, draft: RuleDraft) -> None:
        self._lint.ask(asking(rule_lint, provider_id=provider_id, draft=draft))

    def _on_lint(self, notes: Sequence[LintNote]) -> None:
        """Say what is worth a second look: below its field, or above all where it concerns the whole."""
        self._notes = tuple(notes)
        self.editor.say_notes(self._noted())
        self._remark.setText(self._noted().get("", ""))
        self._remark.setVisible(bool(self._remark.text()))

    def _on_no_lint(self, error: BaseException) -> None:
        self._on_lint(())
        self._remark.setText(in_words(error, "What is worth a second look could not be read"))
        self._remark.show()

    def _noted(self) -> dict[str, str]:
        """The remarks by field."""
        found: dict[str, str] = {}
        for note in self._notes:
            found[note.field] = f"{found[note.field]} {note.words}" if note.field in found else note.words
        return found

    def _say_verbs(self, line: VersionLine) -> None:
        book = self._book
        if book is None:
            return
        if line.is_draft:
            from_day = self.editor.effective_from.value
            since = f", in force from {self.theme.formatter.day(from_day)}" if from_day is not None else ""
            self.verb.setText(f"Save version {book.newest + 1}{since}")
            self.verb.offer(self._why_not_save(), "Ctrl+Enter")
        else:
            self.verb.setText(f"Begin version {book.newest + 1} from this")
            why = self._why_not_enter()
            if not why and self._is_changed:
                why = f"Version {book.newest + 1} was begun already; save it or discard its changes first."
            self.verb.offer(why)
        self.reset.setVisible(line.is_draft)
        self.reset.offer("" if self._is_changed else "Nothing was changed.")
        self.bindings_changed.emit()

    def _entered(self, line: VersionLine) -> RuleDraft | None:
        """What the version in front says; None while a field of the draft cannot be read."""
        return self.editor.draft() if line.is_draft else line.content

    def _on_edited(self) -> None:
        line = self.listing.current
        if line is not None and line.is_draft:
            entered = self.editor.draft()
            self._unread_draft = entered is None
            if entered is not None:
                self._draft = entered
            self._say("")
            self._show_front(line)

    @property
    def _is_changed(self) -> bool:
        return self._unread_draft or self._draft != self._begun

    # --- why not ---

    def _may_enter(self) -> bool:
        return not self._why_not_enter()

    def _why_not_enter(self) -> str:
        """Why nobody, or this person, can enter rules here, in a sentence."""
        missing = self.desk.powers.refusal("suspension.rules")
        if missing:
            return f"Entering rules {missing}."
        return self._book.refusal if self._book is not None else ""

    def _why_not_save(self) -> str:
        line = self.listing.current
        if self._is_saving:
            return "It is being saved."
        if line is None or not line.is_draft:
            return "Choose the draft first."
        refused = list(self.editor.refusals().values())
        if refused:
            return refused[0]
        is_first = self._book is not None and not self._book.newest
        return self._why_not_enter() or ("" if self._is_changed or is_first else
                                         "It says the same as the version it was begun from.")

    # --- doing ---

    def _press_verb(self) -> None:
        line = self.listing.current
        if line is None:
            return
        if line.is_draft:
            self._save()
        elif self._book is not None:
            self._begin_from(line.content)

    def _begin_from(self, content: RuleDraft) -> None:
        """Make a version of before the draft, from tomorrow."""
        book = self._book
        assert book is not None  # noqa: S101  its line was read with it
        self._begin(_first(book))
        self._draft = replace(content, effective_from=book.today + timedelta(days=1))
        self.listing.show_rows(version_lines(book, self._draft))
        self._go_to(DRAFT_ID)

    def _go_to(self, line_id: int) -> None:
        place = self.listing.model.loaded_row_of_id(line_id)
        if place is not None:
            self.listing.table.go_to_row(place)
            self._on_current(self.listing.current)

    def _reset(self) -> None:
        book = self._book
        if book is not None:
            self._say("")
            self.conflict.close_sheet()
            self._begin(_first(book))
            self.listing.show_rows(version_lines(book, self._draft))
            self._on_current(self.listing.current)

    def _save(self) -> None:
        book, draft, why = self._book, self.editor.draft(), self._why_not_save()
        if book is None or draft is None or why:
            self._say(why)
            self.editor.focus_first_refused()
            return
        self._is_saving = True
        self._say("")
        self.desk.runner.write(doing(
            set_rules, provider_id=book.provider_id, effective_from=draft.effective_from, name=draft.name,
            min_overdue_minor=draft.min_overdue_minor, min_overdue_days=draft.min_overdue_days,
            restore_at_minor=draft.restore_at_minor, resuspend_days=draft.resuspend_days, windows=draft.windows,
            excluded_group_ids=draft.excluded_group_ids, holidays=draft.holidays, seen=self._seen,
        ), initiator=self, succeeded=self._on_saved, failed=self.refuse)

    def _on_saved(self, made: Created) -> None:
        self._is_saving = False
        draft = self._draft
        self._begun = draft
        self._unread_draft = False
        self.desk.notices.say(f"Version {made.id} of the rules is saved.")
        self.read_again()

    def refuse(self, error: BaseException) -> None:
        self._is_saving = False
        if isinstance(error, SavedMeanwhile):
            self.conflict.offer(error, self._settle)
        else:
            self._say(f"{in_words(error)} Nothing was saved; what you typed is kept.")

    def _settle(self, settlement: Settlement) -> None:
        """Keep mine enters it as a further version; theirs begins a draft anew from what was saved."""
        (self._seen,) = settlement.theirs.values()
        if settlement.mine:
            self._save()
        else:
            self._draft, self._unread_draft = self._begun, False
            self.read_again()

    def _say(self, words: str) -> None:
        self._refusal.setText(words)
        self._refusal.setVisible(bool(words))

    def _open_account(self, account_id: int) -> None:
        self.desk.navigator.go(Target("account", account_id))


def _first(book: RuleBook) -> RuleDraft:
    """The draft of the next version: the one that holds from tomorrow on, or the newest; else usual figures."""
    tomorrow = book.today + timedelta(days=1)
    holding_then = [row for row in book.versions if row.content.effective_from <= tomorrow] or book.versions
    if holding_then:
        latest = max(holding_then, key=lambda row: (row.content.effective_from, row.version))
        return replace(latest.content, effective_from=tomorrow)
    usual: dict[str, Any] = dict(_FIRST_DRAFT)
    return RuleDraft(name="", effective_from=tomorrow, resuspend_days=0, windows=(), excluded_group_ids=(), **usual)
