"""*Tools > Service requests*: those of a provider, the newest first."""

from __future__ import annotations

from collections.abc import Mapping

from app.services.changes import Changed
from app.services.requests.queries import RequestRow
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import ListPlan, ProviderListScreen
from app.views.desk.screen import ACCOUNT, Target
from app.views.lists.listing import Instead, ListWords
from app.views.look.icons import Icon
from app.views.requests.columns import request_columns
from app.views.requests.panel import RequestPanel
from app.views.running.failures import in_words
from app.views.widgets.layout import column, grows


class RequestsScreen(ProviderListScreen[RequestRow]):
    """The part of its target is the id of a provider."""

    comfortable_width = 1000

    def __init__(self, target: Target, desk: Desk) -> None:
        self.panel = RequestPanel(desk.theme, desk.runner, of_account=False)
        words = ListWords(name="Service requests", reading="", unread="The service requests could not be read.",
                          empty=Instead(head=""))
        super().__init__(target, desk, ListPlan(
            title="Service requests", subtitle="Small tickets on accounts, the newest first. They are opened on the "
                                               "page of an account.",
            icon=Icon.DISPUTE, words=words, columns=request_columns(with_account=True), chooser_in_head=True,
            concerns=(Changed.REQUESTS, Changed.STAFF),
            nowhere=Instead(head="There is no provider whose service requests you may see.", icon=Icon.PROVIDER)),
            self.panel.listing)
        self.wanted_provider = int(target.part) if target.part.isdigit() else None
        self.panel.account_asked.connect(lambda ident: desk.navigator.go(Target(ACCOUNT, ident, "requests")))
        column(self.header, grows(self.panel), on=self)

    def part(self) -> str:
        return str(self.wanted_provider or "")

    def ask_rows(self) -> None:
        if self.wanted_provider is not None:
            self.panel.show_provider(self.wanted_provider)

    def refuse(self, error: BaseException) -> None:
        self.header.set_subtitle(in_words(error))

    def bindings(self) -> Mapping[str, Binding]:
        return {**super().bindings(), "go.list": Binding(self.panel.search.setFocus)}
