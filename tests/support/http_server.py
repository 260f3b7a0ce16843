"""A real HTTP server on this machine that keeps what it was asked, and answers as a test wants it to.

    with http_server() as server:
        server.answer(202, {"id": "77"})
        ... ask server.url ...
        assert server.requests[0].json == {"to": "+61400000000", "text": "Hello"}
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.loop_thread import LoopThread, settled


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came in whole."""

    method: str
    target: str
    headers: dict[str, str]
    """By name in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form, or of the address where there is no body."""
        text = self.body.decode() or urlsplit(self.target).query
        return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    how: str = ""
    """"drop": end the line without an answer; "cut": in the middle of it; "stall": say nothing; "twice": say it
    twice."""


@dataclass
class HttpServerOfTests:
    """What it was asked, and what it will answer."""

    host: str = "127.0.0.1"
    port: int = 0
    scheme: str = "http"
    requests: list[Asked] = field(default_factory=list)
    _answers: deque[_Answer] = field(default_factory=deque)
    _usual: _Answer = field(default_factory=_Answer)
    _thread: LoopThread | None = None
    _server: asyncio.Server | None = None
    _ssl: ssl.SSLContext | None = None
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def answer(
        self, status: int, document: Any = None, *, headers: dict[str, str] | None = None, how: str = "",
        always: bool = False,
    ) -> None:
        """Say how the next request is answered, after those that were said before; or all from now on."""
        body = document if isinstance(document, bytes) else b"" if document is None else json.dumps(document).encode()
        made = _Answer(status, body, headers or {}, how)
        if always:
            self._usual = made
        else:
            self._answers.append(made)

    def down(self) -> None:
        """Stop listening: whoever connects is refused."""
        assert self._thread is not None
        self._thread.run(self._stop_listening())

    def up(self) -> None:
        """Listen again, at the same port."""
        assert self._thread is not None
        self._thread.run(self._listen())

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, self.host, self.port, ssl=self._ssl)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        await settled()  # a connection that is just being accepted would be left open by a server that has closed
        if self._server is not None:
            self._server.close()
            self._server = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await settled()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._answer_all(reader, writer)
        except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            pass  # the test is over, or the client has gone
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readline()).decode("latin-1").strip():
            method, target, _ = line.split(" ")
            headers = {}
            while header := (await reader.readline()).decode("latin-1").strip():
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.requests.append(Asked(method, target, headers, body))
            answer = self._answers.popleft() if self._answers else self._usual
            if answer.how == "stall":
                await asyncio.Event().wait()
            if answer.how == "drop":
                writer.transport.abort()
                return
            text = _written(answer)
            writer.write(text[:-3] if answer.how == "cut" else text * (2 if answer.how == "twice" else 1))
            await writer.drain()
            if answer.how == "cut":
                return


def _written(answer: _Answer) -> bytes:
    lines = {"Content-Length": str(len(answer.body)), "Content-Type": "application/json", **answer.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {answer.status} Said\r\n{head}\r\n".encode() + answer.body


@contextmanager
def http_server(*, tls: ssl.SSLContext | None = None) -> Iterator[HttpServerOfTests]:
    """An HTTP server at a free port; until told otherwise it answers 200 with nothing."""
    thread = LoopThread("http server")
    server = HttpServerOfTests(_thread=thread, _ssl=tls, scheme="https" if tls else "http")
    thread.run(server._listen())
    try:
        yield server
    finally:
        server.down()
        thread.stop()
