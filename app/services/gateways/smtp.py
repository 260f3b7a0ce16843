"""Mails over one connection to a mail server, and what became of each.

The connection is opened when the first mail leaves and kept for the next ones. A mail is the server's from the moment
it confirms the end of it: what breaks before the end was handed over was not accepted, and what breaks between the end
and the confirmation may have been. Every step has a limit of time, and so has the whole of connecting, for a server
that drips its greeting.
"""

from __future__ import annotations

import asyncio
import platform
import re
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import aiosmtplib

from app.services.gateways.kinds import Security, SmtpSettings
from app.services.gateways.mail import Mail, mail_bytes
from app.services.gateways.outcome import Outcome, Verdict, later, refused, said, sent, unknown, why_out_of_reach

_HOST_NAME = re.compile(r"[A-Za-z0-9.-]{1,253}")
_SHORTEST_LOOK_S = 0.005
_LONGEST_LOOK_S = 0.1
_SHUTTING_DOWN = 421
_START_INPUT = 354
_BREAKS_OF_SERVER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """For how long a server is waited for, in seconds."""

    connecting_s: float
    """From the first packet to being signed in, all steps together."""
    answer_s: float
    """For one answer, and for the mail to be handed over."""
    acceptance_s: float
    """For the confirmation of a whole mail, which filters may take long for."""


class _Broken(Exception):
    """The connection is of no use; nothing was accepted over it since it was last seen in order."""


class MailServer:
    """A mail server and the one connection to it; it serves one mail at a time."""

    def __init__(
        self, settings: SmtpSettings, password: str, *, context: ssl.SSLContext, limits: Limits
    ) -> None:
        self._settings = settings
        self._password = password
        self._context = context
        self._limits = limits
        self._client: aiosmtplib.SMTP | None = None
        self._breaks = 0
        """Mails in a row at which the connection broke."""

    async def connect(self) -> Outcome | None:
        """Open the connection and sign in; None when that went well, else why not."""
        try:
            async with asyncio.timeout(self._limits.connecting_s):
                self._client = await self._connected()
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            return later(self._why_not_connected(error), of_gateway=True)
        return None

    async def send(self, mail: Mail) -> Outcome:
        """Hand over one mail. Whoever cancels this breaks the connection, and the mail may have gone out."""
        content = await asyncio.to_thread(mail_bytes, mail)
        is_kept = self._client is not None and self._client.is_connected
        outcome = await self._tried(mail, content)
        if is_kept and outcome is None:  # a kept connection may have ended meanwhile, by the server's patience or count
            outcome = await self._tried(mail, content)
        self._breaks = self._breaks + 1 if outcome is None else 0
        # One mail may be what a server breaks off at; several in a row are the server.
        return outcome or later(f"{self._name} broke off, or answered out of turn, before it took the mail.",
                                of_gateway=self._breaks >= _BREAKS_OF_SERVER)

    async def close(self) -> None:
        """Say goodbye where the server still listens, and let go of the connection in any case."""
        client, self._client = self._client, None
        if client is None:
            return
        transport = client.transport  # saying goodbye takes it away
        try:
            if client.is_connected:
                with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                    async with asyncio.timeout(1):
                        await client.quit()
        finally:
            _cut(client, transport)
            await asyncio.sleep(0)  # the loop may end behind us: let it close what was cut

    def drop(self) -> None:
        """Let go of the connection at once."""
        client, self._client = self._client, None
        if client is not None:
            _cut(client, client.transport)

    @property
    def _name(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    async def _connected(self) -> aiosmtplib.SMTP:
        settings, limits = self._settings, self._limits
        host = platform.node()
        client = aiosmtplib.SMTP(
            hostname=settings.host, port=settings.port, timeout=limits.answer_s, tls_context=self._context,
            use_tls=settings.security is Security.TLS, start_tls=settings.security is Security.STARTTLS,
            local_hostname=host if _HOST_NAME.fullmatch(host) else "localhost")
        try:
            await client.connect()
            await client.ehlo()
            if settings.user:
                await client.login(settings.user, self._password)
        except BaseException:
            _cut(client, client.transport)
            raise
        return client

    async def _tried(self, mail: Mail, content: bytes) -> Outcome | None:
        """The outcome over the connection there is, or a new one; None where it broke before the mail was taken."""
        if self._client is None or not self._client.is_connected:
            self.drop()
            outcome = await self.connect()
            if outcome is not None:
                return outcome
        client = self._client
        if client is None:
            return None
        try:
            return await self._handed_over(client, mail, content)
        except _Broken:
            self.drop()
            return None
        except BaseException:
            self.drop()
            raise

    async def _handed_over(self, client: aiosmtplib.SMTP, mail: Mail, content: bytes) -> Outcome:
        options = [f"SIZE={len(content)}"] if client.supports_extension("size") else []
        outcome = await self._answered(partial(client.mail, mail.sender.spec, options=options),
                                        f"from {mail.sender.spec}")
        if outcome is not None:
            return await self._started_over(client, outcome)
        not_taken: dict[str, Outcome] = {}
        for recipient in mail.recipients:
            outcome = await self._answered(partial(client.rcpt, recipient), f"for {recipient}")
            if outcome is not None:
                not_taken[recipient] = outcome
        if len(not_taken) == len(mail.recipients):
            return await self._started_over(client, _together(list(not_taken.values())))
        return await self._content_taken(client, content, [outcome.detail for outcome in not_taken.values()])

    async def _answered(self, command: Callable[[], Awaitable[object]], what: str) -> Outcome | None:
        """None where the server says yes, else what it says. Raises _Broken where it says nothing sensible."""
        _heed_cancelling()
        try:
            await command()
        except aiosmtplib.SMTPResponseException as error:
            return self._outcome_of(error.code, error.message, f"A mail {what}")
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise _Broken from error
        except ValueError as error:
            return refused(f"A mail {what} cannot be handed over: {error}.")
        return None

    async def _started_over(self, client: aiosmtplib.SMTP, outcome: Outcome) -> Outcome:
        """The same outcome, with the connection ready for the next mail, or let go of."""
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            self.drop()
        return outcome

    async def _content_taken(self, client: aiosmtplib.SMTP, content: bytes, not_taken: list[str]) -> Outcome:
        _heed_cancelling()
        try:
            start = await client.execute_command(b"DATA")
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise _Broken from error
        if start.code < 400 and start.code != _START_INPUT:
            # It answers out of turn, what was left over from the mail before, and nothing of this one went out.
            raise _Broken
        if start.code != _START_INPUT:
            self.drop()
            return self._outcome_of(start.code, start.message, "The mail")
        await self._written(client, content)
        try:
            code, message = await self._confirmed(client)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            self.drop()
            return unknown(f"{self._name} had the whole mail, and the line broke or fell silent before it said whether "
                           "it takes it.")
        if 200 <= code < 300:
            kept_out = " ".join(not_taken)
            return sent(kept_out, remote_id=message)
        if code == _SHUTTING_DOWN or not 400 <= code < 600:
            self.drop()
        return self._outcome_of(code, message, "The mail") if 400 <= code < 600 else unknown(
            f'{self._name} had the whole mail and answered "{said(message)}", which says neither yes nor no.')

    async def _written(self, client: aiosmtplib.SMTP, content: bytes) -> None:
        """Hand over all but the end of a mail. Raises _Broken: without its end no server takes a mail."""
        protocol, transport = client.protocol, client.transport
        if protocol is None or transport is None:
            raise _Broken
        look_s = _SHORTEST_LOOK_S
        try:
            protocol.write(_dotted(content))
            async with asyncio.timeout(self._limits.answer_s + len(content) / 50_000):
                # What the system did not take yet is lost with the line, and then the end must not be said.
                while transport.get_write_buffer_size():  # type: ignore[attr-defined]  # every stream's transport has it
                    await asyncio.sleep(look_s)
                    look_s = min(_LONGEST_LOOK_S, look_s * 2)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise _Broken from error
        if not client.is_connected:
            raise _Broken

    async def _confirmed(self, client: aiosmtplib.SMTP) -> tuple[int, str]:
        """Say the end of a mail and wait for the answer."""
        answer = await client.execute_command(b".", timeout=self._limits.acceptance_s)
        return answer.code, answer.message

    def _outcome_of(self, code: int, message: str, what: str) -> Outcome:
        """What a refusal means: below 500 another time, above never."""
        words = f'{what} was not taken by {self._name}: {code} "{said(message, secret=self._password)}".'
        if code >= 500:
            return refused(words)
        if 400 <= code < 500:
            return later(words, of_gateway=code == _SHUTTING_DOWN)
        return later(words, of_gateway=True)

    def _why_not_connected(self, error: Exception) -> str:
        match error:
            case aiosmtplib.SMTPAuthenticationError():
                return (f'{self._name} does not accept the user "{self._settings.user}" with this password: '
                        f'{error.code} "{said(error.message, secret=self._password)}".')
            case aiosmtplib.SMTPConnectTimeoutError() | aiosmtplib.SMTPTimeoutError() | TimeoutError():
                return f"{self._name} does not answer in time."
            case aiosmtplib.SMTPResponseException():
                return f'{self._name} answers {error.code} "{said(error.message, secret=self._password)}".'
        cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPException) else error
        if isinstance(cause, ssl.SSLError):
            return f"{self._name} offers no secure connection that can be trusted: {said(str(cause.reason or cause))}."
        return f"{self._name} cannot be reached: {why_out_of_reach(cause or error, secret=self._password)}."


def _cut(client: aiosmtplib.SMTP, transport: asyncio.BaseTransport | None) -> None:
    """End a connection at once; a secured one would wait for the other side to say goodbye as well."""
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _heed_cancelling() -> None:
    """Stop where somebody cancelled this: waiting with a limit passes over it where the answer came at that moment."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _dotted(content: bytes) -> bytes:
    """The content with whole line ends, and one dot more on each line that begins with one (RFC 5321, 4.5.2)."""
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", whole)


def _together(outcomes: list[Outcome]) -> Outcome:
    """One outcome of a mail that nobody took: another time, as long as one of them may."""
    words = " ".join(outcome.detail for outcome in outcomes)
    waiting = [outcome for outcome in outcomes if outcome.verdict is Verdict.LATER]
    if not waiting:
        return refused(words)
    return later(words, of_gateway=any(outcome.of_gateway for outcome in waiting))
