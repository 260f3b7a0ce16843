"""Whose certificates are believed: those the system believes, and the list that comes with the program.

`SSL_CERT_FILE` names a file of further authorities, as for other programs. Making a context reads hundreds of
certificates, so it is made once, and in a thread.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cache


async def tls_context() -> ssl.SSLContext:
    """The context of every connection."""
    return await asyncio.to_thread(_context)


@cache
def _context() -> ssl.SSLContext:
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
