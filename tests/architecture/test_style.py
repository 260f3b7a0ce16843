"""Style and types as `./run lint` checks them, so that a green run means a clean tree."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.sources import ROOT


def _run_module(*arguments: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        pytest.fail(result.stdout + result.stderr, pytrace=False)


def test_ruff_is_content() -> None:
    _run_module("ruff", "check", "--quiet", ".")


@pytest.mark.slow
def test_mypy_is_content() -> None:
    _run_module("mypy", "--no-error-summary")
