"""The profile manager: the profiles of one provider, and below them the one under the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.models.values import AccountType
from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.profiles.page import ProfileList, ProfilePage, profile_list, profile_page
from app.services.profiles.profiles import delete_profile, set_default_profile
from app.services.profiles.queries import ProfileRow, work_request
from app.services.providers.queries import ProviderOption, provider_options
from app.views.asking.choices import ChoiceBox
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import BusinessPlace, Screen, State, Target
from app.views.lists.data_table import DataTable
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look.icons import Icon
from app.views.look.tokens import Tone
from app.views.profiles.card import ProfileCard
from app.views.profiles.columns import profile_columns
from app.views.profiles.dialogs import DuplicateProfileDialog, EditProfileDialog, NewProfileDialog
from app.views.profiles.feature import MOVES
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.question import Question
from app.views.widgets.basics import Button, Panel, without_arguments
from app.views.widgets.empty_state import WayOn
from app.views.widgets.notices import Notice
from app.views.widgets.page_header import PageHeader

_KINDS: Final = frozenset({Changed.PROFILES, Changed.ACCOUNTS, Changed.ATTRIBUTES})


class ProfilesScreen(Screen):
    """The part of its target names a profile or a provider: "profile/12", "provider/3"."""

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Account profiles", Icon.PROFILE, parent)
        self._theme = desk.theme
        self._runner = desk.runner
        self._navigator = desk.navigator
        self._notices = desk.notices
        self._work = desk.offers.get(MOVES)
        self._list: ProfileList | None = None
        self._provider_id: int | None = None
        self._profile_id: int | None = None
        self._has_begun = False
        self._ask_providers = self._question(self._on_providers)
        self._ask_list = self._question(self._on_list)
        self._ask_page = self._question(self._on_page)
        self._refresh = RefreshWhenVisible(desk.bus, self, _KINDS)
        self._model: RowsTableModel[ProfileRow] = RowsTableModel(profile_columns(), lambda row: row.id,
                                                                 desk.theme.formatter, self)
        self._take_part(target.part)
        self._build()
        self._connect()

    # --- for the shell ---

    def part(self) -> str:
        if self._profile_id is not None:
            return f"profile/{self._profile_id}"
        return f"provider/{self._provider_id}" if self._provider_id is not None else ""

    def show_part(self, part: str) -> None:
        self._take_part(part)
        if self._has_begun:
            self.read_again()

    def business_place(self) -> BusinessPlace | None:
        return None if self._list is None else BusinessPlace(self._list.provider_name, (self._list.time_zone,))

    def focus_first(self) -> None:
        self._table.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        return {"screen.refresh": Binding(self.read_again), "go.list": Binding(self._go_to_filter)}

    def save_state(self) -> State:
        return {"part": self.part(), "tab": self.card.bar.currentIndex(), "heights": self._splitter.sizes()}

    def restore_state(self, state: State) -> None:
        self._take_part(str(state.get("part", "")))
        tab, heights = state.get("tab"), state.get("heights")
        if isinstance(tab, int):
            self.card.show_tab(tab)
        if isinstance(heights, list) and len(heights) == 2:
            self._splitter.setSizes(heights)

    def unsaved_text(self) -> str:
        return self.card.overrides.unsaved_text()

    def read_again(self) -> None:
        """Read providers, list and profile again; nothing moves."""
        if self._profile_id is not None and self._provider_id is None:
            self._ask_page.ask(asking(profile_page, profile_id=self._profile_id))
        else:
            self._ask_providers.ask(asking(provider_options))

    # --- building ---

    def _question(self, take: Callable[[Any], object]) -> Question:
        question = Question(self._runner, self)
        question.answered.connect(take)
        question.failed.connect(self._on_failed)
        return question

    def _take_part(self, part: str) -> None:
        kind, _, ident = part.partition("/")
        if ident.isdigit():
            is_profile = kind == "profile"
            self._profile_id = int(ident) if is_profile else None
            self._provider_id = None if is_profile else int(ident)

    def _build(self) -> None:
        theme = self._theme
        header = self._header = PageHeader(theme, "Account profiles", " ")
        self._chooser = ChoiceBox(theme, "Provider", prefix="Provider: ")
        self._request = Button(theme, "Copy work request", self, icon=Icon.COPY)
        self._request.setToolTip("Names and ids of the profiles selected, to ask for their standard events")
        self._new = Button(theme, "New profile…", self, icon=Icon.PROFILE, kind="main")
        for widget in (self._chooser, self._request, self._new):
            header.add_button(widget)
        self._table = DataTable(theme, "Account profiles", self)
        self._table.show_model(self._model)
        upper = Panel(theme, self)
        self._area = StatefulArea(theme, self._table, upper)
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self._area, 1)
        self.card = ProfileCard(theme, self._runner, self)
        self.card.hide()
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(upper)
        self._splitter.addWidget(self.card)
        self._splitter.setStretchFactor(0, 2)
        self._splitter.setStretchFactor(1, 3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)

    def _connect(self) -> None:
        card = self.card
        self._chooser.activated.connect(self._on_chosen)
        self._request.clicked.connect(without_arguments(self.copy_request))
        self._new.clicked.connect(without_arguments(self.new_profile))
        self._table.current_row_changed.connect(self._on_current)
        self._table.opened.connect(without_arguments(card.focus_tab))
        self._refresh.due.connect(self.read_again)
        card.edit_asked.connect(self._edit)
        card.duplicate_asked.connect(self._duplicate)
        card.default_asked.connect(self._set_default)
        card.delete_asked.connect(self._delete)
        card.tab_changed.connect(self.set_selection_text)
        card.overrides.open_asked.connect(self._open_account)
        card.members.open_asked.connect(self._open_account)
        card.members.move_asked.connect(self._move)
        card.moves.back_asked.connect(self._work.take_back)

    # --- reading ---

    def _on_providers(self, providers: list[ProviderOption]) -> None:
        ids = [provider.id for provider in providers]
        if self._provider_id not in ids:
            retail = [p for p in providers if p.type is AccountType.RETAIL]
            largest = max(retail or providers, key=lambda p: p.customer_count, default=None)
            self._provider_id = largest.id if largest is not None else None
        self._chooser.set_choices([(provider.name, provider.id) for provider in providers], self._provider_id)
        self._chooser.setVisible(len(providers) > 1)
        if self._provider_id is None:
            self._area.show_words("There is no provider whose profiles you may see.")
        else:
            self._ask_list.ask(asking(profile_list, provider_id=self._provider_id))

    def _on_list(self, listed: ProfileList) -> None:
        self._list = listed
        formatter = self._theme.formatter
        count = formatter.counted(len(listed.rows), "profile", "profiles")
        default = next((row.name for row in listed.rows if row.is_default), "")
        self._header.set_title(f"Profiles of {listed.provider_name}",
                               f"{count}. New accounts get {default}.")
        self._new.setEnabled(not listed.rights.edit)
        self._new.setToolTip(listed.rights.edit)
        self._model.set_rows(listed.rows)
        self._area.show_content()
        place = self._model.row_of_id(self._profile_id) if self._profile_id is not None else None
        self._table.go_to_row(place or 0)
        row = self._table.current_row()
        if isinstance(row, ProfileRow):
            self._show(row.id)
        self.business_place_changed.emit()

    def _show(self, profile_id: int) -> None:
        self._profile_id = profile_id
        self._ask_page.ask(asking(profile_page, profile_id=profile_id))

    def _on_page(self, page: ProfilePage) -> None:
        if self._list is None or self._provider_id != page.provider_id:
            self._provider_id = page.provider_id  # a profile was asked for; now its provider is known
            self.read_again()
            return
        self.card.show_profile(self._list, page)
        self.card.show()
        self.part_changed.emit(self.part())

    def _on_failed(self, error: object) -> None:
        self.card.hide()
        self._profile_id = None
        self._area.show_words("The profiles could not be read.", str(error), icon=Icon.ERROR,
                              ways=[WayOn("Try again", self.read_again)])

    def _on_chosen(self, _place: int) -> None:
        chosen = self._chooser.chosen()
        if isinstance(chosen, int) and chosen != self._provider_id:
            self._provider_id, self._profile_id = chosen, None
            self._ask_list.ask(asking(profile_list, provider_id=chosen))

    def _on_current(self, row: object) -> None:
        if isinstance(row, ProfileRow) and row.id != self._profile_id:
            self._show(row.id)

    # --- doing ---

    def new_profile(self) -> None:
        """Ask for a new profile of the provider in view."""
        page = self.card.page
        if self._list is not None and page is not None:
            dialog = NewProfileDialog(self._theme, self._runner, self._list, page.inherited_layout, self)
            dialog.created.connect(self._show_made)
            dialog.open_and_forget()

    def _show_made(self, profile_id: int) -> None:
        self._profile_id = profile_id
        self.read_again()

    def copy_request(self) -> None:
        """Copy the request for standard events of the selected profiles."""
        ids = tuple(row.id for row in self._table.selected_rows() if isinstance(row, ProfileRow))
        if self._list is not None and ids:
            self._runner.read(asking(work_request, provider_id=self._list.provider_id, profile_ids=ids),
                              succeeded=partial(self._on_request, len(ids)), failed=self._on_refused)

    def _on_request(self, count: int, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        said = self._theme.formatter.counted(count, "profile", "profiles")
        self._notices.show(Notice(title=f"Work request for {said} copied."))

    def _edit(self) -> None:
        page = self.card.page
        if self._list is not None and page is not None:
            EditProfileDialog(self._theme, self._runner, self._list, page, self).open_and_forget()

    def _duplicate(self) -> None:
        page = self.card.page
        if self._list is not None and page is not None:
            dialog = DuplicateProfileDialog(self._theme, self._runner, self._list, page, self)
            dialog.created.connect(self._show_made)
            dialog.open_and_forget()

    def _set_default(self) -> None:
        page = self.card.page
        if page is not None:
            dialog = ConfirmDialog(
                self._theme, f"Set {page.details.name} as default",
                f"New accounts of {page.provider_name} get it from now on. Nobody is moved.", verb="Set as default",
                parent=self)
            self._confirmed(dialog, partial(set_default_profile, profile_id=page.id))

    def _delete(self) -> None:
        page = self.card.page
        if page is not None:
            dialog = ConfirmDialog(self._theme, f"Delete profile {page.details.name}",
                                   "No account has it. Its overrides go with it; earlier moves stay listed.",
                                   verb="Delete profile", kind="danger", stay="Keep profile", parent=self)
            self._confirmed(dialog, partial(delete_profile, profile_id=page.id))

    def _confirmed(self, dialog: ConfirmDialog, command: Callable[..., Any]) -> None:
        dialog.accepted.connect(partial(self._write, command))
        dialog.open_and_forget()

    def _write(self, command: Callable[..., Any]) -> None:
        self._runner.write(doing(command), failed=self._on_refused)

    def _on_refused(self, error: BaseException) -> None:
        self._notices.show(Notice(title="Nothing was changed.", text=str(error), tone=Tone.BAD))

    def _move(self, members: Any, to: ProfileRow) -> None:
        if self._list is not None:
            self._work.move(members, self._list.provider_id, to)

    # --- elsewhere ---

    def _open_account(self, account_id: int, aside: bool = False) -> None:  # noqa: FBT001, FBT002  a slot
        self._navigator.go(Target("account", account_id), aside=aside)

    def _go_to_filter(self) -> None:
        self.card.show_tab(1)
        self.card.members.focus_filter()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if not self._has_begun:
            self._has_begun = True
            self._area.show_reading("Reading profiles.")
            self.read_again()
