"""How messages of the outbox read: their states, their channels, and what may be done about them."""

from __future__ import annotations

from typing import Final

from app.models.values import EventAction, OutboxState
from app.services.outbox.listing import OutboxDetail, OutboxRow
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Tone
from app.views.look.words import Look

STATE: Final = {
    OutboxState.QUEUED: Look("Waiting", Tone.INFO, Icon.HOURGLASS),
    OutboxState.HELD: Look("Held", Tone.WARN, Icon.LOCK),
    OutboxState.SENDING: Look("Leaving", Tone.INFO, Icon.FORWARD),
    OutboxState.SENT: Look("Sent", None, Icon.GOOD),
    OutboxState.FAILED: Look("Failed", Tone.BAD, Icon.ERROR),
    OutboxState.UNKNOWN: Look("Unknown", Tone.BAD, Icon.WARNING),
    OutboxState.CANCELLED: Look("Not sent", Tone.NEUTRAL, Icon.CANCELLED),
    OutboxState.SUPPRESSED: Look("Nothing to send", Tone.NEUTRAL, Icon.INACTIVE),
}
CHIPS: Final[dict[str, tuple[str, frozenset[OutboxState], Tone | None]]] = {
    "all": ("All", frozenset(), None),
    "waiting": ("Waiting", frozenset({OutboxState.QUEUED, OutboxState.SENDING}), Tone.INFO),
    "sent": ("Sent", frozenset({OutboxState.SENT}), Tone.GOOD),
    "failed": ("Failed", frozenset({OutboxState.FAILED}), Tone.BAD),
    "held": ("Held", frozenset({OutboxState.HELD}), Tone.WARN),
    "unknown": ("Unknown", frozenset({OutboxState.UNKNOWN}), Tone.BAD),
    "not_sent": ("Not sent", frozenset({OutboxState.CANCELLED, OutboxState.SUPPRESSED}), None),
}
"""Groups of the list by their keys: word, states, tone."""
CHANNEL: Final = {
    EventAction.MESSAGE.value: "E-mail", EventAction.SMS.value: "SMS", EventAction.LETTER.value: "Letter",
    EventAction.NOTIFICATION.value: "Notification", EventAction.LOG.value: "Log",
    EventAction.PROVISIONING.value: "Provisioning", "": "None",
}
_OUTCOME: Final = {"retry": "Not taken, to be tried again", "sent": "Sent", "failed": "Failed",
                   "unknown": "Nobody knows whether it arrived"}
_WHOM: Final = {
    EventAction.MESSAGE.value: "Ask the customer, or look into the log of the mail server for its message id",
    EventAction.SMS.value: "Look it up at the SMS gateway by its number",
    EventAction.PROVISIONING.value: "Look at the service in the provisioning system",
}


def outcome_words(outcome: str) -> str:
    """What came of one try."""
    return _OUTCOME.get(outcome, outcome.replace("_", " ").capitalize())


def doubt_words(row: OutboxRow) -> str:
    """Of a message nobody knows whether it arrived: what to ask whom before it is sent again; empty for others."""
    if row.state is not OutboxState.UNKNOWN:
        return ""
    whom = _WHOM.get(row.action, "Ask whoever should have it")
    return f"The line broke after the message had gone out. {whom} before you send it again."


def facts_of(detail: OutboxDetail, formatter: Formatter) -> list[tuple[str, str]]:
    """What a message is, by name, without what it does not have."""
    row = detail.row
    found = [
        ("From", detail.sender), ("To", row.recipient), ("CC", detail.cc), ("BCC", detail.bcc),
        ("Event", row.event_name), ("Day of the event", formatter.day(detail.effective_on)),
        ("Service", row.service or ""), ("Invoice", row.invoice or ""),
        ("Attachment", "The invoice as PDF" if detail.attachment == "invoice" else ""),
        ("Parts", formatter.number(detail.segments) if detail.segments else ""),
        ("Repeats", f"Message {row.repeats_id}" if row.repeats_id else ""),
        ("Sent again as", ", ".join(f"message {id_}" for id_ in detail.repeated_by)),
        ("Answer", detail.remote_id),
    ]
    return [(name, text) for name, text in found if text]


def untried_words(action: str) -> str:
    """What stands where a message was never tried."""
    leaves = not action or EventAction(action).leaves
    return "None yet." if leaves else "It is read in the program, and nothing leaves."
