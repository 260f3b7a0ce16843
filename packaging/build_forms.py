"""Compile the Designer files of `ui/` into the Python forms of `app/views/forms/`.

    packaging/build_forms.py            write app/views/forms/ui_NAME.py for every ui/NAME.ui, remove orphans
    packaging/build_forms.py --check    write nothing; exit 1 naming the forms that are out of date

The forms are kept in the repository, so that the program runs from a clone; a test runs the check. Slots are connected
in Python and never by their names: a method that happens to be called `on_…` is none of the form's business.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "ui"
FORMS = ROOT / "app" / "views" / "forms"


def compiled(source: Path) -> str:
    """The Python text of one Designer file."""
    compiler = Path(sys.executable).with_name("pyside6-uic")
    command = [compiler, "--no-autoconnection", source]
    result = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return result.stdout


def out_of_date() -> dict[Path, str | None]:
    """Forms that differ from their source, with the text they should have; None for one that has lost its source.

    Raises FileNotFoundError where there are no sources at all: then nothing was compared, and all forms would go.
    """
    sources = sorted(SOURCES.glob("*.ui"))
    if not sources:
        raise FileNotFoundError(f"There is no .ui file in {SOURCES}. Restore the folder, then build again.")
    wanted = {FORMS / f"ui_{source.stem}.py": compiled(source) for source in sources}
    stale: dict[Path, str | None] = {
        form: text for form, text in wanted.items() if not form.exists() or form.read_text(encoding="utf-8") != text
    }
    return stale | {form: None for form in FORMS.glob("ui_*.py") if form not in wanted}


def main() -> int:
    parser = argparse.ArgumentParser(description="Compile ui/*.ui into app/views/forms.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a form is out of date")
    check = parser.parse_args().check
    try:
        stale = out_of_date()
    except FileNotFoundError as error:
        sys.exit(str(error))
    for form, text in sorted(stale.items()):
        print(f"{'out of date' if check else 'written' if text is not None else 'removed'}: {form.relative_to(ROOT)}")
        if check:
            continue
        if text is None:
            form.unlink()
        else:
            form.parent.mkdir(parents=True, exist_ok=True)
            form.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
