"""Moving members to another profile and taking an earlier move back: the effect first, then the work.

It outlives the screen that asked. The notice of what was moved, with *Undo*, comes from the answer of the command.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from app.services.database.asking import asking, doing, telling
from app.services.impact.comparing import Impact
from app.services.profiles.impact import impact_of_move
from app.services.profiles.moves import Members, MoveBack, MoveResult, move_back, move_members, undo_move
from app.services.profiles.queries import ProfileRow
from app.services.wording import listed
from app.views.asking.effect_dialog import EffectDialog
from app.views.asking.effect_panel import Effect
from app.views.attributes.effect_words import KEPT, consequences, effect_lines
from app.views.desk.desk import Desk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Tone
from app.views.running.handle import JobCard
from app.views.widgets.notices import Notice

_NAMED = 12


class MoveWork(QObject):
    """Belongs to the window, over which its questions stand."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._theme = desk.theme
        self._runner = desk.runner
        self._window = desk.window
        self._notices = desk.notices

    def move(self, members: Members, provider_id: int, to: ProfileRow, seen: int) -> None:
        """Show what moving would do, and move once that is accepted; `seen` is the newest move that was shown."""
        job = telling(impact_of_move, provider_id=provider_id, members=members, to_profile_id=to.id)
        dialog = EffectDialog(self._theme, self._runner, f"Move members to {to.name}", KEPT, verb="Move members",
                              job=job, tell=partial(effect_of_move, name=to.name, formatter=self._theme.formatter),
                              parent=self._window)
        dialog.accepted.connect(partial(self._move, members, provider_id, to, seen))
        dialog.open_and_forget()

    def take_back(self, move_id: int) -> None:
        """Show what can still be moved back and what changed since, and move it back once that is accepted."""
        dialog = EffectDialog(
            self._theme, self._runner, "Take a move back",
            "Each account goes back to the profile it came from.", verb="Move back",
            job=asking(move_back, move_id=move_id), tell=partial(effect_of_undo, formatter=self._theme.formatter),
            parent=self._window)
        dialog.accepted.connect(partial(self._take_back, move_id))
        dialog.open_and_forget()

    # --- inside ---

    def _move(self, members: Members, provider_id: int, to: ProfileRow, seen: int) -> None:
        job = doing(move_members, provider_id=provider_id, members=members, to_profile_id=to.id, seen=seen)
        card = JobCard(title=f"Move members to {to.name}", icon=Icon.PROFILE, summary=self._said)
        self._runner.write(job, failed=self._on_failed, card=card)

    def _take_back(self, move_id: int) -> None:
        card = JobCard(title="Move members back", icon=Icon.UNDO, summary=self._said)
        self._runner.write(doing(undo_move, move_id=move_id), failed=self._on_failed, card=card)

    def _said(self, result: MoveResult) -> str:
        return f"{self._theme.formatter.counted(result.moved, 'account', 'accounts')} moved to {result.to_profile}."

    def _on_failed(self, error: BaseException) -> None:
        self._notices.show(Notice(title="No account was moved.", text=str(error), tone=Tone.BAD))


def effect_of_move(impact: Impact, *, name: str, formatter: Formatter) -> Effect:
    """What moving accounts to a profile does."""
    if not impact.accounts:
        return Effect(sentence="", verb="",
                      refusal=f"There is no account to move: all chosen ones have the profile {name} already, "
                                      "or are not yours to change.")
    count = formatter.counted(impact.accounts, "account", "accounts")
    verb = "gets" if impact.accounts == 1 else "get"
    lines = effect_lines(impact, formatter)
    sentence = f"{count} {verb} the profile {name}" + ("." if lines else "; no value changes for any of them.")
    return Effect(sentence=sentence, verb=f"Move {count}", lines=lines, consequences=consequences(impact, formatter))


def effect_of_undo(back: MoveBack, *, formatter: Formatter) -> Effect:
    """"1,204 accounts moved to Residential. 1,201 can be moved back; 3 changed since: Lim, Okafor, Petrou.\""""
    moved = formatter.counted(back.moved, "account", "accounts")
    text = f"{moved} moved to {back.to_profile}. "
    rest = f"{formatter.number(back.kept)} changed since: {_names(back, formatter)}."
    if not back.can:
        return Effect(sentence="", verb="", refusal=f"{text}None can be moved back; {rest}")
    text += f"{formatter.number(back.can)} can be moved back"
    return Effect(sentence=f"{text}; {rest}" if back.kept else f"{text}.",
                  verb=f"Move {formatter.number(back.can)} back")


def _names(back: MoveBack, formatter: Formatter) -> str:
    shown = list(back.names[:_NAMED])
    more = back.kept - len(shown)
    return listed([*shown, f"{formatter.number(more)} more"] if more else shown)
