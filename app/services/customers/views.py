"""Views of a list that a person saved by name: filter, order and columns, each person their own.

What a definition says is between the list and itself; here it is a text. One view of a place may be the default, which
the list applies when it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.parties.saved_view import SavedView
from app.services.access.authorize import authorize
from app.services.database.dialects import lock_row, lock_rows
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule
from app.services.files.texts import require_text
from app.services.saving import Speech, Trace, wanted_changes
from app.services.wording import counted

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """One view of whoever asks."""

    id: int
    name: str
    definition: str
    is_default: bool


def list_views(session: Session, *, place: str) -> list[ViewRow]:
    """The person's views of a list, by name."""
    authorize(session, Power.CUSTOMERS)
    rows = session.scalars(select(SavedView).where(SavedView.owner == actor_of(session), SavedView.place == place))
    views = [ViewRow(id=row.id, name=row.name, definition=row.definition, is_default=row.is_default) for row in rows]
    return sorted(views, key=lambda view: view.name.casefold())


def save_view(session: Session, *, place: str, name: str, definition: str, seen: str | None) -> int:
    """Keep a view under a name, over the one that has it already; returns its id.

    `seen` is what the view of that name was shown to hold, None where none was shown. Raises SavedMeanwhile where
    another window of the person keeps something else under the name since.
    """
    authorize(session, Power.CUSTOMERS)
    wanted = _clean(name)
    view = next((v for v in _own(session, place) if v.name.casefold() == wanted.casefold()), None)
    if view is not None:
        wanted_changes(seen={wanted: seen}, now={wanted: view.definition}, wanted={wanted: definition},
                       is_explicit=True, speech=lambda: _speech(view, lambda _definition: "another content"))
    if view is None:
        view = SavedView(owner=actor_of(session), place=place, name=wanted, definition=definition,
                         recorded_at=recorded_now(session))
        session.add(view)
    else:
        view.definition, view.recorded_at = definition, recorded_now(session)
    session.flush()
    return view.id


def rename_view(session: Session, *, view_id: int, name: str, seen: str) -> None:
    """Another name for a view that was shown under the name `seen`.

    Raises RefusedByRule where another view of the person has it, SavedMeanwhile where another window renamed it since.
    """
    authorize(session, Power.CUSTOMERS)
    view, wanted = _view(session, view_id), _clean(name)
    wanted_changes(seen={"name": seen}, now={"name": view.name}, wanted={"name": wanted}, is_explicit=True,
                   speech=lambda: _speech(view, str))
    if any(v.id != view_id and v.name.casefold() == wanted.casefold() for v in _own(session, view.place)):
        raise RefusedByRule(f'You have a view "{wanted}" already. Choose another name, or delete that view first.')
    view.name, view.recorded_at = wanted, recorded_now(session)
    session.flush()


def delete_view(session: Session, *, view_id: int) -> None:
    """Forget a view."""
    authorize(session, Power.CUSTOMERS)
    session.delete(_view(session, view_id))
    session.flush()


def set_default_view(session: Session, *, place: str, view_id: int | None, seen: int | None) -> None:
    """Open the list with this view from now on; None with none of them.

    `seen` is the view that was shown to open it. Raises SavedMeanwhile where another window chose another since.
    """
    authorize(session, Power.CUSTOMERS)
    views = {view.id: view for view in _own(session, place)}
    now = next((view for view in views.values() if view.is_default), None)
    wanted_changes(
        seen={"default": seen}, now={"default": now and now.id}, wanted={"default": view_id}, is_explicit=True,
        speech=lambda: _speech(now, lambda id_: views[id_].name if id_ in views else "a deleted view"))
    if now is not None:
        now.is_default = False
    if view_id is not None:
        view = _view(session, view_id)
        view.is_default, view.recorded_at = True, recorded_now(session)
    session.flush()


# --------------------------------------------------------------------------- inside


_LABELS = {"name": "the name of the view", "default": "the view that opens the list"}


def _speech(view: SavedView | None, words: Callable[[Any], str]) -> Speech:
    """How a refusal speaks of one's own views: whoever changed one is oneself, in another window."""
    def traces(fields: Collection[str]) -> dict[str, Trace]:
        return {} if view is None else dict.fromkeys(fields, Trace(who=view.owner, at=view.recorded_at))

    return Speech(
        zone="UTC", traces=traces, label=lambda field: _LABELS.get(field, f"the view {field}"),
        text=lambda _field, value: "" if value is None else words(value))


def _own(session: Session, place: str) -> list[SavedView]:
    """The person's views of a list, kept from other windows until the transaction ends where they are changed."""
    own = select(SavedView).where(SavedView.owner == actor_of(session), SavedView.place == place)
    lock_rows(session, "saved_view", "id", session.scalars(own.with_only_columns(SavedView.id)))
    return list(session.scalars(own.execution_options(populate_existing=True)))


def _view(session: Session, view_id: int) -> SavedView:
    """A view of the person; that of somebody else does not exist."""
    lock_row(session, "saved_view", "id", view_id)
    view = session.get(SavedView, view_id, populate_existing=True)
    if view is None or view.owner != actor_of(session):
        raise NotFound("There is no such view any more.")
    return view


def _clean(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise RefusedByRule(f"A view needs a name of 1 to {counted(LONGEST_NAME, 'character')}.")
    require_text("name", "The name", wanted)
    return wanted
