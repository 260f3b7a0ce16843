"""One clock says what day it is: whoever needs today asks `business_day`, by the instant of the unit of work."""

from __future__ import annotations

import ast

from tests.support.sources import ROOT, calls_in, dotted_name, place, python_files, syntax_of

BUSINESS_DAY = "app/services/providers/business_day.py"
ASKS_A_CLOCK = {
    "app/services/clock.py": "the clock of this machine itself",
    "app/services/database/unit_of_work.py": "the instant of a unit of work: the server's clock, else ours",
    "app/services/scans/lease.py": "a sign of life in the middle of a long chunk carries the present instant",
    "app/services/periods/closing.py": "when a period was closed, read anew behind the lock that it waited for",
    "app/services/periods/settings.py": "when the first period was opened, read anew behind the lock",
    "app/services/database/upgrade.py": "the name of the copy that is kept of an older file",
    "app/services/database/migrations/versions/0002_letterheads.py": "when an upgrade wrote what it found",
    "app/services/demo/making.py": "where a demo ends, before there is a database whose clock could be asked",
    "app/bootstrap.py": "the date of the workstation, shown where no provider is in view",
    "app/tour.py": "the tour is its own workstation",
    "app/views/widgets/notices.py": "when a notice came, which is only shown",
    "app/views/asking/error_dialog.py": "when a fault was met, for its report",
}
"""Modules that ask what time it is, each with the reason why that decides nothing about a business date."""
_CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "clock.now", "SystemClock",
           "server_now", "instant_of", "local_now")


def clocks_asked(source: ast.Module) -> list[ast.AST]:
    """Calls that ask a clock, and dates made of the present instant."""
    found: list[ast.AST] = []
    for call, name in calls_in(source):
        if name in _CLOCKS or name.endswith(tuple(f".{clock}" for clock in _CLOCKS)) or _is_present_date(call):
            found.append(call)
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "now" and name.startswith("?"):
            found.append(call)  # SystemClock().now()
    found += [node for node in ast.walk(source) if isinstance(node, ast.keyword) and node.arg == "default_factory"
              and dotted_name(node.value) in _CLOCKS]
    return found


def _is_present_date(call: ast.Call) -> bool:
    """`recorded_now(session).astimezone(…).date()`, or the same of a name that says now."""
    match call.func:
        case ast.Attribute(attr="date", value=ast.Call(func=ast.Attribute(attr="astimezone", value=moment))):
            name = dotted_name(moment.func) if isinstance(moment, ast.Call) else dotted_name(moment)
            return name in ("now", "recorded_now")
        case _:
            return False


def test_what_asks_a_clock_is_found() -> None:
    for text in ("datetime.now(UTC)", "date.today()", "SystemClock().now()", "self.clock.now()", "server_now(session)",
                 "recorded_now(session).astimezone(zone).date()", "now.astimezone(ZoneInfo(zone)).date()",
                 "field(default_factory=local_now)"):
        assert clocks_asked(ast.parse(text)), text
    for text in ("recorded_now(session)", "row.set_at.astimezone(zone).date()", "business_day(session, provider_id)"):
        assert not clocks_asked(ast.parse(text)), text


def test_nothing_but_the_business_day_says_today() -> None:
    asks = {str(path.relative_to(ROOT)): [place(path, node) for node in found] for path in python_files("app")
            if (found := clocks_asked(syntax_of(path)))}
    assert asks.pop(BUSINESS_DAY, None), "the one place that may"
    assert {path: where for path, where in asks.items() if path not in ASKS_A_CLOCK} == {}
    assert sorted(set(ASKS_A_CLOCK) - set(asks)) == [], "asks no longer: take it off the list"
