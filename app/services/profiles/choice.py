"""Giving the customers selected in a list another profile: who is meant, what it would do, and doing it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.services.customers.choice import Selected, selected_ids
from app.services.impact.comparing import Impact
from app.services.jobs import Checkpoint, Told, untold
from app.services.profiles.impact import impact_of_move
from app.services.profiles.moves import Members, MoveResult, move_members


def impact_of_moving(
    session: Session, checkpoint: Checkpoint = lambda: None, told: Told = untold, *, selected: Selected,
    to_profile_id: int,
) -> Impact:
    """What moving the customers that are meant to a profile would do; writes nothing."""
    members = Members(account_ids=tuple(selected_ids(session, selected=selected)))
    return impact_of_move(session, checkpoint, told, provider_id=selected.question.provider_id, members=members,
                          to_profile_id=to_profile_id)


def move_selected(session: Session, *, selected: Selected, to_profile_id: int, seen: int) -> MoveResult:
    """Move the customers that are meant to a profile of their provider, all of them at once, as `move_members` does."""
    members = Members(account_ids=tuple(selected_ids(session, selected=selected)))
    return move_members(session, provider_id=selected.question.provider_id, members=members,
                        to_profile_id=to_profile_id, seen=seen)
