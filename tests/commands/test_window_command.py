"""bursar without a verb: on which database the window opens, and as whom."""

from __future__ import annotations

from typing import Any

import pytest

from app.cli import run


@pytest.mark.parametrize(("words", "variable", "login"), [
    ([], None, ""),
    ([], "kim@one.example", "kim@one.example"),
    (["--as", "rita@one.example"], None, "rita@one.example"),
    (["--as", "rita@one.example"], "kim@one.example", "rita@one.example"),
    (["--demo", "--as", "rita@one.example"], None, "rita@one.example"),
])
def test_the_window_is_told_who_works(monkeypatch: pytest.MonkeyPatch, words: list[str], variable: str | None,
                                      login: str) -> None:
    told: list[dict[str, Any]] = []

    def run_window(url: str, **rest: Any) -> int:
        told.append({"url": url, **rest})
        return 0

    monkeypatch.setattr("app.bootstrap.run_window", run_window)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.delenv("BURSAR_USER", raising=False)
    if variable is not None:
        monkeypatch.setenv("BURSAR_USER", variable)
    assert run(words) == 0
    assert [(said["login"], said["demo"]) for said in told] == [(login, "--demo" in words)]
