"""The tour as a person starts it: every picture is there, the scan was applied, the PDFs can be read."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import text

from app.services.database.opening import open_database
from app.services.errors import InputRejected
from app.tour import run_tour

_SIZE, _PALETTE = (1280, 800), "dark"
"""The smallest screen and the palette that fewer people see; `./run bench --pictures` walks them all."""


@pytest.mark.slow
def test_the_tour_leaves_pictures_and_invoices_and_touches_no_other_database(tmp_path: Path) -> None:
    out = tmp_path / "tour"
    own = tmp_path / "own.db"
    command = (
        "import sys; from pathlib import Path; from app.tour import run_tour; "
        f"sys.exit(run_tour(Path(sys.argv[1]), accounts=120, sizes=[{_SIZE}], palettes=[{_PALETTE!r}]))"
    )
    env = {**os.environ, "BURSAR_DATABASE": str(own)}
    env.pop("DISPLAY", None)
    done = subprocess.run([sys.executable, "-c", command, str(out)], capture_output=True, text=True, env=env,
                          timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    pictures = sorted(p.name for p in out.glob("*.png"))
    for screen in ("customers", "account-attributes", "inheritance-diagram", "attribute-matrix", "account-ledger",
                   "account-services", "scan-preview", "printing", "settings", "modules", "set-up-file"):
        assert f"{screen}-{_SIZE[0]}x{_SIZE[1]}-{_PALETTE}.png" in pictures
    invoices = list((out / "invoices").glob("*.pdf"))
    assert invoices
    merged = pypdfium2.PdfDocument(out / "invoices.pdf")
    assert len(merged) >= len(invoices)
    merged.close()
    database = open_database(str(out / "tour-demo.db"))
    with database.read() as session:
        applied = session.execute(text("SELECT count(*) FROM scan_result WHERE applied")).scalar_one()
    database.close()
    assert applied > 0
    assert not own.exists()


def test_the_tour_removes_nobodys_books(sqlite_template: Path, tmp_path: Path) -> None:
    books = Path(shutil.copy(sqlite_template, tmp_path / "tour-demo.db"))
    with pytest.raises(InputRejected, match=r"is not the demo of an earlier walk\. Nothing was removed"):
        run_tour(tmp_path)
    with closing(open_database(str(books))), closing(sqlite3.connect(books)) as kept:
        assert kept.execute("SELECT count(*) FROM account").fetchall() == [(1,)]
    books.write_text("notes of a year\n" * 100)
    with pytest.raises(InputRejected, match="is not the demo of an earlier walk"):
        run_tour(tmp_path)
    assert books.read_text() == "notes of a year\n" * 100
    assert [path.name for path in tmp_path.iterdir()] == ["tour-demo.db"]
