"""A line to a PostgreSQL server that can be cut: for good, until it is mended, or once at a statement told beforehand.

It is a proxy on the loopback. It reads as much of what clients send as it takes to count their statements, each of
which ends in one message (Query or Sync), and knows nothing else of the protocol.
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import Final, Self

_AT_ONCE: Final = 65_536
_QUESTIONS: Final = {80_877_103, 80_877_104}
"""Codes of requests for encryption, which come before the start-up message and in its form."""
_ENDS: Final = (b"Q", b"S")


@dataclass(slots=True, eq=False)
class _Call:
    """One client and its connection to the server."""

    client: socket.socket
    server: socket.socket
    has_begun: bool = False
    waiting: bytearray = field(default_factory=bytearray)
    """What of a message of the client has come in so far."""


class CutLine:
    """Use as a context; `port` is where clients connect."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(0)
        self.port: int = self._door.getsockname()[1]
        self.statements = 0
        """How many statements clients have sent."""
        self._cut_at = 0
        self._cut_when_sent = False
        self._is_down = False
        self._calls: set[_Call] = set()
        self._selector = selectors.DefaultSelector()
        self._bell, self._ring = socket.socketpair()
        self._lock = threading.Lock()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    def __enter__(self) -> Self:
        self._selector.register(self._door, selectors.EVENT_READ)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._ring.send(b".")
        self._thread.join(10)
        for each in (self._door, self._bell, self._ring):
            each.close()
        self._selector.close()

    def url(self, url: str) -> str:
        """The same database by way of this line."""
        return url.replace(f":{self._server_port}/", f":{self.port}/")

    def cut_once(self, at: int, *, when_sent: bool) -> None:
        """Cut all connections at this statement from now on, counted from 1; `when_sent`, once the server has it."""
        with self._lock:
            self.statements, self._cut_at, self._cut_when_sent = 0, at, when_sent

    def cut(self) -> None:
        """Cut all connections, and let none come about until it is mended."""
        self._is_down = True
        self._ring.send(b".")

    def mend(self) -> None:
        self._is_down = False

    # --- inside, in the thread ---

    def _run(self) -> None:
        while not self._is_over:
            for key, _ in self._selector.select():
                if key.fileobj is self._bell:
                    self._bell.recv(_AT_ONCE)
                    if self._is_down:
                        self._cut_all()
                elif key.fileobj is self._door:
                    self._accept()
                elif key.data in self._calls:
                    self._forward(key.data, key.fileobj)  # type: ignore[arg-type]
        self._cut_all()

    def _accept(self) -> None:
        client, _ = self._door.accept()
        if self._is_down:
            client.close()
            return
        call = _Call(client, socket.create_connection(("127.0.0.1", self._server_port)))
        self._calls.add(call)
        for end in (call.client, call.server):
            # As drivers and servers do: a short message would wait for the answer to the one before.
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(end, selectors.EVENT_READ, call)

    def _forward(self, call: _Call, end: socket.socket) -> None:
        try:
            data = end.recv(_AT_ONCE)
            if not data:
                self._close(call)
            elif end is call.server:
                call.client.sendall(data)
            else:
                self._pass_on(call, data)
        except OSError:
            self._close(call)

    def _pass_on(self, call: _Call, data: bytes) -> None:
        """What a client sends, message by message."""
        call.waiting += data
        while (length := self._message_length(call)) and len(call.waiting) >= length:
            message = bytes(call.waiting[:length])
            del call.waiting[:length]
            is_end = call.has_begun and message[:1] in _ENDS
            if not call.has_begun:
                call.has_begun = struct.unpack("!I", message[4:8])[0] not in _QUESTIONS
            with self._lock:
                self.statements += is_end
                is_cut = is_end and self.statements == self._cut_at
            if not is_cut or self._cut_when_sent:
                call.server.sendall(message)
            if is_cut:
                self._wait_for_answer(call)
                self._cut_all()
                return

    def _message_length(self, call: _Call) -> int:
        """Bytes of the message that begins what waits; 0 while that is not known."""
        skipped = 1 if call.has_begun else 0
        if len(call.waiting) < skipped + 4:
            return 0
        return int(struct.unpack("!I", call.waiting[skipped:skipped + 4])[0]) + skipped

    def _wait_for_answer(self, call: _Call) -> None:
        """The server has carried out what it answers; the answer is lost."""
        if self._cut_when_sent:
            call.server.settimeout(10)
            call.server.recv(_AT_ONCE)

    def _cut_all(self) -> None:
        for call in list(self._calls):
            self._close(call)

    def _close(self, call: _Call) -> None:
        self._calls.discard(call)
        for end in (call.client, call.server):
            self._selector.unregister(end)
            end.close()
