"""The profile manager: the profiles of one provider, and below them the one under the keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtGui import QGuiApplication

from app.models.values import AccountType
from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.profiles.page import ProfileList, ProfilePage, profile_list, profile_page
from app.services.profiles.profiles import delete_profile, set_default_profile
from app.services.profiles.queries import ProfileRow, work_request
from app.services.providers.queries import ProviderOption
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import HeadAction, ListPlan, ListScreen
from app.views.desk.screen import BusinessPlace, State, Target
from app.views.lists.listing import Instead, ListWords
from app.views.look.icons import Icon
from app.views.look.tokens import Tone
from app.views.profiles.card import CardWork, ProfileCard
from app.views.profiles.columns import profile_columns
from app.views.profiles.dialogs import DuplicateProfileDialog, EditProfileDialog, NewProfileDialog
from app.views.profiles.feature import MOVES
from app.views.running.handle import Job
from app.views.widgets.basics import Panel, without_arguments
from app.views.widgets.layout import column, grows, split
from app.views.widgets.notices import Notice


class ProfilesScreen(ListScreen[ProfileRow]):
    """The part of its target names a profile or a provider: "profile/12", "provider/3"."""

    def __init__(self, target: Target, desk: Desk) -> None:
        self._list: ProfileList | None = None
        plan: ListPlan[ProfileRow] = ListPlan(
            title="Account profiles", icon=Icon.PROFILE, columns=profile_columns(), chooser_in_head=True,
            concerns=(Changed.PROFILES, Changed.ACCOUNTS, Changed.ATTRIBUTES), rows_of=lambda listed: listed.rows,
            nowhere=Instead(head="There is no provider whose profiles you may see."),
            words=ListWords(name="Account profiles", reading="Reading profiles.",
                            unread="The profiles could not be read.", empty=Instead(head="There is no profile.")))
        super().__init__(target, desk, plan, (
            HeadAction(text="Copy work request", icon=Icon.COPY, run=self.copy_request,
                       about="Names and ids of the profiles selected, to ask for their standard events"),
            HeadAction(text="New profile…", icon=Icon.PROFILE, kind="main", run=self.new_profile,
                       refusal=lambda: self._list.rights.edit if self._list is not None else "")))
        self._work = desk.offers.get(MOVES)
        self.card = ProfileCard(desk.theme, desk.runner, CardWork(
            edit=self._edit, duplicate=self._duplicate, make_default=self._ask_to_set_default,
            delete=self._ask_to_delete))
        self.card.hide()
        upper = Panel(desk.theme)
        column(self.header, grows(self.listing), on=upper)
        self._splitter = split(upper, self.card, shares=(2, 3), below=True)
        column(self._splitter, on=self)
        self._take_part(target.part)
        card = self.card
        self.listing.table.opened.connect(without_arguments(card.focus_tab))
        card.tab_changed.connect(self.set_selection_text)
        card.overrides.open_asked.connect(self._open_account)
        card.overrides.outdated.connect(self.read_again)
        card.members.open_asked.connect(self._open_account)
        card.members.move_asked.connect(self._move)
        card.moves.back_asked.connect(self._work.take_back)

    # --- for the shell ---

    def part(self) -> str:
        if self.card.page is not None and not self.card.isHidden():
            return f"profile/{self.card.page.id}"
        return f"provider/{self.wanted_provider}" if self.wanted_provider is not None else ""

    def show_part(self, part: str) -> None:
        self._take_part(part)
        if self._has_begun:
            self.read_again()

    def _take_part(self, part: str) -> None:
        kind, _, ident = part.partition("/")
        if ident.isdigit() and kind == "profile":
            self.wanted_row, self.wanted_provider = int(ident), None
        elif ident.isdigit() and kind == "provider":
            self.wanted_row, self.wanted_provider = None, int(ident)

    def business_place(self) -> BusinessPlace | None:
        return None if self._list is None else BusinessPlace(self._list.provider_name, (self._list.time_zone,))

    def bindings(self) -> Mapping[str, Binding]:
        return {**super().bindings(), "go.list": Binding(self.card.go_to_filter)}

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

    # --- what the list says ---

    def read_again(self) -> None:
        """A profile that was asked for says whose it is first."""
        if self.wanted_provider is None and self.wanted_row is not None:
            self._sheet.ask(asking(profile_page, profile_id=self.wanted_row))
        else:
            super().read_again()

    def first_provider(self, options: Sequence[ProviderOption]) -> ProviderOption | None:
        return super().first_provider([p for p in options if p.type is AccountType.RETAIL] or options)

    def rows(self, provider_id: int) -> Job[Any]:
        return asking(profile_list, provider_id=provider_id)

    def take_answer(self, answer: ProfileList) -> None:
        self._list = answer
        count = self.theme.formatter.counted(len(answer.rows), "profile", "profiles")
        default = next((row.name for row in answer.rows if row.is_default), "")
        self.header.set_title(f"Profiles of {answer.provider_name}", f"{count}. New accounts get {default}.")
        self.show_head()
        self.business_place_changed.emit()

    def sheet(self, row: ProfileRow) -> Job[Any]:
        return asking(profile_page, profile_id=row.id)

    def show_sheet(self, sheet: ProfilePage) -> None:
        if self._list is None or self._list.provider_id != sheet.provider_id:
            self.wanted_provider, self.wanted_row = sheet.provider_id, sheet.id
            super().read_again()
            return
        self.card.show_profile(self._list, sheet)
        self.card.show()
        self.part_changed.emit(self.part())

    def show_none(self) -> None:
        self.card.hide()

    def refuse(self, error: BaseException) -> None:
        self.desk.notices.show(Notice(title="Nothing was changed.", text=str(error), tone=Tone.BAD))

    # --- doing ---

    def new_profile(self) -> None:
        """Ask for a new profile of the provider in view."""
        page = self.card.page
        if self._list is not None and page is not None:
            dialog = NewProfileDialog(self.theme, self.desk.runner, self._list, page.inherited_layout, self)
            dialog.created.connect(self.go_to)
            dialog.open_and_forget()

    def copy_request(self) -> None:
        """Copy the request for standard events of the selected profiles."""
        ids = tuple(row.id for row in self.listing.table.selected_rows())
        if self._list is not None and ids:
            self.desk.runner.read(asking(work_request, provider_id=self._list.provider_id, profile_ids=ids),
                                  succeeded=partial(self._on_request, len(ids)), failed=self.refuse)

    def _on_request(self, count: int, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        said = self.theme.formatter.counted(count, "profile", "profiles")
        self.desk.notices.show(Notice(title=f"Work request for {said} copied."))

    def _edit(self, page: ProfilePage) -> None:
        if self._list is not None:
            EditProfileDialog(self.theme, self.desk.runner, self._list, page, self).open_and_forget()

    def _duplicate(self, page: ProfilePage) -> None:
        if self._list is not None:
            dialog = DuplicateProfileDialog(self.theme, self.desk.runner, self._list, page, self)
            dialog.created.connect(self.go_to)
            dialog.open_and_forget()

    def _ask_to_set_default(self, page: ProfilePage) -> None:
        self.confirm(f"Set {page.details.name} as default",
                     f"New accounts of {page.provider_name} get it from now on. Nobody is moved.",
                     doing(set_default_profile, profile_id=page.id, seen=page.default_id), verb="Set as default")

    def _ask_to_delete(self, page: ProfilePage) -> None:
        self.confirm(f"Delete profile {page.details.name}",
                     "No account has it. Its overrides go with it; earlier moves stay listed. This cannot be taken "
                     "back.",
                     doing(delete_profile, profile_id=page.id), verb="Delete profile", kind="danger",
                     stay="Keep profile")

    def _move(self, members: Any, to: ProfileRow) -> None:
        if self._list is not None:
            self._work.move(members, self._list.provider_id, to, self._list.newest_move)

    def _open_account(self, account_id: int, aside: bool = False) -> None:  # noqa: FBT001, FBT002  a slot
        self.desk.navigator.go(Target("account", account_id), aside=aside)
