"""The page of one account, and working a list of accounts one by one.

Finding in the tree (Ctrl+L), filtering a list (Ctrl+F) and reading again (F5) are the shell's and bound by the screens.
"""

from __future__ import annotations

from typing import Final

from app.views.accounts.list_walk import ListWalk
from app.views.accounts.parts import PARTS
from app.views.desk.actions import WRITING, ActionSpec, KeyLine
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.screen import ACCOUNT, Screen, Target
from app.views.look.icons import Icon

_MENU: Final = "&Account"
_NEEDS_PAGE: Final = "needs an open account"

_ACTIONS: Final = (
    ActionSpec(id="account.customers", text="Show its &customers", menu=_MENU, icon=Icon.LIST,
               help="The customer list of this provider, or of the provider of this account.",
               needs=_NEEDS_PAGE),
    ActionSpec(id="account.next", text="Ne&xt account of the list", menu=_MENU, icon=Icon.DOWN, keys=("Alt+Down",),
               help="A list can be worked one by one.", needs="needs an account opened from a list"),
    ActionSpec(id="account.previous", text="Previous account of the &list", menu=_MENU, icon=Icon.UP,
               keys=("Alt+Up",), needs="needs an account opened from a list"),
    ActionSpec(id="account.why", text="&Why?", menu=_MENU, section=1, icon=Icon.HELP, keys=("Ctrl+I",),
               help="Where the value or the figure under the keyboard comes from.",
               needs="needs an attribute or an account"),
    ActionSpec(id="account.diagram", text="Inheritance &diagram", menu=_MENU, section=1, icon=Icon.TREE,
               keys=("Ctrl+Shift+I",), help="The wide form: where the value of one attribute comes from.",
               needs="needs the attributes of an open account"),
    ActionSpec(id="account.matrix", text="All attributes as a &matrix", menu=_MENU, section=1,
               help="What every tier says to every attribute.", needs="needs the attributes of an open account"),
    ActionSpec(id="account.reasoning", power="suspension",
               text="See t&he reasoning", menu=_MENU, section=1, icon=Icon.SUSPENSION,
               help="Why a scan would suspend, restore or leave this account alone.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.restore", power="suspension.restore",
               text="Restore &by hand…", menu=_MENU, section=1, icon=Icon.UNDO,
               help="Lifts the overdue hold and gives the services back what the scan took.",
               needs="needs an open account with an overdue hold"),
    ActionSpec(id="account.hold", power="customers.status",
               text="&Place a hold…", menu=_MENU, section=6, icon=Icon.LOCK,
               help="Limits the account until the hold is lifted, with its reason on file.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.lift", power="customers.status",
               text="Li&ft a hold…", menu=_MENU, section=6, needs=_NEEDS_PAGE),
    ActionSpec(id="account.activate", power="customers.status",
               text="&Activate account…", menu=_MENU, section=6, needs=_NEEDS_PAGE),
    ActionSpec(id="account.deactivate", power="customers.status",
               text="Set &inactive…", menu=_MENU, section=6, icon=Icon.INACTIVE,
               help="No invoices and no orders until it is activated again.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.terms", power="customers.edit.terms",
               text="Change credit ter&ms…", menu="&Credit", section=1, icon=Icon.RATING,
               help="Rating, limit and due dates of its own; shows first what they change.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.suspend", power="customers.status",
               text="Susp&end…", menu=_MENU, section=5, icon=Icon.SUSPENDED,
               help="For a dispute or a credit check: the ledger goes on, nothing new is taken.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.reactivate", power="customers.status",
               text="&Reactivate…", menu=_MENU, section=5, icon=Icon.UNDO,
               help="Lifts the holds by staff.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.terminate", power="customers.status",
               text="&Terminate…", menu=_MENU, section=5, icon=Icon.CANCELLED,
               help="Ends the account for good, once nothing goes on in it.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.write_off", power="ledger.correct",
               text="Wr&ite off…", menu="&Money", section=1, icon=Icon.REMOVE,
               help="All that it owes, with a row for each debit; the account is marked.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.clear_write_off", power="ledger.correct",
               text="Clear t&he mark of the write-off…", menu="&Money", section=1,
               help="From then on it orders again.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.move", power="customers.move",
               text="Mo&ve below another parent…", menu=_MENU, section=6, icon=Icon.TREE,
               help="Another provider, profile or agent; shows first what it changes.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.group_account", text="Gro&up account", menu=_MENU, section=7, icon=Icon.ACCOUNTS,
               help="Which account pays for which others, and for what. Account groups are another thing.",
               needs="needs an open account of a customer"),
    *[
        ActionSpec(id=f"account.tab{number}", text=f"{title} &{number % 10}", menu=_MENU, section=2,
                   keys=(f"Alt+{number % 10}",), needs=_NEEDS_PAGE)
        for number, (_, title) in enumerate(PARTS, 1)
    ],
    ActionSpec(id="account.note", power="customers.edit",
               text="Ma&ke a note", menu=_MENU, section=3, icon=Icon.EDIT,
               keys=("Ctrl+Shift+N",), help="What was said or agreed, for colleagues.", needs=_NEEDS_PAGE),
    # On also while nothing can be saved, as its button is: a key that is off would say nothing of why.
    ActionSpec(id="account.save_details", text="&Save details", menu="&File", keys=("Ctrl+S",),
               needs="needs changed details of an open account"),
    ActionSpec(id="account.request_deletion", text="Copy deletion re&quest", menu=_MENU, section=4, icon=Icon.COPY,
               help="For an account created by mistake: the text to send to the operator.",
               needs="needs the details of an open account"),
    ActionSpec(id="account.history", text="Histor&y", menu=_MENU, section=3, icon=Icon.HISTORY,
               keys=("Ctrl+Shift+H",), help="Who changed what, when, from which value to which.",
               needs=_NEEDS_PAGE),
    ActionSpec(id="account.header", text="Slim &header", menu="Vie&w", section=1, keys=("F4",), is_switch=True,
               help="The head of the page in one line, so that more rows fit.", needs=_NEEDS_PAGE),
    ActionSpec(id="account.set_here", power=WRITING, text="&Set here or clear", menu=_MENU, section=4,
               help="Space on an attribute does the same.", needs="needs an attribute that may be set here"),
    ActionSpec(id="ledger.as_of", text="&As-of date", menu="&Money", icon=Icon.CALENDAR, keys=("Ctrl+D",),
               help="Shows the ledger as it stood on the evening of a day.", needs="needs an open ledger"),
    ActionSpec(id="ledger.dispute", power="ledger.disputes",
               text="&Put in dispute…", menu="&Money", icon=Icon.DISPUTE,
               help="What is in dispute is not payable, so it does not suspend.",
               needs="needs an unsettled invoice of an open ledger"),
    ActionSpec(id="ledger.end_dispute", power="ledger.disputes.end",
               text="&End dispute…", menu="&Money", needs="needs an open dispute"),
    ActionSpec(id="ledger.promise", power="ledger.plans",
               text="Promise to pa&y…", menu="&Money", section=1, icon=Icon.HOURGLASS,
               help="While it stands a scan leaves the account alone.", needs=_NEEDS_PAGE),
    ActionSpec(id="ledger.withdraw_promise", power="ledger.plans",
               text="&Withdraw promise…", menu="&Money", section=1, needs="needs a promise that stands"),
    ActionSpec(id="ledger.plan", power="ledger.plans",
               text="Pay&ment plan…", menu="&Money", section=1, icon=Icon.CALENDAR,
               help="Parts of invoices in instalments; what it covers is not asked for meanwhile.", needs=_NEEDS_PAGE),
    ActionSpec(id="ledger.plan_schedule", power="ledger",
               text="Schedule of the p&lan…", menu="&Money", section=1, needs="needs a payment plan"),
    ActionSpec(id="ledger.cancel_plan", power="ledger.plans",
               text="&Cancel payment plan…", menu="&Money", section=1, needs="needs a payment plan in progress"),
)

_KEYS: Final = (
    KeyLine(group="Attributes", keys="Space", text="Set here, or clear what is set here"),
    KeyLine(group="Attributes", keys="F2", text="Edit the value set here"),
    KeyLine(group="Attributes", keys="Enter", text="Where the value comes from"),
    KeyLine(group="Attributes", keys="Delete", text="Clear what is set here"),
    KeyLine(group="Inheritance diagram", keys="Up, Down", text="The next tier; End goes to the effective value"),
    KeyLine(group="Inheritance diagram", keys="Enter", text="Open the owner of a value"),
    KeyLine(group="Inheritance diagram", keys="F2, Delete", text="Set or clear the value in this tier"),
    KeyLine(group="Inheritance diagram", keys="+, -, 0", text="Larger, smaller, as it was"),
    KeyLine(group="Inheritance diagram", keys="T", text="The diagram as text"),
    KeyLine(group="Ledger", keys="Enter", text="Lines of the invoice"),
    KeyLine(group="Account tree", keys="Enter", text="Open the first account found"),
)


def _page(target: Target, desk: Desk) -> Screen:
    from app.views.accounts.page import AccountPage

    return AccountPage(target, desk)


FEATURE: Final = Feature(actions=_ACTIONS, keys=_KEYS, screens={ACCOUNT: _page}, begin=ListWalk,
                         soon=("app.views.accounts.page",))
