"""Views of a list that a person saved by name: filter, order and columns, each person their own.

What a definition says is between the list and itself; here it is a text. One view of a place may be the default, which
the list applies when it is opened.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.parties.saved_view import SavedView
from app.services.access.authorize import authorize
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule
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


def save_view(session: Session, *, place: str, name: str, definition: str) -> int:
    """Keep a view under a name, over the one that has it already; returns its id."""
    authorize(session, Power.CUSTOMERS)
    wanted = _clean(name)
    view = next((v for v in _own(session, place) if v.name.casefold() == wanted.casefold()), None)
    if view is None:
        view = SavedView(owner=actor_of(session), place=place, name=wanted, definition=definition,
                         recorded_at=recorded_now(session))
        session.add(view)
    else:
        view.definition, view.recorded_at = definition, recorded_now(session)
    session.flush()
    return view.id


def rename_view(session: Session, *, view_id: int, name: str) -> None:
    """Another name for a view. Raises RefusedByRule where another view of the person has it."""
    authorize(session, Power.CUSTOMERS)
    view, wanted = _view(session, view_id), _clean(name)
    if any(v.id != view_id and v.name.casefold() == wanted.casefold() for v in _own(session, view.place)):
        raise RefusedByRule(f'You have a view "{wanted}" already. Choose another name, or delete that view first.')
    view.name = wanted
    session.flush()


def delete_view(session: Session, *, view_id: int) -> None:
    """Forget a view."""
    authorize(session, Power.CUSTOMERS)
    session.delete(_view(session, view_id))
    session.flush()


def set_default_view(session: Session, *, place: str, view_id: int | None) -> None:
    """Open the list with this view from now on; None with none of them."""
    authorize(session, Power.CUSTOMERS)
    session.execute(update(SavedView).where(SavedView.owner == actor_of(session), SavedView.place == place,
                                            SavedView.is_default).values(is_default=False))
    if view_id is not None:
        _view(session, view_id).is_default = True
    session.flush()


# --------------------------------------------------------------------------- inside


def _own(session: Session, place: str) -> list[SavedView]:
    return list(session.scalars(select(SavedView).where(SavedView.owner == actor_of(session),
                                                        SavedView.place == place)))


def _view(session: Session, view_id: int) -> SavedView:
    """A view of the person; that of somebody else does not exist."""
    view = session.get(SavedView, view_id)
    if view is None or view.owner != actor_of(session):
        raise NotFound("There is no such view any more.")
    return view


def _clean(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise RefusedByRule(f"A view needs a name of 1 to {counted(LONGEST_NAME, 'character')}.")
    return wanted
