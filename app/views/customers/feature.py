"""The customer list and what is done with its rows."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.screen import CUSTOMERS, Place, Screen, Target
from app.views.look.icons import Icon

_MENU: Final = "&Account"
_EDIT: Final = "&Edit"
_NEEDS: Final = "needs a customer list"
_PLACE: Final = Place(key="accounts", title="Accounts", icon=Icon.ACCOUNTS, target=Target(CUSTOMERS))

_ACTIONS: Final = (
    ActionSpec(id="account.open", text="&Open account", menu=_MENU, icon=Icon.OPEN,
               help="Enter on a row does the same.", needs="needs a row of a customer list"),
    ActionSpec(id="customers.preview", text="&Preview below the list", menu="Vie&w", section=1, is_switch=True,
               needs="needs a customer list"),
    ActionSpec(id="customers.select_all", text="Select &all found", menu=_EDIT, widget_key="Ctrl+A",
               help="Also rows that are not read yet.", needs=_NEEDS),
    ActionSpec(id="customers.copy", text="&Copy rows", menu=_EDIT, section=1, widget_key="Ctrl+C",
               help="With a head, to paste into a spreadsheet.", needs=_NEEDS),
    ActionSpec(id="customers.copy_cell", text="Copy c&ell", menu=_EDIT, section=1, widget_key="Ctrl+Shift+C",
               needs=_NEEDS),
    ActionSpec(id="customers.filter_cell", text="&Filter by this cell", menu=_EDIT, section=2,
               widget_key="Ctrl+Shift+F", help="Adds what stands under the keyboard to the filter.", needs=_NEEDS),
    ActionSpec(id="customers.panel", text="Filter pa&nel", menu="Vie&w", section=1, keys=("Ctrl+Alt+F",),
               is_switch=True, help="The fields of the filter as a form.", needs=_NEEDS),
    ActionSpec(id="customers.columns", text="C&olumns…", menu="Vie&w", section=1, keys=("Ctrl+Shift+L",),
               help="Choose, order and size the columns of the list.", needs=_NEEDS),
    ActionSpec(id="customers.views", text="Sa&ved views", menu="Vie&w", section=1, keys=("Ctrl+Shift+V",),
               help="Filter, order and columns by name.", needs=_NEEDS),
    ActionSpec(id="customers.export", power="customers.export",
               text="&Export what is shown…", menu="&File", section=2, icon=Icon.EXPORT,
               keys=("Ctrl+E",), help="The rows found, or those selected, with the columns shown.", needs=_NEEDS),
    ActionSpec(id="customers.status", power="customers.status",
               text="Chan&ge status of the selection…", menu=_MENU, section=6,
               icon=Icon.SUSPENDED, help="Shows who would change, and who is refused and why.", needs=_NEEDS),
    ActionSpec(id="customers.profile", power="profiles.members", text="Move to a&nother profile…", menu=_MENU,
               section=6, icon=Icon.PROFILE, help="The customers selected; what it would do is shown first.",
               needs=_NEEDS),
    ActionSpec(id="customers.status_file", power="customers.status",
               text="Change stat&uses from a file…", menu="&File", section=2,
               help="All rows of a file, or none of them.", needs=_NEEDS),
)


def _list(target: Target, desk: Desk) -> Screen:
    from app.views.customers.list_screen import CustomerListScreen

    return CustomerListScreen(target, desk)


FEATURE: Final = Feature(places=(_PLACE,), actions=_ACTIONS, screens={CUSTOMERS: _list},
                         at_first=("app.views.customers.list_screen",))
