"""`bursar db check`: does what is stored agree with what the rules derive?

Each check is one statement over the whole database and gives one finding with the codes it concerns, the first ones
by name and the rest as a count. Nothing is changed. A check says what is wrong, not who did it: the constraints and
guards make most of these impossible through this program, another client or a damaged disk may still do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, except_, exists, func, inspect, or_, select, text
from sqlalchemy.orm import Session, aliased

from app.models.all_entities import metadata
from app.models.attributes.attribute import provider_effective
from app.models.group_accounts.membership import FundingGroup, GroupMembership
from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction, InvoiceLine
from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment, PaymentPlanInvoice, PaymentPlanSettlement
from app.models.parties.account import Account, folded_keys
from app.models.parties.contact import AccountContact
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.rules.hierarchy import children_of
from app.models.suspension.hold import Hold
from app.models.values import (
    DEBIT_KINDS,
    PROVIDER_TYPES,
    AccountType,
    HoldKind,
    Lifecycle,
    PlanState,
    TransactionKind,
    TransactionState,
    fold,
)
from app.services.attributes.columns import passed_on_by
from app.services.database.dialects import is_sqlite
from app.services.database.opening import SchemaState, state_of
from app.services.database.triggers import guard_differences, strangers
from app.services.files.texts import shown
from app.services.status.cascades import restrained
from app.services.status.stored import derived_status
from app.services.upkeep.kept_figures import wrong_figures
from app.services.upkeep.ledger_checks import (
    allocated_beyond_on_some_day,
    counter_rows_that_do_not_fit,
    series_with_gaps,
    write_off_accounts_that_differ,
    write_offs_that_do_not_add_up,
)
from app.services.upkeep.period_checks import balances_that_do_not_follow, periods_out_of_order
from app.services.wording import counted, listed

DAMAGE = "damage"
"""The check of the file itself."""
GUARD_UNKNOWN = "guard_unknown"
"""The check for guards that this version does not list."""
STRANGER = "stranger"
"""The check for triggers and views of somebody else."""
_NAMED = 10
"""So many are named in a finding; of the rest it gives the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    check: str
    """Name of the check, a word for tests and scripts."""
    message: str
    """A sentence with the codes it concerns."""
    count: int


def check_database(session: Session) -> list[Finding]:
    """Run every check; an empty list means that all is well."""
    found = list(_storage(session))
    if any(finding.check == DAMAGE for finding in found):
        return found  # what else is read from a damaged file says nothing
    for check in CHECKS:
        found += check(session)
    return found


def quick_check(session: Session) -> list[Finding]:
    """What every copy is looked at for: damage, references that lead nowhere, guards that are not as they should be.

    The guards are those of this version, so of another one they are not compared.
    """
    found = list(_storage(session))
    if any(finding.check == DAMAGE for finding in found):
        return found
    found += _strangers(session)
    if state_of(session.connection()) is SchemaState.CURRENT:
        found += [*_tables(session), *_guards(session)]
    return found


def _tables(session: Session) -> Iterator[Finding]:
    lost = set(metadata.tables) - set(inspect(session.connection()).get_table_names())
    yield from _finding(DAMAGE, "The database lost tables; put the last good backup back (bursar db restore FILE)",
                        sorted(lost))


def _finding(check: str, sentence: str, names: Sequence[str]) -> Iterator[Finding]:
    """A finding that names the first few; `sentence` ends before the colon."""
    if not names:
        return
    rest = len(names) - _NAMED
    shown = [*names[:_NAMED], f"{rest:,} more"] if rest > 0 else list(names)
    yield Finding(check=check, message=f"{sentence}: {listed(shown)}.", count=len(names))


_T = FinancialTransaction
_HOME = aliased(Account, name="home")
_PROVIDERS = sorted(PROVIDER_TYPES)


def _accounts(session: Session, *conditions: ColumnElement[bool]) -> list[str]:
    """Accounts that meet conditions, as PROVIDER/CODE."""
    home = func.coalesce(_HOME.code + "/", "")
    return list(session.scalars(
        select(home + Account.code).select_from(Account).outerjoin(_HOME, _HOME.id == Account.provider_id)
        .where(*conditions).order_by(_HOME.code, Account.code)
    ))


def _documents(session: Session, ids: Any) -> list[str]:
    """Rows of the ledger whose ids a statement gives, as PROVIDER/NUMBER."""
    row = aliased(FinancialTransaction)
    return list(session.scalars(
        select(_HOME.code + "/" + func.coalesce(row.number, "without a number"))
        .select_from(row).join(_HOME, _HOME.id == row.provider_id)
        .where(row.id.in_(ids)).order_by(_HOME.code, row.number)
    ))


# --------------------------------------------------------------------------- the hierarchy


def _root_and_reach(session: Session) -> Iterator[Finding]:
    """Every account hangs below the operator; UNION ends even where the tree runs in a circle."""
    seed = select(Account.id).where(Account.type == AccountType.OPERATOR.value).cte("reached", recursive=True)
    child = aliased(Account)
    reached = seed.union(select(child.id).join(seed, child.parent_id == seed.c.id))
    names = _accounts(session, Account.id.not_in(select(reached.c.id)))
    yield from _finding("unreachable", "These accounts do not hang below the operator", names)


def _matrix(session: Session) -> Iterator[Finding]:
    parent = aliased(Account)
    allowed = or_(*[and_(parent.type == kind.value, Account.type.in_(sorted(children_of(kind))))
                    for kind in AccountType if children_of(kind)])
    fits = exists().where(parent.id == Account.parent_id, parent.id == Account.provider_id, allowed)
    names = _accounts(session, Account.parent_id.is_not(None), ~fits)
    yield from _finding("hierarchy", "These accounts stand below a parent that may not have them", names)


def _agents(session: Session) -> Iterator[Finding]:
    agent = aliased(Account)
    fits = exists().where(agent.id == Account.created_by_agent_id, agent.type == AccountType.AGENT.value,
                          agent.provider_id == Account.provider_id)
    names = _accounts(session, Account.created_by_agent_id.is_not(None), ~fits)
    yield from _finding("agent", "The agent of these accounts is no agent of their provider", names)


def _provider_rows(session: Session) -> Iterator[Finding]:
    has_row, is_provider = exists().where(Provider.account_id == Account.id), Account.type.in_(_PROVIDERS)
    names = _accounts(session, or_(and_(is_provider, ~has_row), and_(~is_provider, has_row)))
    yield from _finding("provider_row", "Account type and provider settings disagree", names)


def _contacts(session: Session) -> Iterator[Finding]:
    """Exactly one primary and one billing contact each (ARCHITECTURE.md, "Contacts"); the operator needs none."""
    for flag, word in ((AccountContact.is_primary, "primary"), (AccountContact.is_billing, "billing")):
        count = (select(func.count()).where(AccountContact.account_id == Account.id, flag)
                 .correlate(Account).scalar_subquery())
        names = _accounts(session, count != 1, Account.type != AccountType.OPERATOR.value)
        yield from _finding(f"{word}_contact", f"These accounts do not have exactly one {word} contact", names)


# --------------------------------------------------------------------------- derived columns


def _status(session: Session) -> Iterator[Finding]:
    derived = derived_status().label("derived")
    rows = session.execute(
        select(_HOME.code.label("home"), Account.code, Account.status, derived)
        .join(_HOME, _HOME.id == Account.provider_id)
        .where(Account.status != derived).order_by(_HOME.code, Account.code)
    )
    names = [f"{r.home}/{r.code} (stored {r.status}, derived {r.derived})" for r in rows]
    yield from _finding("status", "The stored status does not follow from lifecycle and holds", names)


def _group_accounts(session: Session) -> Iterator[Finding]:
    """A hold that came down stands exactly where the parent restrains its members; a group that goes on has some."""
    parent, member = aliased(Account), aliased(Account)
    paid_by = (select(parent.id).join(FundingGroup, FundingGroup.account_id == parent.id)
               .join(GroupMembership, GroupMembership.group_id == FundingGroup.id)
               .where(GroupMembership.account_id == Account.id, GroupMembership.left_on.is_(None)))
    come_down = exists().where(Hold.account_id == Account.id, Hold.kind == HoldKind.PARENT_GROUP.value,
                               Hold.lifted_on.is_(None))
    wrong = come_down != exists(paid_by.where(restrained(parent)))
    names = _accounts(session, Account.lifecycle != Lifecycle.TERMINATED.value, wrong)
    yield from _finding("group_hold", "These accounts are held by their group account though its parent is not, or are "
                        "not though it is", names)
    left = exists().where(GroupMembership.group_id == FundingGroup.id, GroupMembership.left_on.is_(None))
    deeper = exists(select(member.id).join(GroupMembership, GroupMembership.account_id == member.id).where(
        member.id == FundingGroup.account_id, GroupMembership.left_on.is_(None)))
    which = Account.id.in_(select(FundingGroup.account_id).where(FundingGroup.closed_on.is_(None), or_(~left, deeper)))
    yield from _finding("group_level", "These accounts are parents without members, or are paid for themselves",
                        _accounts(session, which))


def _search_keys(session: Session) -> Iterator[Finding]:
    """Folding is Python's, so these columns are compared row by row, read in parts."""
    accounts = session.execute(
        select(Account.id, Account.code, Account.name, Account.name_key, Account.search_text)
        .execution_options(yield_per=2000)
    )
    stale = [a.id for a in accounts if folded_keys(a.code, a.name) != {"name_key": a.name_key,
                                                                       "search_text": a.search_text}]
    names = [name for start in range(0, len(stale), 500)
             for name in _accounts(session, Account.id.in_(stale[start:start + 500]))]
    yield from _finding("search_text", "The search text of these accounts is stale", names)
    services = session.execute(
        select(Service.identifier, Service.name, Service.search_text).execution_options(yield_per=2000)
    )
    names = sorted(s.identifier for s in services if fold(f"{s.identifier} {s.name}")[:200] != s.search_text)
    yield from _finding("service_search_text", "The search text of these services is stale", names)


def _provider_effective(session: Session) -> Iterator[Finding]:
    """What providers pass on, against a rebuild from the operator down."""
    root = select(Account.id).where(Account.type == AccountType.OPERATOR.value).scalar_subquery()
    stored, rebuilt = select(*provider_effective.c), passed_on_by(root)
    differing = [select(except_(one, other).subquery().c.provider_id)
                 for one, other in ((stored, rebuilt), (rebuilt, stored))]
    ids = {found for statement in differing for found in session.scalars(statement)}
    names = _accounts(session, Account.id.in_(ids)) if ids else []
    yield from _finding("provider_effective", "What these providers pass on is not what they set or inherit", names)


# --------------------------------------------------------------------------- the ledger


def _invoice_lines(session: Session) -> Iterator[Finding]:
    sums = (
        select(InvoiceLine.transaction_id, func.sum(InvoiceLine.amount_minor).label("amount"),
               func.sum(InvoiceLine.tax_minor).label("tax"))
        .group_by(InvoiceLine.transaction_id).subquery()
    )
    wrong = (
        select(_T.id).outerjoin(sums, sums.c.transaction_id == _T.id)
        .where(_T.kind == TransactionKind.INVOICE.value, _T.state == TransactionState.POSTED.value,
               or_(func.coalesce(sums.c.amount, 0) != _T.amount_minor, func.coalesce(sums.c.tax, 0) != _T.tax_minor))
    )
    yield from _finding("invoice_lines", "The lines of these invoices do not add up to the invoice",
                        _documents(session, wrong))


_SIDES: tuple[tuple[str, Any, ColumnElement[bool]], ...] = (
    ("debit", Allocation.debit_id, _T.kind.in_(sorted(DEBIT_KINDS))),
    ("credit", Allocation.credit_id, _T.kind.not_in(sorted(DEBIT_KINDS))),
)


def _allocations(session: Session) -> Iterator[Finding]:
    """Within the amounts, of the right kinds, and dated when both rows are there: sums as of a date rely on it."""
    for side, column, right_kind in _SIDES:
        used = (
            select(column.label("id"), func.sum(Allocation.amount_minor).label("amount"),
                   func.min(Allocation.effective_on).label("first")).group_by(column).subquery()
        )
        joined = select(_T.id).join(used, used.c.id == _T.id)
        misfit = or_(used.c.amount < 0, used.c.amount > _T.amount_minor, ~right_kind,
                     _T.state != TransactionState.POSTED.value)
        yield from _finding(f"allocation_{side}", f"Allocations do not fit these {side}s",
                            _documents(session, joined.where(misfit)))
        yield from _finding(f"allocation_{side}_date", f"These {side}s are allocated before they were posted",
                            _documents(session, joined.where(used.c.first < _T.effective_on)))


def _documents_made_here(session: Session) -> Iterator[Finding]:
    """What takes others back, what was written off, and numbers that were given."""
    for side, column in (("debit", Allocation.debit_id), ("credit", Allocation.credit_id)):
        yield from _finding(f"allocation_{side}_day", f"On some day allocations do not fit these {side}s",
                            _documents(session, allocated_beyond_on_some_day(column)))
    yield from _finding("counter_row", "These cancellations do not take back one whole document",
                        _documents(session, counter_rows_that_do_not_fit()))
    yield from _finding("write_off", "What was written off of these accounts is not what is marked",
                        _accounts(session, Account.id.in_(write_offs_that_do_not_add_up())))
    yield from _finding("write_off_account", "The write-off accounts of these providers are not what was written off",
                        write_off_accounts_that_differ(session))
    yield from _finding("number_series", "Numbers of these series name no document", series_with_gaps(session))


def _disputes(session: Session) -> Iterator[Finding]:
    """Never less than nothing nor more than the invoice, on no day."""
    running = (
        select(DisputeEntry.invoice_id,
               func.sum(DisputeEntry.delta_minor).over(partition_by=DisputeEntry.invoice_id,
                                                       order_by=DisputeEntry.effective_on).label("amount")).subquery()
    )
    wrong = (
        select(_T.id).join(running, running.c.invoice_id == _T.id)
        .where(or_(running.c.amount < 0, running.c.amount > _T.amount_minor))
    )
    yield from _finding("dispute", "More than the invoice, or less than nothing, is in dispute on some day",
                        _documents(session, wrong))


def _currencies(session: Session) -> Iterator[Finding]:
    wrong = select(_T.id).join(Account, Account.id == _T.account_id).where(_T.currency != Account.currency)
    yield from _finding("currency", "These rows are not in the currency of their account", _documents(session, wrong))


# --------------------------------------------------------------------------- figures that are kept


def _kept(session: Session) -> Iterator[Finding]:
    for check, sentence, wrong in wrong_figures(session):
        yield from _finding(check, sentence, _accounts(session, wrong))


# --------------------------------------------------------------------------- payment plans


_PLAN, _PART, _OWED, _CAME = PaymentPlan, PaymentPlanInvoice, PaymentPlanInstalment, PaymentPlanSettlement


def _plans(session: Session) -> Iterator[Finding]:
    """Instalments add up to what is covered, nothing came in beyond either, and the state follows from them."""
    came = select(func.coalesce(func.sum(Allocation.amount_minor), 0)).join(_CAME, _CAME.allocation_id == Allocation.id)
    for_part = came.where(_CAME.plan_id == _PART.plan_id, Allocation.debit_id == _PART.invoice_id)
    for_owed = came.where(_CAME.plan_id == _OWED.plan_id, _CAME.position == _OWED.position)
    paid, settled = for_owed.correlate(_OWED).scalar_subquery(), for_part.correlate(_PART).scalar_subquery()
    yield from _of_plans(session, "plan_sums", "The instalments of payment plans do not add up to what these cover", (
        _sum_of(_PART.covered_minor, _PART.plan_id) != _sum_of(_OWED.amount_minor, _OWED.plan_id)))
    yield from _of_plans(session, "plan_settled", "What came in does not fit the instalments of payment plans", or_(
        exists().where(_OWED.plan_id == _PLAN.id, or_(paid > _OWED.amount_minor, and_(
            _OWED.payment_id.is_not(None), paid != _OWED.amount_minor))),
        exists().where(_PART.plan_id == _PLAN.id, settled > _PART.covered_minor)))
    open_ones = exists().where(_OWED.plan_id == _PLAN.id, _OWED.payment_id.is_(None))
    yield from _of_plans(session, "plan_state", "The state of payment plans is not what their instalments say", or_(
        and_(_PLAN.state == PlanState.COMPLETED.value, open_ones),
        and_(_PLAN.state == PlanState.IN_PROGRESS.value, ~open_ones)))
    used = select(func.sum(Allocation.amount_minor)).where(Allocation.debit_id == _T.id).correlate(_T)
    unsettled = _T.amount_minor - func.coalesce(used.scalar_subquery(), 0)
    too_much = exists().where(_PART.plan_id == _PLAN.id, _T.id == _PART.invoice_id,
                              _PART.covered_minor - settled > unsettled)
    yield from _of_plans(session, "plan_covered", "Payment plans cover more than their invoices owe",
                         and_(_PLAN.state == PlanState.IN_PROGRESS.value, too_much))


def _sum_of(amount: Any, plan_id: Any) -> ColumnElement[int]:
    return func.coalesce(select(func.sum(amount)).where(plan_id == _PLAN.id).correlate(_PLAN).scalar_subquery(), 0)


def _of_plans(
    session: Session, check: str, sentence: str, wrong: ColumnElement[bool]
) -> Iterator[Finding]:
    yield from _finding(check, sentence, _accounts(session, Account.id.in_(select(_PLAN.account_id).where(wrong))))


def _periods(session: Session) -> Iterator[Finding]:
    yield from _finding("periods", "These accounting periods are not where they belong", periods_out_of_order(session))
    yield from _finding("opening_balances", "These accounts did not begin a period with what was posted before",
                        balances_that_do_not_follow(session))


# --------------------------------------------------------------------------- the database itself


def _guards(session: Session) -> Iterator[Finding]:
    missing, unknown = guard_differences(session.connection()) or ([], [])
    yield from _finding("guard_missing", "Guards are missing, switched off or altered; run bursar db upgrade", missing)
    yield from _finding(GUARD_UNKNOWN, "Guards of another version are installed; run bursar db upgrade", unknown)


def _strangers(session: Session) -> Iterator[Finding]:
    """Whatever runs by itself when rows are read or written and is not ours; guards are compared one by one."""
    names = [shown(name) for name in strangers(session.connection())]
    yield from _finding(STRANGER, "Triggers or views are there that are not Bursar's; whoever looks after the database "
                        "removes them", names)


def _storage(session: Session) -> Iterator[Finding]:
    """Damage and orphans; PostgreSQL looks after both by itself."""
    if not is_sqlite(session):
        return
    damage = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check(20)")) if row[0] != "ok"]
    yield from _finding(DAMAGE, "The file is damaged; put the last good backup back (bursar db restore FILE)", damage)
    if damage:
        return
    orphans = session.execute(text("PRAGMA foreign_key_check")).all()
    names = [f"row {row[1]} of {row[0]} refers to a missing row of {row[2]}" for row in orphans]
    yield from _finding("orphan", f"{counted(len(names), 'reference leads', 'references lead')} nowhere", names)


CHECKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    _guards, _strangers, _root_and_reach, _matrix, _agents, _provider_rows, _contacts, _status, _group_accounts,
    _search_keys,
    _provider_effective, _invoice_lines, _allocations, _documents_made_here, _disputes, _currencies, _plans, _periods,
    _kept,
)
