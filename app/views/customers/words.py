"""What a customer list says in place of rows: nobody yet, nothing found, not readable."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from app.models.values import AccountType
from app.services.customers.list import QuickFilter
from app.services.providers.queries import ProviderContext
from app.views.desk.actions import ActionRegistry
from app.views.lists.filter_bar import FilterBar, QuickChoice
from app.views.lists.listing import Instead
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.widgets.empty_state import WayOn

QUICK: Final = (
    QuickChoice(key=QuickFilter.ALL, words="All", help="All customers"),
    QuickChoice(key=QuickFilter.EXCEEDED, words="Exceeded", help="Balance above the credit limit"),
    QuickChoice(key=QuickFilter.SUSPENDED, words="Suspended", help="Limited by a hold, whatever its kind"),
    QuickChoice(key=QuickFilter.OVERDUE, words="Overdue", help="Something unsettled past its due date"),
)


def nobody(actions: ActionRegistry, provider: ProviderContext, *, is_alone: bool) -> Instead:
    """The provider has no customers, or the whole database no accounts."""
    if provider.type is AccountType.OPERATOR and is_alone:
        return Instead(head="No accounts yet.", icon=Icon.ACCOUNTS,
                       text="Start with the provider you work for; its customers come after it.",
                       ways=_ways(actions, ("New provider", "provider.new"), ("Import accounts", "file.import"),
                                  ("Load demo data", "file.demo")))
    return Instead(head=f"{provider.name} has no customers yet.", icon=Icon.ACCOUNTS,
                   ways=_ways(actions, ("New account", "account.new"), ("Import accounts", "file.import")))


def nothing_matches(bar: FilterBar, formatter: Formatter) -> Instead:
    """The words or the quick filter leave nobody; each can be given up by itself."""
    words = bar.text.strip()
    ways = [WayOn("Show all", bar.show_all)] if bar.is_quick else []
    if words:
        ways.append(WayOn("Clear the words", bar.clear_words))
    text = ""
    without = bar.counts.get(QuickFilter.ALL.value)
    if bar.is_quick and words and without is not None:
        whole = "Without {words} there is {count}." if without == 1 else "Without {words} there are {count}."
        text = whole.format(words=bar.quick.words, count=formatter.number(without))
    head = f'Nothing matches "{words}".' if words else _NOBODY[QuickFilter(bar.quick.key)]
    return Instead(head=head, text=text, ways=ways)


_NOBODY = {
    QuickFilter.ALL: "Nobody is here.",
    QuickFilter.EXCEEDED: "Nobody is over the credit limit.",
    QuickFilter.SUSPENDED: "Nobody is limited by a hold.",
    QuickFilter.OVERDUE: "Nobody is overdue.",
}


def _ways(actions: ActionRegistry, *wanted: tuple[str, str]) -> Sequence[WayOn]:
    """Ways on that exist in this program: each is an action of the registry."""
    known = set(actions.ids())
    return [WayOn(text, partial(actions.trigger, action_id)) for text, action_id in wanted if action_id in known]
