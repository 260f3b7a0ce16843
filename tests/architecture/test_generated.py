"""What is generated and kept in the repository equals what its sources give today."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.sources import ROOT


def _script(name: str) -> ModuleType:
    """A script of `packaging/` as a module; the folder is no package, since a library has that name."""
    spec = importlib.util.spec_from_file_location(f"bursar_{name}", ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("script", ["build_forms.py", "build_translations.py"])
def test_generated_files_are_up_to_date(script: str) -> None:
    """Without a .ts file there is nothing to translate into; without a .ui file the forms are refused."""
    result = subprocess.run(
        [sys.executable, ROOT / "packaging" / script, "--check"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture
def forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script at work on a small tree: one form, compiled."""
    module = _script("build_forms")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "SOURCES", tmp_path / "ui")
    monkeypatch.setattr(module, "FORMS", tmp_path / "forms")
    monkeypatch.setattr(sys, "argv", ["build_forms.py"])
    (tmp_path / "ui").mkdir()
    source = (ROOT / "ui" / "new_account_profile.ui").read_text(encoding="utf-8")
    (tmp_path / "ui" / "new_account_profile.ui").write_text(source, encoding="utf-8")
    assert module.main() == 0
    monkeypatch.setattr(sys, "argv", ["build_forms.py", "--check"])
    return module


def test_a_changed_form_is_named(forms: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert forms.main() == 0
    source = forms.SOURCES / "new_account_profile.ui"
    source.write_text(source.read_text(encoding="utf-8").replace("&amp;Profile", "Pr&amp;ofile"), encoding="utf-8")
    assert forms.main() == 1
    assert capsys.readouterr().out == f"out of date: {Path('forms') / 'ui_new_account_profile.py'}\n"
    assert "Pr&ofile" not in (forms.FORMS / "ui_new_account_profile.py").read_text(encoding="utf-8")


def test_a_form_without_its_source_is_named(forms: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    (forms.FORMS / "ui_old.py").write_text("", encoding="utf-8")
    assert forms.main() == 1
    assert "ui_old.py" in capsys.readouterr().out


def test_a_folder_without_forms_is_no_success(forms: ModuleType) -> None:
    (forms.SOURCES / "new_account_profile.ui").unlink()
    with pytest.raises(SystemExit, match=r"There is no \.ui file in"):
        forms.main()
    assert (forms.FORMS / "ui_new_account_profile.py").exists()


def test_translators_get_the_texts_of_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    translations = _script("build_translations")
    sources = [path for path in translations.sources() if path.suffix == ".ui"]
    assert sources == sorted((ROOT / "ui").glob("*.ui"))
    monkeypatch.setattr(translations, "sources", lambda: sources)
    target = tmp_path / "bursar_de.ts"
    translations.gather(target)
    text = target.read_text(encoding="utf-8")
    assert "<name>ConnectDialog</name>" in text
    assert "<source>&amp;Test connection</source>" in text
    assert "muted" not in text  # what the theme reads is no text
