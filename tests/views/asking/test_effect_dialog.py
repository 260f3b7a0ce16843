"""A confirmation with its effect, whatever is changed: computed in the background, stopped, refused, done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.services.errors import RefusedByRule
from app.services.jobs import JobContext
from app.views.asking.effect_dialog import EffectDialog
from app.views.asking.effect_panel import Effect, EffectLine
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.support.immediate_runner import ImmediateRunner


def _told(count: int) -> Effect:
    lines = tuple(EffectLine(what=f"Value {n}", old="7 days", new="21 days",
                             count=str(count)) for n in range(min(count, 2)))
    return Effect(sentence="412 take it.", verb=f"Change {count} accounts", lines=lines,
                  refusal="" if count else "Nobody is there.")


def test_nothing_is_done_before_the_effect_is_known(qapp: QApplication, qtbot) -> None:
    theme, window = Theme(qapp), QWidget()
    qtbot.addWidget(window)
    window.show()
    runner = ImmediateRunner(None, ChangeBus())
    answers: list[object] = [OSError("no answer"), 3, 0, RefusedByRule("Terms lie between 0 and 365."), 5]
    asked: list[JobContext] = []

    def job(_database: object, context: JobContext) -> object:
        asked.append(context)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    runner.hold()
    dialog = EffectDialog(theme, runner, "Change terms", "What is posted stays.", verb="Change", job=job, tell=_told,
                          parent=window)
    done: list[bool] = []
    dialog.accepted.connect(lambda: done.append(True))
    dialog.open()
    panel, verb = dialog.effect, dialog.verb_button
    qtbot.waitUntil(panel.way.isVisible, timeout=2000)
    assert (panel.words, panel.way.text(), verb.isEnabled()) == ("Computing what it would do.", "Stop", False)
    panel.way.click()
    assert (runner.release(), asked) == (1, [])  # the job that waited was cancelled and never ran
    assert (panel.words, panel.way.text(), verb.isEnabled()) == (
        "Stopped. What it would do is not known, so nothing can be changed yet.", "Compute again", False)
    panel.way.click()
    assert (panel.words, panel.way.text(), verb.isEnabled()) == (
        "What it would do could not be computed: no answer", "Compute again", False)
    panel.way.click()
    assert (verb.text(), verb.isEnabled(), panel.way.isVisible()) == ("Change 3 accounts", True, False)
    assert [line.what for line in panel.shown_lines] == ["Value 0", "Value 1"]
    panel.ask(job, _told)
    assert (panel.words, verb.isEnabled()) == ("Nobody is there.", False)
    panel.ask(job, _told)
    assert (panel.words, panel.shown_lines, verb.isEnabled()) == ("Terms lie between 0 and 365.", [], False)
    panel.ask(job, _told)
    assert (verb.isEnabled(), dialog.focusWidget() is verb) == (True, False)  # the keyboard stands on the way back
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert (dialog.isVisible(), done) == (False, [])
    verb.click()
    assert done == [True]
