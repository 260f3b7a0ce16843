"""What speaks to servers is loaded with the first gateway of its kind, and not before."""

from __future__ import annotations

import subprocess
import sys

import pytest

_LOADED = """
import asyncio, sys
import app.services.outbox.delivering
from app.models.values import GatewayKind
from app.services.gateways import opening
from app.services.gateways.kinds import settings_of
opening.secret_of = lambda *_: ""
for kind, settings in {given}:
    asyncio.run(opening.make_ready("HARB", GatewayKind(kind), settings_of(GatewayKind(kind), settings)))
print(*sorted({{"aiosmtplib", "httpx"}} & sys.modules.keys()))
"""


@pytest.mark.parametrize(("given", "loaded"), [
    ([], ""),
    ([("smtp", {"host": "mail.example"})], "aiosmtplib"),
    ([("sms", {"url": "https://sms.example"}), ("provisioning", {"url": "https://p.example"})], "httpx"),
])
def test_only_what_a_gateway_needs_is_loaded(given: list[tuple[str, dict[str, str]]], loaded: str) -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED.format(given=given)], capture_output=True, text=True,
                          check=False, timeout=120)
    assert (done.stdout.strip(), done.returncode) == (loaded, 0), done.stderr
