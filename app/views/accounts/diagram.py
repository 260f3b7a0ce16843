"""The inheritance diagram on an account page: beside the attribute table, and in its wide form over it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.services.accounts.header import AccountHeader
from app.services.attributes.rows import AttributeRow
from app.views.accounts.side_pane import CHAIN, ROOMY_FROM, SidePane
from app.views.attributes.tab import AttributesTab
from app.views.desk.actions import Binding
from app.views.inheritance.export import Sheet
from app.views.inheritance.export_menu import DiagramExport
from app.views.inheritance.panel import InheritancePanel
from app.views.inheritance.subject import Subject
from app.views.inheritance.wide import WideDiagram
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.basics import IconButton, without_arguments


class AccountDiagram(QObject):
    """Ties the table to both forms. `body` holds the page first; the wide form is added to it."""

    open_asked = Signal(int)  # account id
    profile_asked = Signal(int)  # profile id

    def __init__(self, theme: Theme, runner: Runner, *, tab: AttributesTab, side: SidePane, body: QStackedLayout
                 ) -> None:
        super().__init__(tab)
        self._theme = theme
        self._runner = runner
        self._tab = tab
        self._side = side
        self._body = body
        self._header: AccountHeader | None = None
        self._wanted: bool | None = None
        """Shown beside the table: asked for, closed, or None while nobody said; then there must be room."""
        side.closed.connect(self._on_closed)

    @property
    def is_wide(self) -> bool:
        return isinstance(self._body.currentWidget(), WideDiagram)

    def bindings(self) -> Mapping[str, Binding]:
        """What can be done while the attributes are in front."""
        refusal = "" if self._tab.current() is not None else "needs an attribute"
        return {"account.diagram": Binding(partial(self.open_wide, all_attributes=False), refusal=refusal),
                "account.matrix": Binding(partial(self.open_wide, all_attributes=True), refusal=refusal)}

    def show_account(self, header: AccountHeader) -> None:
        self._header = header

    def why(self, row: AttributeRow) -> None:
        """The diagram of one attribute; asked again while it is shown, the keyboard goes there."""
        self.open_beside(row, with_focus=self._side.key == CHAIN)

    def open_beside(self, row: AttributeRow, *, with_focus: bool) -> None:
        self._wanted = True
        self._open(row, with_focus=with_focus)

    def follow(self, row: AttributeRow | None) -> None:
        """The keyboard of the table went to another attribute, or its rows were read again."""
        subject = self._subject(row) if row is not None else None
        if row is None or subject is None or self._header is None:
            return
        if self._side.key == CHAIN:
            self._side.set_title(subject.title)
            self._panel.show_subject(subject, self._header.as_of)
        if self.is_wide:
            self._wide.show_subject(subject, self._tab.rows(), self._header.as_of)

    def offer(self, width: int) -> None:
        """Open beside the table where there is room and nobody closed it; or again after another tab."""
        row = self._tab.current()
        has_room = width >= self._theme.sizes.px(ROOMY_FROM)
        if row is not None and not self._side.key and (self._wanted or (self._wanted is None and has_room)):
            self._open(row, with_focus=False)

    def open_wide(self, *, all_attributes: bool) -> None:
        """The wide form over the table."""
        row = self._tab.current()
        if row is not None:
            self._body.setCurrentWidget(self._wide)
            self.follow(row)
            self._wide.show_form(all_attributes=all_attributes)

    def close_wide(self) -> None:
        """Back to the table, on the attribute that was shown."""
        if self.is_wide:
            self._body.setCurrentIndex(0)
            self.follow(self._tab.current())

    # --- inside ---

    @cached_property
    def _panel(self) -> InheritancePanel:
        """The form beside the table, made when it is first opened."""
        panel = InheritancePanel(self._theme, self._runner, edits_in_row=True)
        panel.open_asked.connect(self.open_asked)
        panel.profile_asked.connect(self.profile_asked)
        panel.edit_asked.connect(self._tab.edit)
        return panel

    @cached_property
    def _tools(self) -> tuple[QWidget, ...]:
        """What stands above that form."""
        theme, panel = self._theme, self._panel
        export = DiagramExport(theme, self._runner, self._sheet, self._tab)
        export.said.connect(panel.say)
        larger = IconButton(theme, Icon.ZOOM_IN, "Wide form of the diagram", keys="Ctrl+Shift+I", is_square=True,
                            run=partial(self.open_wide, all_attributes=False))
        save = IconButton(theme, Icon.EXPORT, "Save or print the diagram", is_square=True)
        save.clicked.connect(without_arguments(partial(export.pop_up, save)))
        return larger, panel.as_text, save

    @cached_property
    def _wide(self) -> WideDiagram:
        """The form over the table, made when it is first opened."""
        wide = WideDiagram(self._theme, self._runner)
        wide.open_asked.connect(self.open_asked)
        wide.profile_asked.connect(self.profile_asked)
        wide.key_chosen.connect(self._tab.select_key)
        wide.left.connect(self._on_left)
        self._body.addWidget(wide)
        return wide

    def _open(self, row: AttributeRow, *, with_focus: bool) -> None:
        self._side.add_content(CHAIN, self._panel, self._panel.view, scrolls=False, tools=self._tools)
        self._side.open_content(CHAIN, "", with_focus=with_focus)
        self.follow(row)

    def _subject(self, row: AttributeRow) -> Subject | None:
        header = self._header
        if header is None:
            return None
        return Subject(account_id=header.id, account_name=header.name, as_provider=self._tab.as_provider, row=row,
                       set_on=self._tab.set_on(row.key))

    def _sheet(self) -> Sheet | None:
        plan, subject = self._panel.plan, self._panel.subject
        return None if plan is None or subject is None else Sheet(plan=plan, title=subject.title,
                                                                  text=subject.row.story)

    def _on_left(self) -> None:
        self.close_wide()
        self._tab.focus_first()

    def _on_closed(self, key: str) -> None:
        if key == CHAIN:
            self._wanted = False
