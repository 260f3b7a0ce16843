"""The file name of a printed invoice: readable, safe on every file system, and never that of another invoice.

Provider code and number in capitals, digits and hyphens stand as they are: `HT_HT-00451.pdf`. Anything else (slashes,
dots, blanks, other scripts, small letters, which some file systems do not tell from capitals, or sheer length) is made
harmless and followed by a digest of the exact text: `HT_inv_7~5f0c2b9d11aa.pdf`. So the name depends on the invoice
alone, and a batch printed again finds its files.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_PLAIN = re.compile(r"[A-Z0-9-]{1,60}")
_DIGEST_LENGTH = 12
_PROVIDER_BYTES, _NUMBER_BYTES = 40, 80
"""Room in UTF-8: with digest, ending and a temporary name around it, far below the 255 bytes a name may have."""


def invoice_file_name(provider_code: str, number: str) -> str:
    """The name of the file of one invoice; the same for the same provider and number, whatever else is printed."""
    if _PLAIN.fullmatch(provider_code) and _PLAIN.fullmatch(number):
        return f"{provider_code}_{number}.pdf"
    digest = hashlib.sha256(f"{provider_code}\0{number}".encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"{_harmless(provider_code, _PROVIDER_BYTES)}_{_harmless(number, _NUMBER_BYTES)}~{digest}.pdf"


def _harmless(text: str, most_bytes: int) -> str:
    """Letters, digits and hyphens of the text; a run of anything else becomes one underscore."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(char if char.isalnum() or char == "-" else " " for char in composed)
    cut = "_".join(kept.split()).encode()[:most_bytes].decode(errors="ignore")
    return cut.strip("-_") or "x"
