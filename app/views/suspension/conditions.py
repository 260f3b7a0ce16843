"""What the area of the proposals says where there are none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.views.asking.error_dialog import advice
from app.views.lists.stateful_area import StatefulArea
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.suspension.session import ScanSession, ScanState
from app.views.widgets.empty_state import WayOn


class ScanConditions:
    """Words the exceptions of the table."""

    def __init__(self, area: StatefulArea, session: ScanSession, formatter: Formatter, *,
                 show_all: Callable[[], object]) -> None:
        self._area = area
        self._session = session
        self._formatter = formatter
        self._show_all = show_all

    def update(self, *, has_lines: bool, filter_text: str) -> None:
        """Show the rows, or say why there are none."""
        session = self._session
        if has_lines:
            self._area.show_content()
        elif session.state is ScanState.PREVIEWING:
            self._area.show_content()
            self._area.show_reading("Judging accounts.", session.stop)
        elif session.failure is not None and session.preview is None:
            self._say_failed("The scan could not be previewed.", session.failure,
                             WayOn("Preview again", session.preview_now, is_main=True))
        elif session.preview is None:
            self._say_start()
        elif session.preview.rows:
            self._say_hidden(filter_text)
        else:
            self._say_nobody()

    def _say_failed(self, head: str, failure: BaseException, way: WayOn) -> None:
        self._area.show_words(head, advice(failure), icon=Icon.ERROR, ways=[way])

    def _say_start(self) -> None:
        session = self._session
        if session.question.failure is not None:
            self._say_failed("The providers could not be read.", session.question.failure,
                             WayOn("Try again", session.question.load, is_main=True))
        elif not session.question.is_loaded:
            self._area.show_reading("Reading the providers.")
        elif not session.question.choices:
            self._area.show_words("No provider has customers to scan yet.",
                                  "A scan judges the customers of retail and non-billing providers.",
                                  icon=Icon.SUSPENSION)
        elif all(choice.rules is None for choice in session.question.choices):
            self._area.show_words("No rule set is in force.",
                                  "Nobody is suspended without rules. They are entered with: bursar rules set",
                                  icon=Icon.SUSPENSION)
        else:
            self._area.show_words(f"{_capital(session.question.name())}: nothing previewed yet.",
                                  "The preview shows who would be suspended, restored or left alone, and why. "
                                  "It changes nothing.", icon=Icon.SUSPENSION,
                                  ways=[WayOn("Preview scan", session.preview_now, is_main=True)])

    def _say_hidden(self, filter_text: str) -> None:
        preview = self._session.preview
        assert preview is not None  # noqa: S101  its caller looked
        count = self._formatter.counted(len(preview.rows), "account", "accounts")
        if filter_text.strip():
            self._area.show_words(f"Nothing matches “{filter_text.strip()}”.",
                                  f"The preview holds {count}.", ways=[WayOn("Show all", self._show_all)])
        else:
            self._area.show_words("All groups are hidden.", f"The preview holds {count}.", icon=Icon.HIDE,
                                  ways=[WayOn("Show all", self._show_all)])

    def _say_nobody(self) -> None:
        session, preview = self._session, self._session.preview
        assert preview is not None  # noqa: S101  its caller looked
        if not preview.providers:
            self._area.show_words(f"No rule set is in force for {session.question.name()} on "
                                  f"{self._formatter.day(preview.as_of)}.",
                                  "Nobody is suspended without rules. They are entered with: bursar rules set",
                                  icon=Icon.SUSPENSION)
            return
        when = "today" if preview.is_today else f"on {self._formatter.day(preview.as_of, weekday=True)}"
        judged = f"{self._formatter.counted(preview.judged, 'account was', 'accounts were')} judged."
        if not preview.due_tomorrow:
            self._area.show_words(f"Nobody to suspend {when}.", judged, icon=Icon.GOOD)
            return
        due = self._formatter.counted(preview.due_tomorrow, "account becomes", "accounts become")
        tomorrow = "tomorrow" if preview.is_today else "the day after"
        self._area.show_words(f"Nobody to suspend {when}.", f"{judged} {due} due {tomorrow}.", icon=Icon.GOOD,
                              ways=[WayOn("Show them", self._show_tomorrow)])

    def _show_tomorrow(self) -> None:
        preview = self._session.preview
        if preview is not None:
            self._session.question.set_day(preview.as_of + timedelta(days=1))
            self._session.preview_now()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
