"""The details of an account in parts: general, organisation, billing, and the settings of a provider.

What is typed stays until it is saved or given up: a refresh never runs over it, and neither does somebody else's save.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from app.services.accounts.detail_checks import GENERAL, ORGANISATION, PROVIDER
from app.services.accounts.details import DetailSheet, account_details, deletion_request, save_details
from app.services.accounts.header import AccountHeader
from app.services.accounts.labels import LABELS
from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.errors import RefusedField
from app.services.saving import SavedMeanwhile
from app.views.accounts.tabs.detail_form import DetailForm
from app.views.asking.conflict_sheet import ConflictSheet, Settlement
from app.views.desk.actions import Binding
from app.views.desk.page_tab import PageTab
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, HorizontalRule, Label
from app.views.widgets.fact_card import Fact, FactCard
from app.views.widgets.layout import column, grows, holding, row, scrolling
from app.views.widgets.tabs import SectionTabs

_PARTS: Final = ("General", "Organisation", "Billing", "Provider settings")
_PROVIDER_PART: Final = 3


class DetailsTab(PageTab):
    """Shows one account."""

    concerned_by = frozenset({Changed.ACCOUNTS, Changed.ATTRIBUTES, Changed.PROFILES})

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._header: AccountHeader | None = None
        self._sheet: DetailSheet | None = None
        self._before: dict[str, str] = {}
        self._question = Question(runner, self, answered=self._on_sheet,
                                  failed=lambda error: self._say(f"The details could not be read. {error}"))
        self._forms = [DetailForm(theme, fields, self._today, self) for fields in (GENERAL, ORGANISATION, PROVIDER)]
        self._place = FactCard(theme, "Belongs to", self)
        self._billing = FactCard(theme, "How it is billed, and where that comes from", self)
        self._build()
        for form in self._forms:
            form.changed.connect(self._on_typed)

    def show_account(self, header: AccountHeader) -> None:
        self._header = header
        self._question.ask(asking(account_details, account_id=header.id))

    def focus_first(self) -> None:
        place = self._bar.currentIndex()
        if place == 2:
            links = self._billing.links()
            (links[0] if links else self._bar).setFocus()
        else:
            self._forms[(0, 1, 1, 2)[place]].focus_first()

    def bindings(self) -> Mapping[str, Binding]:
        return {"account.save_details": Binding(self._save, refusal=self._save_refusal()),
                "account.request_deletion": Binding(self._copy_request, refusal=self._deletion_refusal())}

    def unsaved_text(self) -> str:
        return "Details are not saved yet." if self._changed() else ""

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self._bar = SectionTabs(theme, "Parts of the details", self)
        self._conflict = ConflictSheet(theme, self)
        self._pages = QStackedWidget(self)
        for title, page in zip(_PARTS, self._build_pages(), strict=True):
            self._bar.add(title)
            self._pages.addWidget(page)
        self._bar.currentChanged.connect(self._pages.setCurrentIndex)
        foot = holding(self._build_foot())
        self._conflict.opened.connect(foot.hide)  # it is settled first
        self._conflict.closed.connect(foot.show)
        column(row(self._bar, margins=(tk.PAGE_MARGIN, 0)), HorizontalRule(theme, self, role="rule"),
               grows(self._pages), self._conflict, HorizontalRule(theme), foot, on=self)

    def _build_pages(self) -> list[QScrollArea]:
        general, organisation, provider = self._forms
        facts = column(self._place, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 14))
        billing = column(self._billing, ..., margins=(tk.PAGE_MARGIN, 14))
        return [scrolling(page, sideways=True) for page in
                (holding(column(general, facts, ..., spacing=6)), organisation, holding(billing), provider)]

    def _build_foot(self) -> QHBoxLayout:
        theme = self._theme
        self._save_button = Button(theme, "Save details", self, icon=Icon.TICK, kind="main", run=self._save)
        self._undo = Button(theme, "Undo changes", self, icon=Icon.UNDO, run=self._give_up)
        self._says = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        self._request = Button(theme, "Copy deletion request", self, icon=Icon.COPY, run=self._copy_request)
        return row(self._save_button, self._undo, grows(self._says), self._request, margins=(tk.PAGE_MARGIN, 8))

    # --- showing ---

    def _today(self) -> date:
        return self._header.as_of if self._header is not None else date.min

    def _on_sheet(self, sheet: DetailSheet) -> None:
        is_dirty = self._sheet is not None and self._sheet.account_id == sheet.account_id and bool(
            self._changed())
        self._sheet = sheet
        self._show_facts(sheet)
        self._allow(sheet)
        if not is_dirty:
            self._show_values(sheet)
        self._on_typed()

    def _show_values(self, sheet: DetailSheet) -> None:
        self._before = dict(sheet.values)
        self._conflict.close_sheet()
        people = [(f"{each.name} ({each.login})", str(each.id)) for each in sheet.managers]
        self._forms[0].offer("account_manager", [("Nobody", ""), *people])
        for name, choices in sheet.labels.items():
            offered = [(f"{each.code} · {each.name}" if each.name else each.code, str(each.id)) for each in choices
                       if each.may_be_given or str(each.id) == sheet.values[name]]
            self._forms[0].offer(name, [("None", ""), *offered])
        for form in self._forms:
            for name in form.names():
                if name in self._before:
                    form.show_value(name, self._before[name])

    def _allow(self, sheet: DetailSheet) -> None:
        rights = self._header.rights if self._header is not None else None
        edit, provider = (rights.edit, rights.provider) if rights is not None else ("", "")
        terms = "" if rights is None else rights.terms
        fixed = {**sheet.fixed, **(dict.fromkeys(LABELS, terms) if terms else {})}
        for form, refusal in zip(self._forms, (edit, edit, provider), strict=True):
            form.allow(refusal, fixed)
        self._bar.setTabVisible(_PROVIDER_PART, "time_zone" in sheet.values)

    def _show_facts(self, sheet: DetailSheet) -> None:
        facts = []
        if sheet.parent_id is not None:
            facts.append(Fact(value=sheet.parent, name="Parent", opens=partial(self.open_asked.emit, sheet.parent_id)))
        if sheet.agent_id is not None:
            facts.append(Fact(value=sheet.agent, name="Agent", opens=partial(self.open_asked.emit, sheet.agent_id)))
        facts.append(Fact(value=f"{sheet.currency}, for good", name="Currency"))
        if sheet.realm:
            facts.append(Fact(value=f"{sheet.realm}, for good", name="Realm of its staff"))
        self._place.show_facts(facts)
        self._billing.show_facts([
            Fact(value=f"{row.value_text} · {row.owner}", name=row.label,
                 opens=partial(self.attribute_asked.emit, row.key))
            for row in sheet.billing])

    # --- what was typed ---

    def _values(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for form in self._forms:
            found |= {name: value for name, value in form.values().items() if name in self._before}
        return found

    def _changed(self) -> dict[str, str]:
        return {name: value for name, value in self._values().items() if value.strip() != self._before[name]}

    def _on_typed(self) -> None:
        changed = len(self._changed())
        self._save_button.offer(self._save_refusal(), "Save details (Ctrl+S)")
        self._undo.setEnabled(changed > 0)
        self._request.offer(self._deletion_refusal(), "For an account created by mistake")
        words = f"{self._theme.formatter.counted(changed, 'field', 'fields')} not saved yet" if changed else ""
        self._say(words, is_refusal=False)
        self.summary_changed.emit("" if not changed else f"{changed} not saved yet")
        self.bindings_changed.emit()

    def _save_refusal(self) -> str:
        rights = self._header.rights.edit if self._header is not None else "Being read."
        return rights or ("" if self._changed() else "Nothing was changed.")

    def _deletion_refusal(self) -> str:
        if self._sheet is None or self._header is None:
            return "Being read."
        return self._header.rights.edit or self._sheet.why_no_deletion

    def _give_up(self) -> None:
        if self._sheet is not None and self._header is not None:
            self._show_values(self._sheet)
            self.show_account(self._header)

    # --- saving ---

    def _save(self) -> None:
        if self._header is None or self._save_refusal():
            return
        if self._sheet is not None:
            self._allow(self._sheet)  # takes away what stood beside the fields
        self._save_button.setEnabled(False)
        after = self._values()
        job = doing(save_details, account_id=self._header.id, after=after, seen=dict(self._before))
        self._runner.write(job, succeeded=partial(self._on_saved, after), failed=self._on_refused)

    def _on_saved(self, saved: dict[str, str], _changes: object) -> None:
        """What was typed during the save is not in it, and waits for the next one."""
        self._before = {name: value.strip() for name, value in saved.items()}
        self._conflict.close_sheet()
        self._on_typed()
        self._say("Saved.", is_refusal=False)
        if self._header is not None:
            self.show_account(self._header)

    def _on_refused(self, error: BaseException) -> None:
        self._save_button.setEnabled(True)
        words = in_words(error)
        if isinstance(error, SavedMeanwhile):
            self._say("")
            self._conflict.offer(error, self._settle)
        elif isinstance(error, RefusedField):
            self._say("Nothing was saved; what you typed is kept.")
            for place, form in ((0, self._forms[0]), (1, self._forms[1]), (3, self._forms[2])):
                if error.field in form.names():
                    self._bar.setCurrentIndex(place)
                    form.say(error.field, words)
        else:
            self._say(f"{words} Nothing was saved; what you typed is kept.")

    def _settle(self, settlement: Settlement) -> None:
        """Show what is taken over; what else was typed stays, and is saved where the verb says so."""
        self._before |= settlement.theirs
        for form in self._forms:
            for name in form.names():
                if name in settlement.taken:
                    form.show_value(name, settlement.taken[name])
        self._on_typed()
        if settlement.saves and self._changed():
            self._save()
        else:
            self._save_button.setFocus()

    def _say(self, words: str, *, is_refusal: bool = True) -> None:
        self._says.set_ink(tk.Ink.BAD if is_refusal else tk.Ink.MUTED)
        self._says.setText(words)

    # --- the deletion request ---

    def _copy_request(self) -> None:
        if self._header is not None and not self._deletion_refusal():
            self._runner.read(asking(deletion_request, account_id=self._header.id), succeeded=self._on_request,
                              failed=self._on_refused)

    def _on_request(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._say("The request is on the clipboard. Send it to the operator, and set the account inactive.",
                  is_refusal=False)
