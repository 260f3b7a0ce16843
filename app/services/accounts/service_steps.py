"""Services added, changed, stopped and moved by hand, each from a day on.

Adding, activating and upgrading ask the credit limit first, with the first charge that is said, 0 where it is billed
later. What a service was before is kept with the day, so that past days are judged as they were (ARCHITECTURE.md,
"Services by hand").
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.parties.account import Account
from app.models.parties.powers import POWER_WORDS, Power
from app.models.parties.service import Service, ServiceChange
from app.models.rules.account_actions import Operation, operation_refusal
from app.models.rules.service_steps import ENDS, STATE_WORDS, STEPS, step_refusal
from app.models.values import AccountStatus, AccountType, CreditEvent, ServiceState, fold
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import may, require_account, visible
from app.services.accounts.services import ServiceRow
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.credit.checking import require_credit
from app.services.database.dialects import lock_ledger, lock_rows
from app.services.database.unit_of_work import recorded_now
from app.services.errors import NotFound, RefusedByRule, RefusedField
from app.services.files.texts import require_text
from app.services.hierarchy.ordering import ordering_refusal
from app.services.ledger.keeping import keep_service_counts
from app.services.ledger.marks import written_off_since
from app.services.providers.business_day import business_day
from app.services.saving import Speech, Trace, Values, wanted_changes
from app.services.wording import counted, day_text

TEXTS: Mapping[str, str] = {"identifier": "The identifier", "name": "The name"}
_NEEDED = {"identifier": "A service needs an identifier, such as its number.", "name": "A service needs a name."}
_LONGEST = text_limits(Service, *TEXTS)
_DONE = {ServiceState.ACTIVE: "service_activated", ServiceState.SUSPENDED: "service_suspended",
         ServiceState.DEACTIVATED: "service_stopped", ServiceState.CANCELLED: "service_stopped"}
_STATE, _ACCOUNT = "service_state", "service_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """What may be done with the services of an account by hand, for buttons."""

    add: str
    """Why none can be added, in words; empty where one can."""
    change: str
    stop: str
    today: date
    currency: str
    first_day: date
    """The account exists from this day."""


def service_options(session: Session, *, account_id: int) -> ServiceOptions:
    """What may be done with the services of an account, and why the rest may not; reads only."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    power = "" if may(session, Power.CUSTOMERS_SERVICES) else (
        f'This needs the power "{POWER_WORDS[Power.CUSTOMERS_SERVICES].label}".')
    return ServiceOptions(
        add=power or _refusal(session, account, Operation.ADD_SERVICE),
        change=power or _refusal(session, account, Operation.CHANGE_SERVICE),
        stop=power or _refusal(session, account, Operation.STOP_SERVICE),
        today=business_day(session, account.provider_id), currency=account.currency, first_day=account.start_date)


def why_not_active(service: ServiceRow) -> str:
    """Why a service cannot be activated from the state it is in, in words; "" where it can."""
    return step_refusal(f"{service.name} {service.identifier}", service.state, ServiceState.ACTIVE)


# --------------------------------------------------------------------------- commands


def add_service(
    session: Session, *, account_id: int, identifier: str, name: str, on: date, is_active: bool = True,
    first_charge_minor: int = 0,
) -> Created:
    """Add a service that begins on a day, active or to be activated later.

    Raises RefusedByRule where the account takes none, CreditLimitExceeded, and RefusedField for an identifier that the
    provider has already or a day that cannot be.
    """
    (account,) = _locked(session, account_id)
    _require(session, account, Operation.ADD_SERVICE)
    wanted = {"identifier": identifier.strip(), "name": name.strip()}
    _check_texts(session, account, wanted)
    _check_day(session, account, on, account.start_date)
    require_credit(session, account_id=account_id, event=CreditEvent.ADD_SERVICE, amount_minor=first_charge_minor,
                   on=on)
    state = ServiceState.ACTIVE if is_active else ServiceState.PREACTIVE
    service = Service(provider_id=account.provider_id, account_id=account_id, **wanted, state=state.value,
                      started_on=on, recorded_at=recorded_now(session), search_text=_search_text(wanted))
    session.add(service)
    session.flush()
    keep_service_counts(session, [account_id])
    _audit(session, service, "service_added", f"{_called(service)} from {day_text(on)}.")
    return Created(id=service.id, changes=_touched(account_id))


def change_service(
    session: Session, *, service_id: int, after: Values, seen: Values, upgrade_charge_minor: int | None = None
) -> ChangeSet:
    """Change name or identifier of a service; with a charge it is an upgrade, which asks the credit limit.

    `seen` is what the form had read.
    """
    account, service = _service(session, service_id)
    now = {field: getattr(service, field) for field in TEXTS}
    changes = wanted_changes(seen=dict.fromkeys(now, "") | dict(seen), now=now,
                             wanted={field: value.strip() for field, value in after.items() if field in now},
                             speech=lambda: _speech(session, service, {field: field.capitalize() for field in TEXTS}))
    if not changes and upgrade_charge_minor is None:
        return ChangeSet.empty()
    _require(session, account, Operation.CHANGE_SERVICE)
    if service.state == ServiceState.CANCELLED:
        raise RefusedByRule(f"{_called(service)} is cancelled and stays as it was.")
    _check_texts(session, account, changes, service)
    if upgrade_charge_minor is not None:
        require_credit(session, account_id=account.id, event=CreditEvent.UPGRADE_SERVICE,
                       amount_minor=upgrade_charge_minor, on=business_day(session, account.provider_id))
    for field, value in changes.items():
        setattr(service, field, value)
    service.search_text = _search_text({**now, **changes})
    session.flush()
    for field, value in changes.items():
        _audit(session, service, "service_changed", _called(service), field=field, old=now[field], new=value)
    if upgrade_charge_minor is not None and not changes:
        _audit(session, service, "service_changed", f"{_called(service)} upgraded.")
    return _touched(account.id).with_undo(Undo(
        of=f"change of {_called(service)}", done=f"{_called(service)} changed.", command=change_service,
        arguments={"service_id": service_id, "after": {field: now[field] for field in changes}, "seen": changes}))


def activate_service(
    session: Session, *, service_id: int, on: date, seen: ServiceState, first_charge_minor: int = 0
) -> ChangeSet:
    """Activate a service that is not yet, or that was suspended or deactivated, from a day on.

    `seen` is the state that was shown. Raises CreditLimitExceeded where the limit of its account refuses it.
    """
    account, service = _service(session, service_id)
    _refuse_unseen(session, service, seen, ServiceState.ACTIVE)
    _require(session, account, Operation.CHANGE_SERVICE)
    _require_step(service, ServiceState.ACTIVE)
    _check_day(session, account, on, _latest(session, account, service))
    require_credit(session, account_id=account.id, event=CreditEvent.ACTIVATE_SERVICE,
                   amount_minor=first_charge_minor, on=on)
    return _step(session, service, ServiceState.ACTIVE, on)


def stop_service(
    session: Session, *, service_id: int, to: ServiceState, on: date, seen: ServiceState
) -> ChangeSet:
    """Suspend, deactivate or cancel a service from a day on; also on an account that is suspended itself.

    A deactivated or suspended one can be activated again, a cancelled one never. `seen` is the state that was shown.
    """
    account, service = _service(session, service_id)
    _refuse_unseen(session, service, seen, to)
    _require(session, account, Operation.STOP_SERVICE)
    if to is ServiceState.ACTIVE or to is ServiceState.RESTRICTED:
        raise RefusedByRule("A service is stopped by suspending, deactivating or cancelling it.")
    _require_step(service, to)
    _check_day(session, account, on, _latest(session, account, service))
    return _step(session, service, to, on)


def move_service(
    session: Session, *, service_id: int, to_account_id: int, on: date, seen: int, first_charge_minor: int = 0
) -> ChangeSet:
    """Move a service to another account of its provider from a day on; that account's credit limit is asked.

    `seen` is the account on which it was shown. What was billed stays where it is.
    """
    account_id = _account_of(session, service_id)
    target = require_account(session, to_account_id, Power.CUSTOMERS_SERVICES, edit=True)
    _locked(session, account_id, to_account_id)
    account, service = _service(session, service_id)
    wanted_changes(seen={_ACCOUNT: seen}, now={_ACCOUNT: service.account_id}, wanted={_ACCOUNT: to_account_id},
                   is_explicit=True, speech=lambda: _speech(session, service, {_ACCOUNT: "the account"}))
    if service.account_id == to_account_id:
        return ChangeSet.empty()
    if target.provider_id != account.provider_id:
        raise RefusedField("account", f"{target.name} belongs to another provider, and services stay with theirs.")
    _require(session, account, Operation.CHANGE_SERVICE)
    _require(session, target, Operation.ADD_SERVICE)
    if not set(STEPS[ServiceState(service.state)]) & {ServiceState.ACTIVE, ServiceState.SUSPENDED}:
        raise RefusedByRule(f"{_called(service)} is {STATE_WORDS[ServiceState(service.state)]} and cannot be moved.")
    _check_day(session, account, on, max(_latest(session, account, service), target.start_date))
    require_credit(session, account_id=to_account_id, event=CreditEvent.ADD_SERVICE, amount_minor=first_charge_minor,
                   on=on)
    _note(session, service, on)
    service.account_id = to_account_id
    session.flush()
    keep_service_counts(session, [account.id, to_account_id])
    for each in (account.id, to_account_id):
        write_audit(session, provider_id=account.provider_id, account_id=each, action="service_moved",
                    detail=f"{_called(service)} from {day_text(on)}.", about=About(kind=Subject.SERVICE, id=service_id),
                    field=_ACCOUNT, old=account.name, new=target.name)
    return ChangeSet.of(Changed.SERVICES, Changed.ACCOUNTS, accounts={account.id, to_account_id}).with_undo(Undo(
        of=f"move of {_called(service)}", done=f"{_called(service)} moved to {target.name}.", command=move_service,
        arguments={"service_id": service_id, "to_account_id": account.id, "on": on, "seen": to_account_id}))


# --------------------------------------------------------------------------- locking and judging


def _locked(session: Session, *account_ids: int) -> list[Account]:
    """Accounts that may be changed, locked in the one order: credit limits look at the ledger."""
    found = [require_account(session, each, Power.CUSTOMERS_SERVICES, edit=True) for each in account_ids]
    lock_ledger(session, found[0].provider_id)
    lock_rows(session, "account", "id", sorted(account_ids))
    for account in found:
        session.refresh(account)
    return found


def _account_of(session: Session, service_id: int) -> int:
    found = session.scalar(select(Service.account_id).where(Service.id == service_id))
    if found is None:
        raise NotFound("There is no such service.")
    return found


def _service(session: Session, service_id: int) -> tuple[Account, Service]:
    """A service with its account, which is locked; one that was moved meanwhile is found where it is now."""
    account_id = _account_of(session, service_id)
    while True:
        (account,) = _locked(session, account_id)
        service = session.get_one(Service, service_id, populate_existing=True)
        if service.account_id == account_id:
            return account, service
        account_id = service.account_id


def _refusal(session: Session, account: Account, operation: Operation) -> str:
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        return f"{account.name} belongs to the program itself and has no services."
    found = operation_refusal(operation, name=account.name, status=AccountStatus(account.status),
                              written_off=written_off_since(session, account.id) is not None)
    above = ordering_refusal(session, account.id) if operation is Operation.ADD_SERVICE and not found else None
    return found or ("" if above is None else above.sentence)


def _require(session: Session, account: Account, operation: Operation) -> None:
    refusal = _refusal(session, account, operation)
    if refusal:
        raise RefusedByRule(refusal)


def _require_step(service: Service, to: ServiceState) -> None:
    refusal = step_refusal(_called(service), ServiceState(service.state), to)
    if refusal:
        raise RefusedByRule(refusal)


def _check_texts(session: Session, account: Account, wanted: Values, service: Service | None = None) -> None:
    for field, label in TEXTS.items():
        if field not in wanted:
            continue
        require_text(field, label, wanted[field])
        if not wanted[field]:
            raise RefusedField(field, _NEEDED[field])
        if len(wanted[field]) > _LONGEST[field]:
            raise RefusedField(field, f"{label} is too long: {counted(_LONGEST[field], 'character')} fit.")
    if "identifier" in wanted:
        _refuse_taken(session, account, wanted["identifier"], service)


def _refuse_taken(session: Session, account: Account, identifier: str, service: Service | None) -> None:
    taken = session.execute(
        select(Service.id, Account.code, Account.name).outerjoin(
            Account, (Account.id == Service.account_id) & visible(session))
        .where(Service.provider_id == account.provider_id, Service.identifier == identifier)).one_or_none()
    if taken is not None and (service is None or taken.id != service.id):
        whose = f"{taken.code} {taken.name}" if taken.code is not None else "another account"
        raise RefusedField("identifier", f"{identifier} is a service of {whose} already. Identifiers are never used "
                                         "twice at a provider.")


def _check_day(session: Session, account: Account, on: date, earliest: date) -> None:
    today = business_day(session, account.provider_id)
    if on > today:
        raise RefusedField("on", f"The day may not lie ahead: today is {day_text(today)} at the provider.")
    if on < earliest:
        raise RefusedField("on", f"The day is too early: it can be {day_text(earliest)} or later.")


def _latest(session: Session, account: Account, service: Service) -> date:
    """The day from which on a service can change: its beginning, or its last change."""
    last = session.scalar(select(func.max(ServiceChange.effective_on)).where(ServiceChange.service_id == service.id))
    return max(day for day in (account.start_date, service.started_on, last) if day is not None)


# --------------------------------------------------------------------------- writing


def _step(session: Session, service: Service, to: ServiceState, on: date) -> ChangeSet:
    before = ServiceState(service.state)
    _note(session, service, on)
    service.state = to.value
    service.ended_on = on if to in ENDS else None
    session.flush()
    keep_service_counts(session, [service.account_id])
    _audit(session, service, _DONE[to], f"{_called(service)} from {day_text(on)}.", field=_STATE, old=before.value,
           new=to.value)
    changes = _touched(service.account_id)
    if before not in STEPS[to]:
        return changes  # nothing becomes preactive again, automation alone restricts, and cancelled is for good
    of, done = f"state of {_called(service)}", f"{_called(service)} is {STATE_WORDS[to]}."
    if before is ServiceState.ACTIVE:
        return changes.with_undo(Undo(of=of, done=done, command=activate_service,
                                      arguments={"service_id": service.id, "on": on, "seen": to}))
    return changes.with_undo(Undo(of=of, done=done, command=stop_service,
                                  arguments={"service_id": service.id, "to": before, "on": on, "seen": to}))


def _note(session: Session, service: Service, on: date) -> None:
    """Keep what the service was until a day."""
    session.add(ServiceChange(service_id=service.id, account_id=service.account_id, state=service.state,
                              effective_on=on, recorded_at=recorded_now(session)))
    session.flush()


def _called(service: Service) -> str:
    return f"{service.name} {service.identifier}"


def _search_text(values: Mapping[str, str]) -> str:
    return fold(f"{values['identifier']} {values['name']}")[:200]


def _refuse_unseen(session: Session, service: Service, seen: ServiceState, wanted: ServiceState) -> None:
    wanted_changes(seen={_STATE: seen}, now={_STATE: ServiceState(service.state)}, wanted={_STATE: wanted},
                   is_explicit=True, speech=lambda: _speech(session, service, {_STATE: "the state"}))


def _speech(session: Session, service: Service, labels: Mapping[str, str]) -> Speech:
    def text(field: str, value: object) -> str:
        if field == _ACCOUNT:
            return session.scalar(select(Account.name).where(Account.id == value, visible(session))) or "another one"
        return STATE_WORDS[value].capitalize() if isinstance(value, ServiceState) else str(value or "")

    def traces(fields: Collection[str]) -> dict[str, Trace]:
        return traces_about(session, About(kind=Subject.SERVICE, id=service.id), fields)

    return Speech(zone=zone_of(session, service.provider_id), label=lambda field: labels[field], text=text,
                  traces=traces)


def _audit(
    session: Session, service: Service, action: str, detail: str, *, field: str | None = None, old: str | None = None,
    new: str | None = None,
) -> None:
    write_audit(session, provider_id=service.provider_id, account_id=service.account_id, action=action, detail=detail,
                about=About(kind=Subject.SERVICE, id=service.id), field=field, old=old, new=new)


def _touched(account_id: int) -> ChangeSet:
    return ChangeSet.of(Changed.SERVICES, Changed.ACCOUNTS, accounts={account_id})
