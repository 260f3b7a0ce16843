"""A failure in the words of a screen: a refusal speaks for itself, a fault is introduced."""

from __future__ import annotations

from app.services.errors import BursarError


def in_words(error: BaseException, otherwise: str = "That did not work") -> str:
    """What to show for a failed job: the sentence of a refusal, else `otherwise` and what went wrong."""
    return str(error) if isinstance(error, BursarError) else f"{otherwise}: {error}"
