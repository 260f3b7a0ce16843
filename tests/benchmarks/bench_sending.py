"""How late a window is while a thousand mails leave on its own loop, against the same window with nothing to do.

The window's loop is asked every 5 ms whether it answers; how much later than asked it does is its lateness. The mail
server is a program of its own, so that it takes no time of the window's.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

MAILS = 1_000
_BEAT_MS = 5
_REST_S = 5.0


def _serve(ends: Connection) -> None:
    """A mail server until it is told to end; says its port first, and how many mails it took at last."""
    from tests.support.mail_server import mail_server

    with mail_server() as server:
        ends.send(server.port)
        ends.recv()
        ends.send(len({mail.message_id for mail in server.mails}))


class Heart:
    """Counts how much later than asked the loop answers."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.late_ms: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._due = 0.0

    def begin(self) -> None:
        self.late_ms = []
        self._due = time.perf_counter() + _BEAT_MS / 1000
        self._timer.start(_BEAT_MS)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._due) * 1000))
        self._due = now + _BEAT_MS / 1000

    def figures(self) -> dict[str, float]:
        found = sorted(self.late_ms)
        return {"median_ms": round(statistics.median(found), 2), "p99_ms": round(found[int(len(found) * 0.99)], 1),
                "most_ms": round(found[-1], 1)}


async def _measure(database: Any, heart: Heart) -> dict[str, Any]:
    from app.services.outbox.delivering import deliver_due

    heart.begin()
    await asyncio.sleep(_REST_S)
    rest = heart.figures()
    heart.begin()
    started = time.perf_counter()
    report = await deliver_due(database)
    took = time.perf_counter() - started
    return {"mails": report.sent, "seconds": round(took, 1), "at_rest": rest, "while_sending": heart.figures()}


def run() -> dict[str, Any]:
    """The figures, on an embedded file. Fails where a mail came twice or not at all."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_API"] = "pyside6"
    import qasync
    from PySide6.QtWidgets import QApplication, QLabel

    from app.models.values import GatewayKind
    from app.services.clock import FixedClock
    from app.services.database.engine import parse_url
    from app.services.database.unit_of_work import Database
    from app.services.database.upgrade import upgrade
    from app.services.gateways.settings import set_gateway
    from app.services.hierarchy.operator import create_operator
    from tests.conftest import TEST_NOW
    from tests.support.outbox_books import outbox_book

    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    port, clock = ours.recv(), FixedClock(TEST_NOW)
    application = QApplication.instance() or QApplication([])
    window = QLabel("Sending")
    window.show()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'sending.db'}"
        upgrade(url, seed=create_operator, clock=clock, actor="bench")
        with closing(Database(parse_url(url), clock=clock, actor="bench")) as database:
            book = outbox_book(database, clock)
            with database.write() as session:
                set_gateway(session, provider_id=book.provider, kind=GatewayKind.SMTP, seen=None,
                            settings={"host": "127.0.0.1", "port": port, "security": "none"})
            book.queue_all([f"customer{n}@example.net" for n in range(MAILS)])
            with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
                result = runner.run(_measure(database, Heart()))
    ours.send("end")
    arrived = ours.recv()
    server.join(10)
    if (result["mails"], arrived) != (MAILS, MAILS):
        raise RuntimeError(f"{result['mails']} mails were sent and {arrived} arrived of {MAILS}")
    rest, sending = result["at_rest"], result["while_sending"]
    return {**result, "lateness_over_rest": round(sending["p99_ms"] / max(rest["p99_ms"], 0.1), 1)}


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=1)
