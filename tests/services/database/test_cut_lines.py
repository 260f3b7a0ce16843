"""The connection is cut at any statement of long work and of saves: words and exit 3, or success; never half of it.

The points are drawn by a seed, and at each the statement is either not sent or carried out with its answer lost. What
was cut is done again on the same database, cut elsewhere; whenever it comes through, the database is as after an
undisturbed run, and sound.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import run
from app.models.base import Base
from app.models.values import Tier
from app.services.attributes.writing import set_attributes
from app.services.database.asking import doing
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.errors import DatabaseProblem, RefusedByRule
from app.services.jobs import JobContext
from app.services.printing import batch
from app.services.profiles.moves import Members, move_members
from app.services.profiles.profiles import ProfileDetails, create_profile
from tests.support.cut_line import CutLine
from tests.support.pgtemp import TempPostgres
from tests.support.render_pools import PoolOfNobody
from tests.support.small_book import build

_POINTS = 20
_SEED = 20_26
_NOWHERE = 0
_ACCOUNTS = "code,start\n" + "".join(f"N{n},2025-01-0{n}\n" for n in range(1, 6))
_OF_RUNS = frozenset({"scan_run", "scan_run_provider", "scan_run_chunk", "scan_result", "print_batch", "print_item",
                      "audit_entry"})
_MAP = 'kind = "accounts"\nkey = "{code}"\n[provider]\ncode = "HT"\n[columns]\nstart_date = "start"\n'
_STATUSES = ("ACCOUNT_ID,ACCOUNT_STATUS,ACCOUNT_STATUS_REASON\nHT/A4,Suspended,Credit check\n"
             "HT/A2,Inactive,Other\n")


@dataclass(frozen=True)
class Bed:
    """A filled database that is copied for each run, the line to it, and a folder for files."""

    server: TempPostgres
    template: str
    line: CutLine
    folder: Path
    provider: int
    profile: int
    members: tuple[int, ...]

    def fresh(self) -> str:
        """A copy; returns its address by way of the line."""
        self.server.drop_database("cut")
        return self.line.url(self.server.create_database("cut", template=self.template))

    def content(self) -> str:
        """All rows of the copy, past the line."""
        return self._asked("md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), ''))")

    def counts(self) -> str:
        """How many rows there are of everything but what is written of each run of a job."""
        return self._asked("count(*)", _OF_RUNS)

    def _asked(self, what: str, without: frozenset[str] = frozenset()) -> str:
        each = ", ".join(f'(SELECT {what} FROM "{name}" t)' for name in sorted(set(Base.metadata.tables) - without))
        with self.server.connect("cut") as connection:
            return str(connection.execute(f"SELECT {each}").fetchone())


@pytest.fixture
def bed(database: Database, pg_server: TempPostgres, tmp_path: Path) -> Iterator[Bed]:
    book = build(database)
    with database.write() as session:
        profile = create_profile(session, provider_id=book.provider, details=ProfileDetails(name="Later")).id
    template = str(database.url.database)
    database.engine.dispose()  # a database is copied while nobody uses it
    (tmp_path / "a.csv").write_text(_ACCOUNTS)
    (tmp_path / "a.toml").write_text(_MAP)
    (tmp_path / "s.csv").write_text(_STATUSES)
    with CutLine(pg_server.port) as line:
        yield Bed(pg_server, template, line, tmp_path, book.provider, profile, (book.late, book.fine))
    pg_server.drop_database("cut")


def by_command(*words: str) -> Callable[[Bed, str], int]:
    def work(bed: Bed, url: str) -> int:
        return run(["--database", url, *(word.replace("FOLDER", str(bed.folder)) for word in words)])

    return work


def by_window(command: Callable[..., object], arguments: Callable[[Bed], dict[str, object]]
              ) -> Callable[[Bed, str], int]:
    def work(bed: Bed, url: str) -> int:
        with closing(Database(parse_url(url), actor="test")) as database:
            try:
                doing(command, **arguments(bed))(database, JobContext())
            except DatabaseProblem:
                return 3
            except RefusedByRule as refusal:
                return 0 if "already" in str(refusal) else 2  # it was saved, and the answer lost
        return 0

    return work


WORKS = {
    "scan": by_command("scan", "--json"),
    "print": by_command("invoices", "print", "--provider", "HT", "--out", "FOLDER/out", "--json"),
    "import": by_command("import", "accounts", "FOLDER/a.csv", "--map", "FOLDER/a.toml", "--json"),
    "statuses": by_command("status", "import", "FOLDER/s.csv"),
    "moves": by_window(move_members, lambda bed: {
        "provider_id": bed.provider, "members": Members(account_ids=bed.members), "to_profile_id": bed.profile,
        "seen": 0}),
    "saves": by_window(set_attributes, lambda bed: {
        "tier": Tier.ACCOUNT, "owner_id": bed.members[0], "values": {"trading_due_days": 33},
        "seen": {"trading_due_days": None}}),
}


# The driver cannot close a cursor of the server over a line that is cut.
@pytest.mark.filterwarnings("ignore:.*ServerCursor:ResourceWarning", "ignore:.*ServerCursor")
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("name", WORKS)
def test_the_line_is_cut_anywhere(bed: Bed, name: str, monkeypatch: pytest.MonkeyPatch,
                                  capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(batch, "RenderPool", PoolOfNobody)
    work = WORKS[name]
    url = bed.fresh()
    start = bed.content()
    bed.line.cut_once(_NOWHERE, when_sent=False)
    assert work(bed, url) == 0, capsys.readouterr().err
    statements, end = bed.line.statements, bed.counts()
    drawn = random.Random(_SEED)
    points = [drawn.randint(1, statements) for _ in range(_POINTS)]
    url = bed.fresh()
    for point in [*points, _NOWHERE]:
        when_sent = drawn.random() < 0.5
        is_new = bed.content() == start
        bed.line.cut_once(point, when_sent=when_sent)
        code, said = work(bed, url), capsys.readouterr().err
        where = f"{name}, statement {point} of {statements}, {when_sent=}, {is_new=}: {said}"
        assert code == 0 or (code == 3 and point != _NOWHERE), where
        assert "Traceback" not in said, where
        if code == 0:  # the repeat of all that was cut before
            bed.line.cut_once(_NOWHERE, when_sent=False)
            assert bed.counts() == end, where
            if not is_new:
                assert run(["--database", url, "db", "check"]) == 0, where
            url = bed.fresh()
