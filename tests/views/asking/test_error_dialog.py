"""Errors in words, without secrets, one at a time."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from app.services.errors import (
    BursarError,
    Cancelled,
    DatabaseProblem,
    InputRejected,
    LeaseHeld,
    RefusedByRule,
    RowError,
)
from app.views.asking.error_dialog import ErrorDialog, ErrorPresenter, describe, without_secrets
from app.views.look.theme import Theme
from app.views.look.tokens import Tone
from tests.support.driver import Driver


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("postgresql+psycopg://kim:s3cr3t@db.example/books", "postgresql+psycopg://kim:•••@db.example/books"),
        ("connect(host='db', password='s3 cr3t', user='kim')", "connect(host='db', password=•••, user='kim')"),
        ('{"api_key": "abc", "name": "x"}', '{"api_key": •••, "name": "x"}'),
        ("Authorization: Bearer abc.def", "Authorization: •••"),
        ("PGPASSWORD=s3cr3t psql", "PGPASSWORD=s3cr3t psql".replace("s3cr3t", "•••")),
        ("sqlite:////home/kim/books.db", "sqlite:////home/kim/books.db"),
        ("token = t0k", "token = •••"),
    ],
)
def test_secrets_are_removed(text: str, clean: str) -> None:
    assert without_secrets(text) == clean


@pytest.mark.parametrize(
    ("error", "why", "tone"),
    [
        (RefusedByRule("The period is closed."), "The period is closed.", Tone.WARN),
        (LeaseHeld("R. Haddad scans now."), "R. Haddad scans now.", Tone.WARN),
        (DatabaseProblem("No answer from the server."), "No answer from the server.", Tone.BAD),
        (BursarError("Nothing to do."), "Nothing to do.", Tone.BAD),
        (InputRejected("3 rows are wrong.", [RowError(row=17, field="amount", value="12,3O", message="Write 12.30.")]),
         "3 rows are wrong. Row 17, amount: Write 12.30.", Tone.WARN),
        (OSError(28, "No space left on device"), "The system refused: No space left on device.", Tone.BAD),
        (KeyError("x"), "This is a mistake in the program, not in what you did.", Tone.BAD),
    ],
)
def test_every_error_is_told_in_words(error: BaseException, why: str, tone: Tone) -> None:
    report = describe(error, title="The payment was not posted", operation="post_payment account A0001",
                      database="postgresql://kim:pw@db/books")
    assert report.why == why
    assert not (isinstance(error, DatabaseProblem) and report.what_to_do), "its own words say what to do"
    assert report.tone is tone
    assert "post_payment account A0001" in report.details
    assert "pw@" not in report.details
    assert type(error).__name__ in report.details


def test_details_are_folded_and_can_be_copied(theme: Theme, qtbot) -> None:
    report = describe(RuntimeError("password=abc"), title="The scan did not run")
    dialog = ErrorDialog(report, theme, can_retry=True)
    qtbot.addWidget(dialog)
    dialog.show()
    seen = Driver(dialog)
    assert not seen.has("Details for support", QPlainTextEdit)
    seen.click("Details for support")
    assert seen.has("Details for support", QPlainTextEdit)
    seen.click("Copy details")
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("The scan did not run")
    assert "RuntimeError" in copied
    assert "abc" not in copied


def test_errors_are_shown_one_at_a_time_and_not_twice(theme: Theme, qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    presenter = ErrorPresenter(theme, window)
    retried: list[str] = []
    presenter.show(RefusedByRule("One."), retry=lambda: retried.append("one"))
    presenter.show(RefusedByRule("One."))
    presenter.show(RefusedByRule("Two."))
    presenter.show(Cancelled())
    first = presenter.dialog
    assert first is not None
    assert first.report.why == "One."
    first.accept()
    assert retried == ["one"]
    second = presenter.dialog
    assert second is not None
    assert second.report.why == "Two."
    second.reject()
    assert presenter.dialog is None
