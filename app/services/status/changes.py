"""Commands on the status of one account: activate, deactivate, cancel, place and lift holds.

Each locks the account before it judges by the pure rule, writes hold or lifecycle, a step of history and an audit row
in the caller's transaction, and changes nothing when repeated. What stops a cancellation is said all at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account, AccountStatusChange
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.rules.account_status import derive_status
from app.models.rules.action_checks import (
    below_words,
    drafts_words,
    members_follow,
    members_words,
    requests_words,
    services_words,
)
from app.models.rules.status_changes import (
    By,
    Standing,
    lifecycle_refusal,
    lifting_refusal,
    needs_reason,
    placing_refusal,
    reason_text,
)
from app.models.suspension.hold import Hold
from app.models.values import (
    PROVIDER_TYPES,
    AccountStatus,
    AccountType,
    HoldKind,
    Lifecycle,
    StatusReason,
    grouped_amount,
)
from app.services.access.audit import write_audit, zone_of
from app.services.access.authorize import may, require_account
from app.services.access.beyond import customers_below, funded_by, require_all_of
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.dialects import among, lock_ledger
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import RefusedByRule
from app.services.files.texts import require_text
from app.services.history.facts import note_lifecycles
from app.services.ledger.reading import account_figures
from app.services.providers.business_day import business_day
from app.services.saving import Speech, Trace, moment_text, wanted_changes
from app.services.status.cascades import (
    hold_members,
    live_members,
    lock_with_members,
    parents_among,
    terminate_members,
)
from app.services.status.standing import acting_on, standing_of
from app.services.status.stored import refresh_status
from app.services.status.unfinished import ENDED, unfinished_business
from app.services.wording import STATUS_WORDS, counted, day_text, listed

_TAKEN_BACK = "Taken back"
_FOLLOWED = {Lifecycle.TERMINATED: "cancelled", Lifecycle.INACTIVE: "suspended"}
_PAST = {Lifecycle.ACTIVE: "activated", Lifecycle.INACTIVE: "deactivated", Lifecycle.TERMINATED: "cancelled"}


# --------------------------------------------------------------------------- commands


def change_lifecycle(
    session: Session, *, account_id: int, to: Lifecycle, on: date, seen: AccountStatus,
    reason: StatusReason | None = None, note: str = "",
) -> ChangeSet:
    """Activate, deactivate or cancel an account on a day, with a reason of the list, words of one's own, or both.

    A preactive account needs its primary and billing contact before it becomes active. An inactive one gets no invoices
    and no orders; its holds stay. Cancelling is for good, needs a reason, and is refused with everything that is in the
    way while there is unfinished business. `seen` is the status that was shown; raises SavedMeanwhile where somebody
    gave the account another one since.
    """
    words = note.strip() if reason is None else reason_text(reason, note)
    require_text("reason", "The reason", words, has_lines=True)
    account, now, by = _locked(session, account_id)
    refuse_unseen(session, account, shown=seen, wanted=derive_status(to, now.holds))
    if now.lifecycle is to and by is not By.ITSELF:
        return ChangeSet.empty()
    _refuse(lifecycle_refusal(now, to, by))
    _require_those_below(session, account)
    if needs_reason(to) and not words:
        raise RefusedByRule("Cancelling an account needs a reason, so that colleagues know why.")
    _check_day(session, account, on, _latest_change(session, account))
    blockers = step_blockers(session, account, now, to)
    if blockers:
        raise RefusedByRule(f"{account.name} cannot be {_PAST[to]}: {listed(blockers)}.")
    note_lifecycles(session, Account.id == account.id, on=on)
    account.lifecycle = to.value
    session.flush()
    write_audit(session, provider_id=account.provider_id, account_id=account.id, action=f"account_{_PAST[to]}",
                detail=words or f"Account {_PAST[to]}.", field="lifecycle", old=now.lifecycle.value, new=to.value)
    refresh_status(session, Account.id == account.id, effective_on=on, reason=words or f"Account {_PAST[to]}")
    follow = terminate_members if to is Lifecycle.TERMINATED else hold_members
    members = follow(session, [account.id], on=on, reason=words or f"Account {_PAST[to]}")
    session.refresh(account)
    kinds = (Changed.ACCOUNTS, Changed.HOLDS) if members else (Changed.ACCOUNTS,)
    changes = ChangeSet.of(*kinds, accounts=_touched(account, members))
    if not {now.lifecycle, to} <= {Lifecycle.ACTIVE, Lifecycle.INACTIVE}:
        return changes  # nothing becomes preactive again, and a cancelled account nothing else
    return changes.with_undo(Undo(
        of=f"status of {account.name}", done=f"{account.name} {_PAST[to]}.", command=change_lifecycle,
        arguments={"account_id": account_id, "to": now.lifecycle, "on": on, "note": _TAKEN_BACK,
                   "seen": AccountStatus(account.status)}))


def place_hold(
    session: Session, *, account_id: int, kind: HoldKind, reason: str, on: date, seen: AccountStatus, note: str = ""
) -> ChangeSet:
    """Place a hold by hand from a day on; the same hold with the same reason is placed once.

    The reason is one of the list, which a note may explain, or words of one's own. `seen` is the status that was
    shown; raises SavedMeanwhile where somebody gave the account another one since.
    """
    if isinstance(reason, StatusReason):
        reason = reason_text(reason, note)
    account, now, by = _locked(session, account_id)
    if not reason.strip():
        raise RefusedByRule("A hold needs a reason, so that colleagues know why.")
    require_text("reason", "The reason", reason, has_lines=True)
    if _open(session, account_id, kind, reason.strip()):
        return ChangeSet.empty()
    refuse_unseen(session, account, shown=seen, wanted=derive_status(now.lifecycle, now.holds | {kind}))
    _refuse(placing_refusal(now, kind, by))
    _require_those_below(session, account)
    _check_day(session, account, on, account.start_date)
    hold = Hold(provider_id=account.provider_id, account_id=account_id, kind=kind.value, reason=reason.strip(),
                effective_on=on, recorded_at=recorded_now(session), placed_by=actor_of(session))
    session.add(hold)
    session.flush()
    _audit_hold(session, account, "hold_placed", f"{kind.value}: {reason.strip()}")
    return _derived(session, account, reason.strip(), on).with_undo(Undo(
        of=f"hold on {account.name}", done=f"Hold placed on {account.name}.", command=lift_hold,
        arguments={"account_id": account_id, "hold_id": hold.id, "reason": _TAKEN_BACK, "on": on}))


def lift_hold(session: Session, *, account_id: int, hold_id: int, reason: str, on: date) -> ChangeSet:
    """Lift one hold on a day. Raises RefusedByRule, saying who did, where it is lifted already."""
    account, now, by = _locked(session, account_id)
    hold = session.scalars(select(Hold).where(Hold.id == hold_id, Hold.account_id == account_id)
                           .execution_options(populate_existing=True)).one_or_none()
    if hold is None:
        raise RefusedByRule(f"{account.name} has no such hold.")
    if not reason.strip():
        raise RefusedByRule("Lifting a hold needs a reason, so that colleagues know why.")
    require_text("reason", "The reason", reason, has_lines=True)
    if hold.lifted_on is not None:
        raise RefusedByRule(_lifted_already(session, account, hold))
    _refuse(lifting_refusal(now, HoldKind(hold.kind), by))
    _require_those_below(session, account)
    _check_day(session, account, on, hold.effective_on)
    lift(session, [hold.id], reason=reason.strip(), on=on)
    _audit_hold(session, account, "hold_lifted", f"{hold.kind}: {reason.strip()}")
    changes = _derived(session, account, reason.strip(), on)
    return changes.with_undo(Undo(
        of=f"lifted hold of {account.name}", done=f"Hold of {account.name} lifted.", command=place_hold,
        arguments={"account_id": account_id, "kind": HoldKind(hold.kind), "reason": hold.reason, "on": on,
                   "seen": AccountStatus(account.status)}))


def _lifted_already(session: Session, account: Account, hold: Hold) -> str:
    if hold.lifted_recorded_at is None or not hold.lifted_by:
        return f"That hold of {account.name} is lifted already. Nothing was changed."
    zone = session.scalars(select(Provider.time_zone).where(Provider.account_id == account.provider_id)).one()
    return (f"That hold of {account.name} is lifted already: {hold.lifted_by} lifted it "
            f"{moment_text(hold.lifted_recorded_at, zone)}. Nothing was changed.")


def lift(session: Session, hold_ids: Sequence[int], *, reason: str, on: date) -> None:
    """Mark holds as lifted, for a command that has judged them."""
    session.execute(
        update(Hold).where(Hold.id.in_(list(hold_ids)), Hold.lifted_on.is_(None))
        .values(lifted_on=on, lifted_recorded_at=recorded_now(session), lifted_by=actor_of(session),
                lift_reason=reason).execution_options(synchronize_session=False))


def _audit_hold(session: Session, account: Account, action: str, detail: str) -> None:
    write_audit(session, provider_id=account.provider_id, account_id=account.id, action=action, detail=detail)


def _derived(session: Session, account: Account, reason: str, on: date) -> ChangeSet:
    """Derive the status anew after holds changed, and bring the members of a group account in step."""
    refresh_status(session, Account.id == account.id, effective_on=on, reason=reason)
    members = hold_members(session, [account.id], on=on, reason=reason)
    session.refresh(account)
    return ChangeSet.of(Changed.HOLDS, Changed.ACCOUNTS, accounts=_touched(account, members))


def _touched(account: Account, members: set[int]) -> set[int]:
    """Whom a change concerns; a provider's reaches everybody below it, which is said by naming nobody."""
    return set() if account.type in PROVIDER_TYPES else {account.id, *members}


# --------------------------------------------------------------------------- what was seen


def refuse_unseen(session: Session, account: Account, *, shown: AccountStatus, wanted: AccountStatus) -> None:
    """Raise SavedMeanwhile unless the account shows the status that was shown, or the one that is wanted."""
    wanted_changes(seen={_STATUS: shown}, now={_STATUS: AccountStatus(account.status)}, wanted={_STATUS: wanted},
                   is_explicit=True, speech=lambda: _speech(session, account))


_STATUS = "status"


def _speech(session: Session, account: Account) -> Speech:
    def traces(fields: Collection[str]) -> dict[str, Trace]:
        found = status_traces(session, [account.id])
        return dict.fromkeys(fields, found[account.id]) if account.id in found else {}

    return Speech(zone=zone_of(session, account.provider_id), label=lambda _field: "the status",
                  text=lambda _field, status: STATUS_WORDS[status], traces=traces)


def status_traces(session: Session, account_ids: Collection[int]) -> dict[int, Trace]:
    """Who gave accounts the status they show, and when; an account that has had no other is missing."""
    step = AccountStatusChange
    newest = select(func.max(step.id)).where(among(session, step.account_id, account_ids)).group_by(step.account_id)
    rows = session.execute(select(step.account_id, step.actor, step.recorded_at).where(step.id.in_(newest)))
    return {row.account_id: Trace(who=row.actor, at=row.recorded_at) for row in rows}


# --------------------------------------------------------------------------- judging


def _locked(session: Session, account_id: int) -> tuple[Account, Standing, By]:
    """The account, locked against scans and other staff with its members, and how it stands."""
    account = require_account(session, account_id, Power.CUSTOMERS_STATUS, edit=True)
    lock_ledger(session, account.provider_id, judging=True)
    lock_with_members(session, account_id)
    session.refresh(account)
    return account, standing_of(session, account), acting_on(session, account)


def _require_those_below(session: Session, account: Account) -> None:
    """The status of a provider reaches everybody below it, that of a group account's parent its members."""
    if account.type in PROVIDER_TYPES:
        require_all_of(session, customers_below(session, account.id))
    elif parents_among(session, [account.id]):
        require_all_of(session, funded_by(session, account.id))


def _refuse(refusal: str | None) -> None:
    if refusal is not None:
        raise RefusedByRule(refusal)


def _open(session: Session, account_id: int, kind: HoldKind, reason: str) -> bool:
    return bool(session.scalar(select(exists().where(
        Hold.account_id == account_id, Hold.kind == kind.value, Hold.reason == reason, Hold.lifted_on.is_(None)))))


def _check_day(session: Session, account: Account, on: date, earliest: date) -> None:
    today = business_day(session, account.provider_id)
    if on > today:
        raise RefusedByRule(f"The day may not lie ahead: today is {day_text(today)} at the provider.")
    if on < earliest:
        raise RefusedByRule(f"The day is too early for {account.name}: it can be {day_text(earliest)} or later.")


def _latest_change(session: Session, account: Account) -> date:
    last = session.scalar(select(func.max(AccountStatusChange.effective_on))
                          .where(AccountStatusChange.account_id == account.id))
    return max(account.start_date, last) if last else account.start_date


def step_blockers(session: Session, account: Account, now: Standing, to: Lifecycle) -> list[str]:
    """What has to be done first, in words that follow "cannot be cancelled: "."""
    if to is Lifecycle.TERMINATED:
        todo = unfinished_business(session, account)
        return [words.rstrip(".") for words in (services_words(todo), drafts_words(todo), requests_words(todo),
                                                        below_words(todo), members_words(todo)) if words]
    if to is Lifecycle.ACTIVE and now.lifecycle is Lifecycle.PREACTIVE:
        return _missing(session, account)
    return []


def _missing(session: Session, account: Account) -> list[str]:
    """A preactive account becomes active once its minimum data are complete (ARCHITECTURE.md, "Status changes")."""
    rows = session.execute(
        select(AccountContact.is_primary, AccountContact.is_billing)
        .join(Contact, Contact.id == AccountContact.contact_id)
        .where(AccountContact.account_id == account.id, Contact.incomplete.is_(False))).all()
    return [f"its {words} contact is incomplete"
            for words, has in (("primary", any(r.is_primary for r in rows)),
                               ("billing", any(r.is_billing for r in rows))) if not has]


# --------------------------------------------------------------------------- asked ahead


@dataclass(frozen=True, slots=True)
class StepAhead:
    """Whether a step can be taken, and what to know before."""

    refusal: str
    """In words; empty where it can."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOptions:
    """What the person may do to the status of an account, for menus and dialogs."""

    account_id: int
    name: str
    lifecycle: Lifecycle
    status: AccountStatus
    """What it shows, and what a change of it is told was seen."""
    today: date
    steps: dict[Lifecycle, StepAhead]
    place: dict[HoldKind, str]
    """Why a hold of a kind may not be placed; empty where it may."""
    lift: dict[HoldKind, str]
    moving: str
    """Why the account may not be moved below another parent; empty where it may be tried."""


def status_options(session: Session, *, account_id: int) -> StatusOptions:
    """What may be done, and why the rest may not; reads only."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    today = business_day(session, account.provider_id)
    general = ""
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        general = f"{account.name} has no status to change."
        now, by = Standing(name=account.name, lifecycle=Lifecycle(account.lifecycle)), By.ITSELF
    else:
        now, by = standing_of(session, account), acting_on(session, account)
        if not may(session, Power.CUSTOMERS_STATUS):
            general = "needs the power to change the status of accounts"
    steps = {to: StepAhead(general) if general else _ahead(session, account, now, by, to) for to in _PAST}
    place = {kind: general or placing_refusal(now, kind, by) or "" for kind in HoldKind}
    lifting = {kind: general or lifting_refusal(now, kind, by) or "" for kind in HoldKind}
    moving = "" if may(session, Power.CUSTOMERS_MOVE) else "needs the power to move accounts"
    if by is By.ITSELF:
        moving = f"{account.name} cannot be moved from here."
    return StatusOptions(account_id=account.id, name=account.name, lifecycle=now.lifecycle,
                         status=AccountStatus(account.status), today=today, steps=steps, place=place, lift=lifting,
                         moving=moving)


def _ahead(session: Session, account: Account, now: Standing, by: By, to: Lifecycle) -> StepAhead:
    refusal = lifecycle_refusal(now, to, by)
    if refusal:
        return StepAhead(refusal)
    blockers = step_blockers(session, account, now, to)
    if blockers:
        return StepAhead(f"{account.name} cannot be {_PAST[to]}: {listed(blockers)}.")
    return StepAhead("", tuple(_warnings(session, account, now, to)))


def _warnings(session: Session, account: Account, now: Standing, to: Lifecycle) -> list[str]:
    """What is allowed all the same, but ought to be known (ARCHITECTURE.md, "Status changes")."""
    found = []
    if to is Lifecycle.ACTIVE:
        if now.holds:
            found.append(f"{counted(len(now.holds), 'kind of hold is', 'kinds of holds are')} still open, so it stays "
                         "held.")
        return found
    members = live_members(session, account.id)
    if members:
        found.append(f"{members_follow(len(members), _FOLLOWED[to])}.")
    today = business_day(session, account.provider_id)
    balance = account_figures(session, [account.id], today)[account.id].balance_minor
    amount = f"{grouped_amount(abs(balance), account.currency)} {account.currency}"
    if balance > 0:
        found.append(f"It owes {amount}; that stays owed.")
    elif balance < 0:
        found.append(f"It has {amount} to its credit; a refund comes first.")
    if to is Lifecycle.INACTIVE:
        live = session.scalar(select(func.count()).where(
            Service.account_id == account.id, Service.state.not_in(ENDED)))
        if live:
            found.append(f"{counted(live, 'service goes', 'services go')} on without being invoiced.")
    return found


