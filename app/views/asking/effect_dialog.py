"""Confirmation with effect: what would happen is computed before the button works (ARCHITECTURE.md, "Effects").

The title is the verb phrase, the button repeats verb and count, and the keyboard starts on the way back. The dialog is
opened, never executed; `accepted` makes the change. Leaving it stops the computing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.asking.effect_panel import Effect, EffectPanel
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner

_WIDTH = 600


class EffectDialog(ConfirmDialog):
    """`text` says what holds whatever the effect; `what` heads the column of what changes."""

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, *, verb: str, job: Job[Any],
                 tell: Callable[[Any], Effect], parent: QWidget, kind: str = "main", what: str = "Setting") -> None:
        self._panel = EffectPanel(theme, runner, what=what)
        super().__init__(theme, title, text, verb=verb, parent=parent, kind=kind, content=self._panel)
        self.setMinimumWidth(theme.sizes.px(_WIDTH))
        self.verb_button.setEnabled(False)
        self._panel.known.connect(self._on_known)
        self.finished.connect(self._panel.stop)
        self._text = text
        self._panel.ask(job, tell)

    @property
    def effect(self) -> EffectPanel:
        """What is shown of the effect."""
        return self._panel

    def _on_known(self, effect: Effect) -> None:
        if effect.verb:
            self.verb_button.setText(effect.verb)
        self.verb_button.setEnabled(not effect.refusal)
        self.setAccessibleDescription(f"{self._panel.words} {self._text}")
        self.adjustSize()
