"""Changing the status of customers selected in a list, part by part: what it would do, and doing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.orm import Session

from app.models.rules.status_changes import KIND_WORDS, reason_text
from app.models.values import AccountStatus, StatusReason
from app.services.changes import Changed, ChangeSet
from app.services.customers.choice import Selected, selected_ids
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext, Progress
from app.services.status.bulk import Verdict, Wish, as_seen, carry_out, judge, lock_for
from app.services.status.taking_back import StatusSet, statuses_set, way_back
from app.services.wording import counted

_AT_ONCE = 500
_SHOWN_AT_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """One customer as the preview lists it."""

    account_id: int
    code: str
    name: str
    old: AccountStatus
    new: AccountStatus
    refusal: str
    """Why it stays as it is; empty where it changes."""
    adds: str = ""
    """The hold it gets beside another one, in words, where it shows the status already; "" where it gets to show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPreview:
    """Who would change and who would not."""

    changed: int
    held: int
    """Those of them that show the status already and get a hold beside another one."""
    adds: str
    """That hold in words; "" where nobody gets one so."""
    unchanged: int
    """Show the status already."""
    refused: int
    seen: Mapping[int, AccountStatus]
    """The status of each account that is meant, which the change is told was seen."""
    along: int
    """Members of group accounts that go along with those that change."""
    rows: tuple[BulkRow, ...]
    """The refused first, then those that change; a few hundred at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResult:
    """What was done."""

    changed: int
    unchanged: int
    refused: int
    changes: ChangeSet = field(default_factory=ChangeSet.empty)

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        return _OUTCOMES[self.unchanged > 0, self.refused > 0].format(
            changed=counted(self.changed, "account"), unchanged=f"{self.unchanged:,}", refused=f"{self.refused:,}")


_OUTCOMES: dict[tuple[bool, bool], str] = {
    (False, False): "{changed} changed.",
    (True, False): "{changed} changed, {unchanged} unchanged.",
    (False, True): "{changed} changed, {refused} refused.",
    (True, True): "{changed} changed, {unchanged} unchanged, {refused} refused.",
}
"""By whether some stayed as they were, and whether some were refused."""


def preview_statuses(
    database: Database, context: JobContext, *, selected: Selected, target: AccountStatus
) -> BulkPreview:
    """What naming this status would do to every customer that is meant; writes nothing."""
    changing: list[BulkRow] = []
    refused: list[BulkRow] = []
    changed = held = unchanged = along = 0
    adds = ""
    seen: dict[int, AccountStatus] = {}
    for part in _parts(database, context, selected):
        with database.read() as session:
            verdicts = judge(session, [Wish(account_id=account_id, target=target, reason="") for account_id in part])
        seen |= {v.wish.account_id: v.old for v in verdicts}
        refused += [_row(v) for v in verdicts if v.refusal]
        changing += [_row(v) for v in verdicts if v.changes][:max(0, _SHOWN_AT_MOST - len(changing))]
        changed += sum(v.changes for v in verdicts)
        along += sum(v.along for v in verdicts if v.changes)
        added = [words for v in verdicts if (words := _added(v))]
        held += len(added)
        adds = added[0] if added else adds
        unchanged += sum(not v.changes and not v.refusal for v in verdicts)
    return BulkPreview(changed=changed, held=held, adds=adds, unchanged=unchanged, refused=len(refused),
                       seen=seen, along=along, rows=tuple((refused + changing)[:_SHOWN_AT_MOST]))


def change_statuses(
    database: Database, context: JobContext, *, selected: Selected, target: AccountStatus, reason: StatusReason,
    seen: Mapping[int, AccountStatus], note: str = "",
) -> BulkResult:
    """Give every customer that is meant this status, part by part; those that are refused stay as they are.

    `seen` is the status of each that was shown before: refused is who got another one since, or was not shown.
    Stopped between two parts, what is done stays done.
    """
    words = reason_text(reason, note)
    changed = unchanged = refused = 0
    changes = ChangeSet.empty()
    taken: list[StatusSet] = []
    for part in _parts(database, context, selected):
        verdicts, done, set_now = database.attempt(partial(_change, seen=seen, wishes=[
            Wish(account_id=account_id, target=target, reason=words) for account_id in part]))
        changes |= done
        taken += set_now
        changed += sum(v.changes for v in verdicts)
        refused += sum(bool(v.refusal) for v in verdicts)
        unchanged += sum(not v.changes and not v.refusal for v in verdicts)
    return BulkResult(changed=changed, unchanged=unchanged, refused=refused,
                      changes=changes.with_undo(way_back(taken)))


def _change(
    session: Session, *, wishes: Sequence[Wish], seen: Mapping[int, AccountStatus]
) -> tuple[Sequence[Verdict], ChangeSet, list[StatusSet]]:
    lock_for(session, [wish.account_id for wish in wishes])
    verdicts = as_seen(session, judge(session, wishes), seen)
    return verdicts, carry_out(session, verdicts), statuses_set(session, verdicts)


BULK_TOUCHES = ChangeSet.of(Changed.ACCOUNTS, Changed.HOLDS)
"""What a stopped change may have touched."""


def _parts(database: Database, context: JobContext, selected: Selected) -> Iterator[Sequence[int]]:
    """Some ids at a time; between two parts the job can be stopped, and says how far it is."""
    with database.read() as session:
        ids = selected_ids(session, selected=selected)
    for start in range(0, len(ids), _AT_ONCE):
        context.raise_if_cancelled()
        context.report(Progress(done=start, total=len(ids)))
        yield ids[start:start + _AT_ONCE]
    context.report(Progress(done=len(ids), total=len(ids)))


def _row(v: Verdict) -> BulkRow:
    return BulkRow(account_id=v.wish.account_id, code=v.code, name=v.name, old=v.old, new=v.wish.target,
                   refusal=v.refusal, adds=_added(v))


def _added(v: Verdict) -> str:
    """The hold that an account gets which shows the status already."""
    place = v.plan.place if v.plan is not None else None
    return KIND_WORDS[place] if place is not None and v.old is v.wish.target else ""
