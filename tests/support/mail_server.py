"""A real mail server on this machine that takes mails, and misbehaves as a test wants it to.

    with mail_server() as server:
        ... send to server.host, server.port ...
        assert [mail.recipients for mail in server.mails] == [["ann@example.net"]]
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.loop_thread import LoopThread, settled

logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of what some tests want: a password over an open line

Stage = str
"""Where it misbehaves: "banner", "mail", "rcpt", "data" (before the mail), "end" (after the whole mail)."""


@dataclass(frozen=True, slots=True)
class Received:
    """One mail that was accepted."""

    peer: Any
    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return cast("EmailMessage", message_from_bytes(self.content, policy=policy.default))

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"]).strip("<>")


@dataclass
class MailServerOfTests:
    """What it took, and what it does wrong; both may be looked at and set while it runs."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[Received] = field(default_factory=list)
    connections: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    """Recipient or stage → what it answers instead of yes: {"bad@example.net": "550 nobody", "end": "451 later"}."""
    stall_at: Stage = ""
    drop_at: Stage = ""
    """Where it ends the line: at "end" after it has kept the mail."""
    drop_after: int | None = None
    """After so many mails over one connection it ends the line when the next one begins."""
    drop_for: set[str] = field(default_factory=set)
    """Recipients at whom it ends the line."""
    password: str = ""
    on_accept: Callable[[Received], None] | None = None
    """Called in the server's thread when it has a mail, before it says so."""
    _thread: LoopThread | None = None
    _server: asyncio.Server | None = None
    _make: Callable[[], asyncio.Protocol] | None = None
    _ssl: ssl.SSLContext | None = None
    _released: asyncio.Event | None = None
    _transports: list[asyncio.Transport] = field(default_factory=list)

    def down(self) -> None:
        """Stop listening: whoever connects is refused."""
        assert self._thread is not None
        self._thread.run(self._stop_listening())

    def up(self) -> None:
        """Listen again, at the same port."""
        assert self._thread is not None
        self._thread.run(self._listen())

    def release(self) -> None:
        """Let those go on who stalled."""
        assert self._thread is not None
        assert self._released is not None
        self._thread.loop.call_soon_threadsafe(self._released.set)

    def recipients(self) -> list[str]:
        """Everybody who got a mail, in order of arrival."""
        return [recipient for mail in self.mails for recipient in mail.recipients]

    async def at(self, stage: Stage, transport: asyncio.Transport | None) -> bool:
        """Misbehave at a stage; True where the line is gone."""
        if self.stall_at == stage:
            assert self._released is not None
            await self._released.wait()
        if self.drop_at == stage and transport is not None:
            transport.abort()
            return True
        return False

    async def _listen(self) -> None:
        assert self._make is not None
        self._released = self._released or asyncio.Event()
        self._server = await asyncio.get_running_loop().create_server(
            self._make, self.host, self.port, ssl=self._ssl)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        await settled()  # a connection that is just being accepted would be left open by a server that has closed
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in self._transports:
            # A secured line that was closed twice has let go of what abort() asks on Python 3.11 (asyncio.sslproto).
            with suppress(AttributeError):
                transport.abort()
        self._transports.clear()
        await settled()


class _Handler:
    """What aiosmtpd asks at every step."""

    def __init__(self, server: MailServerOfTests) -> None:
        self._server = server

    async def handle_MAIL(
        self, protocol: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        server = self._server
        protocol.mails_here = getattr(protocol, "mails_here", 0)
        if server.drop_after is not None and protocol.mails_here >= server.drop_after:
            protocol.transport.abort()
            return "421 enough"
        await server.at("mail", protocol.transport)
        if "mail" in server.answers:
            return server.answers["mail"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, protocol: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        server = self._server
        await server.at("rcpt", protocol.transport)
        if address in server.drop_for:
            protocol.transport.abort()
            return "421 gone"
        if address in server.answers:
            return server.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, protocol: Any, session: Session, envelope: Envelope) -> str:
        server = self._server
        if "end" in server.answers and not server.answers["end"].startswith("2"):
            return server.answers["end"]
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        mail = Received(session.peer, str(envelope.mail_from), list(envelope.rcpt_tos), content)
        server.mails.append(mail)
        protocol.mails_here += 1
        if server.on_accept is not None:
            server.on_accept(mail)
        await server.at("end", protocol.transport)
        return server.answers.get("end", f"250 2.0.0 kept as {len(server.mails)}")


class _Protocol(SMTP):
    """The server's side of a connection, with a look at its beginning and before a mail."""

    def __init__(self, server: MailServerOfTests, **arguments: Any) -> None:
        super().__init__(_Handler(server), hostname="localhost", enable_SMTPUTF8=False, **arguments)
        self._server = server

    def connection_made(self, transport: Any) -> None:
        if self.transport is None:  # not the second time, when STARTTLS has secured the line
            self._server.connections += 1
            self._server._transports.append(transport)
        super().connection_made(transport)

    async def push(self, status: Any) -> None:
        if str(status).startswith("220 localhost") and await self._server.at("banner", self.transport):
            return
        await super().push(status)

    async def smtp_DATA(self, arg: str) -> None:
        if await self._server.at("data", self.transport):
            return
        await super().smtp_DATA(arg)


@contextmanager
def mail_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, password: str = "",
    largest: int = 20 * 1024 * 1024,
) -> Iterator[MailServerOfTests]:
    """A mail server at a free port; with a password only the user "bursar" who knows it gets in."""
    server = MailServerOfTests(password=password, _ssl=tls)

    def authenticate(_s: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=data.login == b"bursar" and data.password == server.password.encode(), handled=False)

    thread = LoopThread("mail server")

    def make() -> asyncio.Protocol:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a password goes over an open line, which some tests want
            return _Protocol(
                server, loop=thread.loop, tls_context=starttls, require_starttls=starttls is not None,
                data_size_limit=largest, authenticator=authenticate if password else None,
                auth_required=bool(password), auth_require_tls=False)

    server._thread, server._make = thread, make
    thread.run(server._listen())
    try:
        yield server
    finally:
        server.down()
        thread.stop()
