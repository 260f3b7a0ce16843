"""What is generated and kept in the repository equals what its sources give today."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.sources import ROOT


@pytest.mark.parametrize("script", ["build_forms.py", "build_translations.py"])
def test_generated_files_are_up_to_date(script: str) -> None:
    """With no .ui or .ts file there is nothing to compare and the scripts say so by succeeding."""
    result = subprocess.run(
        [sys.executable, ROOT / "packaging" / script, "--check"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
