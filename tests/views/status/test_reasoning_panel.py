"""The reasoning of a scan: table, words, and the narrow form."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from app.models.values import ScanOutcome
from app.services.suspension.explain import ScanExplanation
from app.services.suspension.reasons import Condition
from app.services.wording import Reason
from app.views.look.theme import Theme
from app.views.status.reasoning_panel import ReasoningPanel
from app.views.widgets.basics import LinkButton

EFFECT = Reason(code="effect", words="2 services restricted.")


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


def explanation(outcome: ScanOutcome, *reasons: Reason, excluded_by: str = "") -> ScanExplanation:
    conditions = (
        Condition(words="Overdue payable at least 50.00 AUD", figure="66.00 AUD", source="overdue 66.00 AUD",
                  holds=True),
        Condition(words="None of the 7 exclusions applies", figure="1 of 7" if excluded_by else "0 of 7",
                  source=excluded_by or "no excluded group", holds=not excluded_by,
                  exclusions=tuple(excluded_by.split(", ")) if excluded_by else ()),
    )
    return ScanExplanation(code="A0002", name="Jane Citizen", as_of=date(2025, 7, 2), rule_name="Harbour standard",
                           rule_version=2, rule_in_words="Suspend when …",
                           rule_since=date(2025, 6, 1), outcome=outcome, reasons=reasons, conditions=conditions,
                           changes_when="Changes if 16.01 AUD or more is paid.", exclusions=(), next_change=None)


def texts(panel: ReasoningPanel) -> list[str]:
    QApplication.processEvents()  # children added to a visible widget are shown by the event loop
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def test_a_suspension_is_explained_by_its_conditions_and_its_effect(theme, qtbot) -> None:
    panel = ReasoningPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(800, 400)
    panel.show_explanation(explanation(ScanOutcome.SUSPEND, Reason(code="amount", words="Overdue is enough."), EFFECT))
    shown = texts(panel)
    assert "On Wed 2 Jul 2025, Jane Citizen would be suspended." in shown
    assert "Why: rule set “Harbour standard”, in force since 1 Jun 2025" in shown
    assert {"Overdue payable at least 50.00 AUD", "66.00 AUD", "Overdue 66.00 AUD", "2 services restricted.",
            "Changes if 16.01 AUD or more is paid."} <= set(shown)
    assert "Overdue is enough." not in shown  # the table says it
    assert "66.00 AUD" in panel.accessibleDescription()


def test_exclusions_are_said_in_words_without_their_codes(theme, qtbot) -> None:
    panel = ReasoningPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(800, 400)
    panel.show_explanation(explanation(
        ScanOutcome.EXCLUDED, Reason(code="X2", words="Member of the group VIP."), excluded_by="X2, X7"))
    assert "Member of the group VIP." in texts(panel)
    assert not any("X2" in text for text in texts(panel))


def test_it_is_built_anew_when_it_becomes_narrow_and_its_link_works(theme, qtbot) -> None:
    panel, opened = ReasoningPanel(theme), []
    qtbot.addWidget(panel)
    panel.set_link("Open account", lambda: opened.append(1))
    panel.resize(800, 400)
    panel.show()
    panel.show_explanation(explanation(ScanOutcome.SUSPEND, EFFECT))
    assert "Where it comes from" in texts(panel)
    panel.resize(360, 400)
    assert "Where it comes from" not in texts(panel)
    assert "Overdue 66.00 AUD" in texts(panel)
    panel.findChildren(LinkButton)[-1].click()
    assert opened == [1]
    panel.show_words("No rule set is in force.")
    assert panel.explanation is None
    assert "No rule set is in force." in texts(panel)
