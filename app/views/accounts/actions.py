"""What can be done on the screens about accounts, apart from what the keyboard does inside a list.

Finding in the tree (Ctrl+L), filtering a list (Ctrl+F) and reading again (F5) are the shell's and bound by the screens.
"""

from __future__ import annotations

from typing import Final

from app.views.accounts.page_tabs import TABS
from app.views.desk.actions import ActionSpec, KeyLine
from app.views.look.icons import Icon

_MENU: Final = "&Account"
_NEEDS_PAGE: Final = "needs an open account"


def account_actions() -> list[ActionSpec]:
    """Actions of the tree, the customer list and the account page, in the order of the menu."""
    return [
        ActionSpec(id="account.open", text="&Open account", menu=_MENU, icon=Icon.OPEN,
                   help="Enter on a row does the same.", needs="needs a row of a customer list"),
        ActionSpec(id="customers.preview", text="&Preview below the list", menu="&View", section=1, is_switch=True,
                   needs="needs a customer list"),
        *_list_actions(),
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
                   text="See the &reasoning", menu=_MENU, section=1, icon=Icon.SUSPENSION,
                   help="Why a scan would suspend, restore or leave this account alone.", needs=_NEEDS_PAGE),
        ActionSpec(id="account.restore", power="suspension.restore",
                   text="Restore &by hand…", menu=_MENU, section=1, icon=Icon.UNDO,
                   help="Lifts the overdue hold and gives the services back what the scan took.",
                   needs="needs an open account with an overdue hold"),
        *_status_actions(),
        *[
            ActionSpec(id=f"account.tab{number}", text=f"{title} &{number}", menu=_MENU, section=2,
                       keys=(f"Alt+{number}",), needs=_NEEDS_PAGE)
            for number, (_, title) in enumerate(TABS, 1)
        ],
        ActionSpec(id="account.note", power="customers.edit",
                   text="Ma&ke a note", menu=_MENU, section=3, icon=Icon.EDIT,
                   keys=("Ctrl+Shift+N",), help="What was said or agreed, for colleagues.", needs=_NEEDS_PAGE),
        ActionSpec(id="account.save_details", text="&Save details", menu="&File", keys=("Ctrl+S",),
                   needs="needs changed details of an open account"),
        ActionSpec(id="account.request_deletion", text="Copy deletion re&quest", menu=_MENU, section=4, icon=Icon.COPY,
                   help="For an account created by mistake: the text to send to the operator.",
                   needs="needs the details of an open account"),
        ActionSpec(id="account.history", text="Histor&y", menu=_MENU, section=3, icon=Icon.HISTORY,
                   keys=("Ctrl+Shift+H",), help="Who changed what, when, from which value to which.",
                   needs=_NEEDS_PAGE),
        ActionSpec(id="account.header", text="Slim &header", menu=_MENU, section=3, keys=("F4",), is_switch=True,
                   help="The head of the page in one line, so that more rows fit.", needs=_NEEDS_PAGE),
        ActionSpec(id="account.set_here", text="&Set here or clear", menu=_MENU, section=4,
                   help="Space on an attribute does the same.", needs="needs an attribute that may be set here"),
        ActionSpec(id="ledger.as_of", text="&As-of date", menu="&Money", icon=Icon.CALENDAR, keys=("Ctrl+D",),
                   help="Shows the ledger as it stood on the evening of a day.", needs="needs an open ledger"),
        ActionSpec(id="ledger.dispute", power="ledger.disputes",
                   text="&Put in dispute…", menu="&Money", icon=Icon.DISPUTE,
                   help="What is in dispute is not payable, so it does not suspend.",
                   needs="needs an unsettled invoice of an open ledger"),
        ActionSpec(id="ledger.end_dispute", power="ledger.disputes.end",
                   text="&End dispute…", menu="&Money", needs="needs an open dispute"),
    ]


def _status_actions() -> list[ActionSpec]:
    """Actions that change the status of the open account."""
    return [
        ActionSpec(id="account.hold", power="customers.status",
                   text="&Place a hold…", menu=_MENU, section=5, icon=Icon.LOCK,
                   help="Limits the account until the hold is lifted, with its reason on file.", needs=_NEEDS_PAGE),
        ActionSpec(id="account.lift", power="customers.status",
                   text="Li&ft a hold…", menu=_MENU, section=5, needs=_NEEDS_PAGE),
        ActionSpec(id="account.activate", power="customers.status",
                   text="&Activate account…", menu=_MENU, section=5, needs=_NEEDS_PAGE),
        ActionSpec(id="account.deactivate", power="customers.status",
                   text="Set &inactive…", menu=_MENU, section=5, icon=Icon.INACTIVE,
                   help="No invoices and no orders until it is activated again.", needs=_NEEDS_PAGE),
        ActionSpec(id="account.cancel", power="customers.status",
                   text="Cancel accoun&t…", menu=_MENU, section=5, icon=Icon.CANCELLED,
                   help="Closes the account for good.", needs=_NEEDS_PAGE),
        ActionSpec(id="account.move", power="customers.move",
                   text="Mo&ve below another parent…", menu=_MENU, section=5, icon=Icon.TREE,
                   help="Another provider, profile or agent; shows first what it changes.", needs=_NEEDS_PAGE),
    ]


def _list_actions() -> list[ActionSpec]:
    """What is done with the rows of a customer list."""
    edit, needs = "&Edit", "needs a customer list"
    return [
        ActionSpec(id="customers.select_all", text="Select &all found", menu=edit, widget_key="Ctrl+A",
                   help="Also rows that are not read yet.", needs=needs),
        ActionSpec(id="customers.copy", text="&Copy rows", menu=edit, section=1, widget_key="Ctrl+C",
                   help="With a head, to paste into a spreadsheet.", needs=needs),
        ActionSpec(id="customers.copy_cell", text="Copy c&ell", menu=edit, section=1, widget_key="Ctrl+Shift+C",
                   needs=needs),
        ActionSpec(id="customers.filter_cell", text="&Filter by this cell", menu=edit, section=2,
                   widget_key="Ctrl+Shift+F", help="Adds what stands under the keyboard to the filter.", needs=needs),
        ActionSpec(id="customers.panel", text="Filter pa&nel", menu="&View", section=1, keys=("Ctrl+Alt+F",),
                   is_switch=True, help="The fields of the filter as a form.", needs=needs),
        ActionSpec(id="customers.columns", text="C&olumns…", menu="&View", section=1, keys=("Ctrl+Shift+L",),
                   help="Choose, order and size the columns of the list.", needs=needs),
        ActionSpec(id="customers.views", text="Sa&ved views", menu="&View", section=1, keys=("Ctrl+Shift+V",),
                   help="Filter, order and columns by name.", needs=needs),
        ActionSpec(id="customers.export", power="customers.export",
                   text="&Export what is shown…", menu="&File", section=2, icon=Icon.EXPORT,
                   keys=("Ctrl+E",), help="The rows found, or those selected, with the columns shown.", needs=needs),
        ActionSpec(id="customers.status", power="customers.status",
                   text="Chan&ge status of the selection…", menu=_MENU, section=6,
                   icon=Icon.SUSPENDED, help="Shows who would change, and who is refused and why.", needs=needs),
        ActionSpec(id="customers.profile", power="profiles.members", text="Move to a&nother profile…", menu=_MENU,
                   section=6, icon=Icon.PROFILE, help="The customers selected; what it would do is shown first.",
                   needs=needs),
        ActionSpec(id="customers.status_file", power="customers.status",
                   text="Change stat&uses from a file…", menu="&File", section=2,
                   help="All rows of a file, or none of them.", needs=needs),
    ]


ACCOUNT_KEYS: Final = (
    KeyLine("Attributes", "Space", "Set here, or clear what is set here"),
    KeyLine("Attributes", "F2", "Edit the value set here"),
    KeyLine("Attributes", "Enter", "Where the value comes from"),
    KeyLine("Attributes", "Delete", "Clear what is set here"),
    KeyLine("Inheritance diagram", "Up, Down", "The next tier; End goes to the effective value"),
    KeyLine("Inheritance diagram", "Enter", "Open the owner of a value"),
    KeyLine("Inheritance diagram", "F2, Delete", "Set or clear the value in this tier"),
    KeyLine("Inheritance diagram", "+, -, 0", "Larger, smaller, as it was"),
    KeyLine("Inheritance diagram", "T", "The diagram as text"),
    KeyLine("Ledger", "Enter", "Lines of the invoice"),
    KeyLine("Account tree", "Enter", "Open the first account found"),
)
