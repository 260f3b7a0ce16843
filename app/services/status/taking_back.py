"""Taking back a change of many statuses, for the accounts that nothing happened to since.

What was done is done the other way round: a hold that was placed is lifted, also where another one keeps the status.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account, AccountStatusChange
from app.models.parties.powers import Power
from app.models.rules.status_targets import Plan, leads_back
from app.models.suspension.hold import Hold
from app.models.values import AccountStatus, Lifecycle
from app.services.access.authorize import authorize
from app.services.changes import Changed, ChangeSet, Outlook, Undo
from app.services.database.dialects import among
from app.services.database.unit_of_work import Database, recorded_now
from app.services.jobs import JobContext, Progress
from app.services.status.bulk import Verdict, Wish, carry_out, judge, lock_for
from app.services.wording import counted

_AT_ONCE = 500
_NAMED_AT_MOST = 200
_REASON = "Change of status taken back"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSet:
    """What was done to the status of one account, and when; `status` and `lifecycle` are those from before."""

    account_id: int
    done: Plan
    status: AccountStatus
    lifecycle: Lifecycle
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusesBack:
    """How many accounts have the status they had before."""

    changed: int
    changes: ChangeSet

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        return f"{counted(self.changed, 'account')} changed."


def statuses_set(session: Session, verdicts: Iterable[Verdict]) -> list[StatusSet]:
    """What of these verdicts, carried out in the present unit of work, can be taken back."""
    authorize(session, Power.CUSTOMERS_STATUS)
    return [StatusSet(account_id=v.wish.account_id, done=v.plan, status=v.old, lifecycle=v.lifecycle,
                      at=recorded_now(session))
            for v in verdicts if v.plan is not None and leads_back(v.plan, v.lifecycle)]


def way_back(done: Sequence[StatusSet]) -> Undo | None:
    """How a change of many statuses is taken back; None where it was for good."""
    if not done:
        return None
    accounts = counted(len(done), "account")
    return Undo(of=f"change of status of {accounts}", done=f"Status of {accounts} changed.",
                command=take_statuses_back, arguments={"done": tuple(done)}, runs_long=True,
                outlook=statuses_back, asks={"done": tuple(done)}, stay="changed since or cannot go back")


def statuses_back(session: Session, *, done: Sequence[StatusSet]) -> Outlook:
    """How many of these accounts can have their former status again, and who the others are."""
    authorize(session, Power.CUSTOMERS_STATUS)
    can = {verdict.wish.account_id for verdict in _judged(session, done) if verdict.changes}
    kept = [each.account_id for each in done if each.account_id not in can]
    names = session.scalars(select(Account.name).where(among(session, Account.id, kept))
                            .order_by(Account.name_key, Account.id).limit(_NAMED_AT_MOST)).all()
    return Outlook(can=len(can), kept=len(kept), names=tuple(names))


def take_statuses_back(database: Database, context: JobContext, *, done: Sequence[StatusSet]) -> StatusesBack:
    """Give the accounts that nothing happened to since their former status, part by part; the others stay."""
    again: list[StatusSet] = []
    for start in range(0, len(done), _AT_ONCE):
        context.raise_if_cancelled()
        context.report(Progress(done=start, total=len(done)))
        again += database.attempt(partial(_take_back, done=done[start:start + _AT_ONCE]))
    context.report(Progress(done=len(done), total=len(done)))
    changes = ChangeSet.of(Changed.ACCOUNTS, Changed.HOLDS) if again else ChangeSet.empty()
    return StatusesBack(changed=len(again), changes=changes.with_undo(way_back(again)))


def _take_back(session: Session, *, done: Sequence[StatusSet]) -> list[StatusSet]:
    lock_for(session, [each.account_id for each in done])
    verdicts = _judged(session, done)
    carry_out(session, verdicts)
    return statuses_set(session, verdicts)


def _judged(session: Session, done: Sequence[StatusSet]) -> list[Verdict]:
    """What giving back the former status comes to, for the accounts that nothing happened to since."""
    by_moment: dict[datetime, list[int]] = defaultdict(list)
    for each in done:
        by_moment[each.at].append(each.account_id)
    unchanged: set[int] = set()
    for at, ids in by_moment.items():
        held = exists().where(Hold.account_id == Account.id, or_(Hold.recorded_at > at, Hold.lifted_recorded_at > at))
        stepped = exists().where(AccountStatusChange.account_id == Account.id, AccountStatusChange.recorded_at > at)
        unchanged.update(session.scalars(select(Account.id).where(among(session, Account.id, ids), ~held, ~stepped)))
    return judge(session, [Wish(account_id=each.account_id, target=each.status, reason=_REASON,
                                undoes=(each.done, each.lifecycle)) for each in done if each.account_id in unchanged])
