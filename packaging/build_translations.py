"""Gather the texts of the program for translators and compile what they return.

    packaging/build_translations.py             bring resources/translations/*.ts up to date, compile each to .qm
    packaging/build_translations.py --check     write nothing; exit 1 naming the files that lack a text
    packaging/build_translations.py --add de    begin a translation into German

The .ts files are kept in the repository, the .qm files are not. Source lines are left out of the .ts files: they would
change with every commit.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "resources" / "translations"


def tool(name: str, *arguments: Path | str) -> None:
    """Run one of the Qt tools of this environment; what it prints appears only when it fails."""
    command = [Path(sys.executable).with_name(f"pyside6-{name}"), *arguments]
    result = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    if result.returncode != 0:
        sys.exit(f"pyside6-{name} failed:\n{result.stdout}{result.stderr}")


def sources() -> list[Path]:
    """Files that may hold texts; generated forms are left out, since their .ui files speak for them."""
    python = [path for path in ROOT.glob("app/**/*.py") if not path.name.startswith("ui_")]
    return sorted([*python, *ROOT.glob("ui/*.ui")])


def gather(*targets: Path) -> None:
    """Bring .ts files up to date with the sources; texts that have gone are dropped."""
    tool("lupdate", "-no-obsolete", "-locations", "none", *sources(), "-ts", *targets)


def is_current(translation: Path) -> bool:
    """Whether gathering the texts anew would leave this .ts file as it is."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / translation.name
        shutil.copyfile(translation, copy)
        gather(copy)
        return copy.read_bytes() == translation.read_bytes()


def main() -> int:
    parser = argparse.ArgumentParser(description="Gather and compile the translations.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a .ts file is out of date")
    parser.add_argument("--add", metavar="LANGUAGE", help="begin a translation, for instance de or pt_BR")
    given = parser.parse_args()
    translations = sorted(TRANSLATIONS.glob("*.ts"))
    if given.check:
        stale = [path for path in translations if not is_current(path)]
        for path in stale:
            print(f"out of date: {path.relative_to(ROOT)}")
        return 1 if stale else 0
    if given.add:
        TRANSLATIONS.mkdir(parents=True, exist_ok=True)
        translations.append(TRANSLATIONS / f"bursar_{given.add}.ts")
    if translations:
        gather(*translations)
    for path in translations:
        tool("lrelease", path, "-qm", path.with_suffix(".qm"))
        print(f"compiled: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
