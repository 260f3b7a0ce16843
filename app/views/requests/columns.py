"""The columns of service requests."""

from __future__ import annotations

from typing import Final

from app.models.values import RequestState
from app.services.requests.queries import RequestRow
from app.views.lists.models.columns import Column, state_column, text_column
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Ink, Tone
from app.views.look.words import Look

STATE: Final = {RequestState.OPEN: Look("Open", Tone.INFO, Icon.CLOCK),
                RequestState.CLOSED: Look("Closed", None, Icon.GOOD)}


def _closed(row: RequestRow, formatter: Formatter) -> str:
    return "" if row.closed_on is None else formatter.day(row.closed_on)


_ACCOUNT: Final[Column[RequestRow]] = Column(
    key="account", title="Account", text=lambda r, _: r.account, width=190, is_link=lambda _: True,
    tooltip=lambda r, _: r.account)


def request_columns(*, with_account: bool) -> tuple[Column[RequestRow], ...]:
    """With the account where a list has those of several."""
    return (
        Column(key="number", title="Number", text=lambda r, _: r.number, width=104),
        text_column("subject", "Subject", lambda r: r.subject, 220, stretches=True),
        *((_ACCOUNT,) if with_account else ()),
        Column(key="assignee", title="Assigned to", text=lambda r, _: r.assignee or "Nobody", width=140,
               ink=lambda r: Ink.TEXT if r.assignee else Ink.MUTED),
        state_column("state", "State", lambda r: STATE[r.state], 96),
        Column(key="opened", title="Opened", text=lambda r, f: f.day(r.opened_on), width=104, is_second_rank=True),
        Column(key="closed", title="Closed", text=_closed, width=104, is_second_rank=True),
    )
