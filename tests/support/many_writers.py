"""Several workstations that write into one book, each keeping a naive record of what it was told was saved.

What they were told is compared with the book afterwards: everything told is there once, every change names as its old
value what the change before it had written, and what the program derives is what it derives anew.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import TABLE_OF_TIER, AttributeChange, CreditRating
from app.models.audit import AuditEntry
from app.models.ledger.entries import Dispute, DisputeEntry, FinancialTransaction, NumberSeries
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.contact import AccountContact
from app.models.parties.note import AccountNote
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.rules.status_changes import reason_text
from app.models.suspension.hold import Hold
from app.models.suspension.rule_sets import SuspensionRuleSet
from app.models.values import (
    AccountStatus,
    AccountType,
    Enterprise,
    GroupKind,
    HoldKind,
    Lifecycle,
    StatusReason,
    Tier,
    TransactionKind,
)
from app.services.accounts.contacts import add_contact, contact_sheet, make_billing, make_primary, remove_contact
from app.services.accounts.details import account_details, save_details
from app.services.accounts.notes import write_note
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute, set_attributes
from app.services.credit.ratings import RatingWorth, set_credit_rating
from app.services.customers.bulk_status import change_statuses
from app.services.customers.choice import CustomerQuestion, Selected
from app.services.customers.views import delete_view, list_views, save_view, set_default_view
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.errors import BursarError, DatabaseProblem, LeaseHeld, RefusedByRule
from app.services.groups.groups import add_to_group, create_group, delete_group, remove_from_group
from app.services.hierarchy.accounts import NewAccount, ProviderSettings, create_account
from app.services.hierarchy.moves import NewParent, move_account
from app.services.hierarchy.new_account import AccountRequest, create_new_account
from app.services.hierarchy.new_contacts import NewContact
from app.services.hierarchy.operator import operator_of
from app.services.imports.run import import_file
from app.services.invoicing.posting import post_invoice
from app.services.jobs import JobContext
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.disputes import end_dispute, raise_dispute
from app.services.ledger.writing import NewLine, NewPayment, record_payments
from app.services.printing.records import PRINTED, ItemRecord, begin_batch, record_items
from app.services.printing.source import frozen_names
from app.services.profiles.moves import Members, move_members, newest_move, undo_move
from app.services.profiles.page import profile_page
from app.services.profiles.profiles import (
    ProfileDetails,
    create_profile,
    delete_profile,
    duplicate_profile,
    edit_profile,
    set_default_profile,
)
from app.services.providers.business_day import business_day
from app.services.providers.modules import Module, switch_module
from app.services.rules.rule_sets import set_rules
from app.services.scans.restore import restore_by_hand
from app.services.scans.scan import run_scan
from app.services.staff.sign_in import sign_in_to_demo
from app.services.status.bulk import Wish, carry_out, judge, lock_for
from app.services.status.changes import change_lifecycle, lift_hold, place_hold
from app.services.status.from_file import import_statuses
from app.services.upkeep.check import check_database
from tests.factories.books import place_shown, status_shown

_ACCOUNT_MAP = """
kind = "accounts"
key = "{code}"

[provider]
code = "{provider}"

[columns]
start_date = "start"
name = "name"
"""
_NEW_PROVIDER = """create = ["provider"]

[provider]
code = "{provider}"
name = "{provider} Ltd"
realm = "@{provider}.example"
currency = "EUR"
time_zone = "Europe/Vienna"
"""


@dataclass(slots=True)
class Told:
    """What one workstation was told, and how long it waited."""

    actor: str
    saved: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    """Facts that must be in the book, each so many times."""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(command, "saved", "refused" or "failed")."""
    refusals: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    """What nobody should ever read."""
    slowest_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hot:
    """The few rows that everybody writes."""

    providers: tuple[int, ...]
    accounts: dict[int, tuple[int, ...]]
    """By provider."""

    @classmethod
    def of(cls, session: Session, *, providers: int, accounts: int) -> Hot:
        """The customers of the largest providers."""
        largest = session.scalars(
            select(Account.provider_id).where(Account.type == AccountType.END_USER.value)
            .group_by(Account.provider_id).order_by(func.count().desc(), Account.provider_id).limit(providers)).all()
        return cls(providers=tuple(largest), accounts={
            provider: tuple(session.scalars(select(Account.id).where(
                Account.provider_id == provider, Account.type == AccountType.END_USER.value)
                .order_by(Account.id).limit(accounts))) for provider in largest})


class Workstation:
    """One person at work: an own database, an own actor, and one command after the other by chance."""

    def __init__(self, url: str, hot: Hot, number: int) -> None:
        self._db = Database(parse_url(url))
        sign_in_to_demo(self._db)
        self._db.actor = f"w{number}@writers.example"
        self._hot = hot
        self._chance = random.Random(number)
        self._serial = 0
        self.told = Told(self._db.actor)
        self._folder = Path(tempfile.mkdtemp(prefix="bursar-writers-"))

    def work(self, seconds: float) -> Told:
        """Write for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._do(self._chance.choice(_DECK))
        return self._done()

    def give(self, count: int) -> Told:
        """Give so many commands, each at least once if there are enough."""
        commands = [*_WEIGHTS, *(self._chance.choice(_DECK) for _ in range(max(0, count - len(_WEIGHTS))))]
        self._chance.shuffle(commands)
        for command in commands[:count]:
            self._do(command)
        return self._done()

    def _done(self) -> Told:
        self._db.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        return self.told

    def _do(self, name: str) -> None:
        self._serial += 1
        began = time.monotonic()
        try:
            facts = getattr(self, f"_{name}")()
        except DatabaseProblem as problem:
            self.told.outcomes[name, "failed"] += 1
            self.told.failures.append(f"{name}: {problem}")
        except (RefusedByRule, LeaseHeld) as refusal:
            self.told.outcomes[name, "refused"] += 1
            self.told.refusals[f"{name}: {str(refusal)[:90]}"] += 1
        except BursarError as refusal:
            self.told.outcomes[name, "refused"] += 1
            self.told.refusals[f"{name}: {type(refusal).__name__} {str(refusal)[:90]}"] += 1
        except Exception as fault:  # noqa: BLE001  whatever comes is what the record is for
            self.told.outcomes[name, "failed"] += 1
            self.told.failures.append(f"{name}: {type(fault).__name__}: {str(fault)[:300]}")
        else:
            self.told.outcomes[name, "saved"] += 1
            self.told.saved.update(facts)
        self.told.slowest_s[name] = max(self.told.slowest_s.get(name, 0.0), time.monotonic() - began)

    # ---- what they pick

    def _provider(self) -> int:
        return self._chance.choice(self._hot.providers)

    def _account(self, provider: int | None = None) -> int:
        return self._chance.choice(self._hot.accounts[provider or self._provider()])

    def _some(self, provider: int, count: int) -> list[int]:
        """In no order, as people tick them."""
        return self._chance.sample(self._hot.accounts[provider], count)

    def _name(self, what: str) -> str:
        return f"{what} {self.told.actor[:2]}-{self._serial}"

    def _today(self, provider: int) -> date:
        with self._db.read() as session:
            return business_day(session, provider)

    def _any(self, query: Any) -> Any:
        with self._db.read() as session:
            found = session.scalars(query).all()
        return self._chance.choice(found) if found else None

    # ---- what they do; each returns the facts it was told were saved

    def _attribute(self, tier: Tier, owner: int) -> list[tuple[Any, ...]]:
        value = self._chance.randrange(1, 60)
        changes = self._db.attempt(partial(
            set_attribute, tier=tier, owner_id=owner, key="trading_due_days", value=value,
            seen=self._stored(tier, owner)))
        return [("attribute", tier.value, owner, "trading_due_days", str(value))] if changes.kinds else []

    def _stored(self, tier: Tier, owner: int) -> dict[str, Any]:
        with self._db.read() as session:
            return stored_values(session, tier, owner)

    def _account_attribute(self) -> list[tuple[Any, ...]]:
        return self._attribute(Tier.ACCOUNT, self._account())

    def _provider_attribute(self) -> list[tuple[Any, ...]]:
        return self._attribute(Tier.PROVIDER, self._provider())

    def _profile_attribute(self) -> list[tuple[Any, ...]]:
        return self._attribute(Tier.PROFILE, self._profile(self._provider()))

    def _upper_attribute(self) -> list[tuple[Any, ...]]:
        with self._db.read() as session:
            upper = session.get_one(Account, self._provider()).provider_id
        return self._attribute(Tier.PROVIDER, upper)

    def _module(self) -> list[tuple[Any, ...]]:
        """Everybody may go on writing: it is one that nothing here needs."""
        provider, module = self._provider(), Module.PAYMENT_PLANS
        seen = self._stored(Tier.PROVIDER, provider).get(module.definition.key)
        self._db.attempt(partial(switch_module, provider_id=provider, module=module, seen=seen,
                                 on=self._chance.choice([True, False, None])))
        return []

    def _rating(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        with self._db.read() as session:
            row = session.get(CreditRating, (provider, "A"))
        seen = None if row is None else RatingWorth(limit_minor=row.limit_minor, label=row.label)
        self._db.attempt(partial(set_credit_rating, provider_id=provider, code="A", seen=seen,
                                 limit_minor=self._chance.randrange(1, 90_000)))
        return []

    def _two_attributes(self) -> list[tuple[Any, ...]]:
        owner = self._account()
        values = {"trading_due_days": self._chance.randrange(1, 60), "paper_invoice_fee": self._chance.randrange(900)}
        self._db.attempt(partial(set_attributes, tier=Tier.ACCOUNT, owner_id=owner, values=values,
                                 seen=self._stored(Tier.ACCOUNT, owner)))
        return []

    def _profile(self, provider: int) -> int:
        return int(self._any(select(AccountProfile.id).where(AccountProfile.provider_id == provider)))

    def _details(self) -> list[tuple[Any, ...]]:
        account, reference = self._account(), self._name("ref")
        with self._db.read() as session:
            before = dict(account_details(session, account_id=account).values)
        self._db.attempt(partial(save_details, account_id=account, after={**before, "export_reference": reference},
                                 seen=before))
        return [("audit", account, "export_reference", reference)]

    def _provider_details(self) -> list[tuple[Any, ...]]:
        account, reference = self._provider(), self._name("ref")
        with self._db.read() as session:
            seen = dict(account_details(session, account_id=account).values)
        self._db.attempt(partial(save_details, account_id=account, seen=seen, after={
            **seen, "export_reference": reference, "help_text": self._name("Call us")}))
        return [("audit", account, "export_reference", reference)]

    def _new_provider(self) -> list[tuple[Any, ...]]:
        """Below the operator; the code is one of few, so that they meet."""
        code = f"N{self._chance.randrange(40)}"
        with self._db.read() as session:
            operator = operator_of(session).id
        made = self._db.attempt(partial(create_new_account, request=AccountRequest(
            parent_id=operator, type=AccountType.RETAIL, enterprise=Enterprise.ORGANISATION, name=code, code=code,
            start_date=date(2024, 1, 1),
            provider=ProviderSettings(currency="EUR", realm=f"@{code.lower()}.example"))))
        return [("account", made.id, code)]

    def _bulk_job(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        ids = tuple(self._some(provider, 8))
        question = CustomerQuestion(provider_id=provider, as_of=self._today(provider))
        chosen = Selected(question=question, count=len(ids), ids=ids)
        change_statuses(self._db, JobContext(), selected=chosen, reason=StatusReason.OTHER, note="in bulk",
                        target=self._chance.choice([AccountStatus.SUSPENDED, AccountStatus.ACTIVE]),
                        seen={account: self._status(account) for account in ids})
        return []

    def _note(self) -> list[tuple[Any, ...]]:
        account, text = self._account(), self._name("Called")
        self._db.attempt(partial(write_note, account_id=account, text=text))
        return [("note", account, text)]

    def _contact(self) -> list[tuple[Any, ...]]:
        account, name = self._account(), self._name("Ann")
        self._db.attempt(partial(add_contact, account_id=account, contact=NewContact(name=name)))
        return [("audit", account, "contact", name)]

    def _contact_flag(self) -> list[tuple[Any, ...]]:
        account = self._account()
        contact = self._any(select(AccountContact.contact_id).where(AccountContact.account_id == account))
        with self._db.read() as session:
            sheet = contact_sheet(session, account_id=account)
        command, holder = self._chance.choice([(make_primary, sheet.primary), (make_billing, sheet.billing)])
        self._db.attempt(partial(command, account_id=account, contact_id=contact, seen=holder and holder.id))
        return []

    def _contact_away(self) -> list[tuple[Any, ...]]:
        account = self._account()
        with self._db.read() as session:
            rows = [r for r in contact_sheet(session, account_id=account).rows if not (r.is_primary or r.is_billing)]
        if rows:
            self._db.attempt(partial(remove_contact, account_id=account, contact_id=self._chance.choice(rows).id))
        return []

    def _group(self, provider: int) -> Any:
        return self._any(select(AccountGroup.id).where(
            AccountGroup.provider_id == provider, AccountGroup.kind == GroupKind.DISTRIBUTION.value))

    def _join(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        group = self._group(provider)
        if group is None:
            return []
        command = self._chance.choice([add_to_group, remove_from_group])
        self._db.attempt(partial(command, group_id=group, account_ids=self._some(provider, 5)))
        return []

    def _new_group(self) -> list[tuple[Any, ...]]:
        code = f"G{self._chance.randrange(4)}"
        self._db.attempt(partial(create_group, provider_id=self._provider(), code=code))
        return []

    def _group_away(self) -> list[tuple[Any, ...]]:
        group = self._group(self._provider())
        if group is not None:
            self._db.attempt(partial(delete_group, group_id=group))
        return []

    def _move(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        self._db.attempt(partial(move_members, provider_id=provider, to_profile_id=self._profile(provider),
                                 members=Members(account_ids=tuple(self._some(provider, 5))),
                                 seen=self._newest(provider)))
        return []

    def _newest(self, provider: int) -> int:
        with self._db.read() as session:
            return newest_move(session, provider_id=provider)

    def _move_and_back(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        moved = self._db.attempt(partial(move_members, provider_id=provider, to_profile_id=self._profile(provider),
                                         members=Members(account_ids=tuple(self._some(provider, 5))),
                                 seen=self._newest(provider)))
        self._db.attempt(partial(undo_move, move_id=moved.move_id))
        return []

    def _new_profile(self) -> list[tuple[Any, ...]]:
        details = ProfileDetails(name=f"P{self._chance.randrange(4)}")
        self._db.attempt(partial(create_profile, provider_id=self._provider(), details=details,
                                 overrides={"trading_due_days": 9}))
        return []

    def _copied_profile(self) -> list[tuple[Any, ...]]:
        self._db.attempt(partial(duplicate_profile, profile_id=self._profile(self._provider()),
                                 name=f"P{self._chance.randrange(4)}"))
        return []

    def _edited_profile(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        profile = self._profile(provider)
        with self._db.read() as session:
            seen = profile_page(session, profile_id=profile).details
        self._db.attempt(partial(edit_profile, profile_id=profile, seen=seen,
                                 details=replace(seen, description=self._name("About"))))
        return []

    def _default_profile(self) -> list[tuple[Any, ...]]:
        profile = self._profile(self._provider())
        with self._db.read() as session:
            seen = profile_page(session, profile_id=profile).default_id
        self._db.attempt(partial(set_default_profile, profile_id=profile, seen=seen))
        return []

    def _profile_away(self) -> list[tuple[Any, ...]]:
        self._db.attempt(partial(delete_profile, profile_id=self._profile(self._provider())))
        return []

    def _lifecycle(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        account, to = self._account(provider), self._chance.choice([Lifecycle.ACTIVE, Lifecycle.INACTIVE])
        self._db.attempt(partial(change_lifecycle, account_id=account, to=to, on=self._today(provider),
                                 seen=self._status(account)))
        return []

    def _status(self, account: int) -> AccountStatus:
        with self._db.read() as session:
            return status_shown(session, account)

    def _hold(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        account, reason = self._account(provider), self._name("because")
        self._db.attempt(partial(place_hold, account_id=account, kind=HoldKind.MANUAL, reason=reason,
                                 on=self._today(provider), seen=self._status(account)))
        return [("hold", account, reason)]

    def _lifted_hold(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        with self._db.read() as session:
            holds = session.execute(select(Hold.account_id, Hold.id).where(
                Hold.kind == HoldKind.MANUAL.value, Hold.lifted_on.is_(None), Hold.provider_id == provider)).all()
        if holds:
            account, hold = self._chance.choice(holds)
            self._db.attempt(partial(lift_hold, account_id=account, hold_id=hold, reason="settled",
                                     on=self._today(provider)))
        return []

    def _bulk_status(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        target = self._chance.choice([AccountStatus.SUSPENDED, AccountStatus.ACTIVE])
        words = reason_text(StatusReason.OTHER, "in bulk")

        def work(session: Session) -> None:
            ids = self._some(provider, 8)
            lock_for(session, ids)
            carry_out(session, judge(session, [Wish(account_id=i, target=target, reason=words) for i in ids]))

        self._db.attempt(work)
        return []

    def _status_file(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        path = self._folder / f"status-{self._serial}.csv"
        status = self._chance.choice(["Suspended", "Active"])
        with self._db.read() as session:
            codes = session.execute(select(Account.code).where(Account.id.in_(self._some(provider, 5)))).scalars().all()
            owner = session.scalars(select(Account.code).where(Account.id == provider)).one()
        rows = [f"{owner}/{code},{status},Other" for code in codes]
        path.write_text("\n".join(["ACCOUNT_ID,ACCOUNT_STATUS,ACCOUNT_STATUS_REASON", *rows]) + "\n")
        import_statuses(self._db, JobContext(), path=path, dry_run=False, seen=None)
        return []

    def _payment(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        accounts = self._some(provider, 2)
        number, today, amount = self._name("PAY"), self._today(provider), self._chance.randrange(1, 5000)

        def work(session: Session) -> None:
            currency = session.get_one(Provider, provider).currency
            record_payments(session, provider_id=provider, currency=currency, imported=False, payments=[
                NewPayment(account_id=account, number=f"{number}/{n}", received_on=today, amount_minor=amount)
                for n, account in enumerate(accounts)])
            allocate_accounts(session, accounts)

        self._db.attempt(work)
        return [("document", account, f"{number}/{n}", amount) for n, account in enumerate(accounts)]

    def _invoice(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        account, words = self._account(provider), self._name("Line")
        self._db.attempt(partial(post_invoice, account_id=account, posted_on=self._today(provider),
                                 description=words, lines=[NewLine(description=words, net_minor=1000, tax_minor=100)]))
        return [("invoice", account, words)]

    def _dispute(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        invoice = self._any(select(FinancialTransaction.id).where(
            FinancialTransaction.account_id == self._account(provider), FinancialTransaction.kind == "invoice"))
        if invoice is not None:
            self._db.attempt(partial(raise_dispute, invoice_id=invoice, amount_minor=1, on=self._today(provider)))
        return []

    def _dispute_end(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        ended = select(DisputeEntry.dispute_id).where(DisputeEntry.kind == "ended")
        dispute = self._any(select(Dispute.id).where(Dispute.provider_id == provider, Dispute.id.not_in(ended)))
        if dispute is not None:
            self._db.attempt(partial(end_dispute, dispute_id=dispute, on=self._today(provider)))
        return []

    def _restore(self) -> list[tuple[Any, ...]]:
        account = self._any(select(Hold.account_id).where(Hold.kind == HoldKind.OVERDUE.value,
                                                          Hold.lifted_on.is_(None)))
        if account is not None:
            self._db.attempt(partial(restore_by_hand, account_id=account, reason="promised"))
        return []

    def _rules(self) -> list[tuple[Any, ...]]:
        provider = self._provider()
        self._db.attempt(partial(
            set_rules, provider_id=provider, effective_from=self._today(provider) + timedelta(days=400),
            min_overdue_minor=5000, min_overdue_days=14, restore_at_minor=1000,
            seen=self._any(select(func.max(SuspensionRuleSet.version)).where(
                SuspensionRuleSet.provider_id == provider)) or 0))
        return []

    def _scan(self) -> list[tuple[Any, ...]]:
        run_scan(self._db, JobContext(), chunk_size=50)
        return []

    def _print(self) -> list[tuple[Any, ...]]:
        from array import array

        with self._db.read() as session:
            invoices = session.scalars(select(FinancialTransaction.id).where(
                FinancialTransaction.account_id.in_(self._some(self._provider(), 4)),
                FinancialTransaction.kind == "invoice").order_by(FinancialTransaction.id)).all()
        batch = self._db.attempt(partial(begin_batch, described={"all": self._serial % 2}, folder=Path("/print")))
        named = list(frozen_names(self._db, array("q", invoices)))
        self._chance.shuffle(named)
        self._db.attempt(partial(record_items, batch_id=batch, items=[
            ItemRecord(invoice_id=id_, state=PRINTED, file_name=name.file_name, pages=1, messages=())
            for id_, name in named]))
        return []

    def _new_account(self) -> list[tuple[Any, ...]]:
        provider, name = self._provider(), self._name("New")
        made = self._db.attempt(partial(create_account, provider_id=provider, new=NewAccount(
            code="", name=name, start_date=self._today(provider))))
        return [("account", made, name)]

    def _place(self) -> list[tuple[Any, ...]]:
        """Move a customer to the other provider; most have documents and stay."""
        account = self._any(select(Account.id).where(Account.name.like("New %"))) or self._account()
        with self._db.read() as session:
            seen = place_shown(session, account)
        self._db.attempt(partial(move_account, account_id=account, to=NewParent(provider_id=self._provider()),
                                 seen=seen))
        return []

    def _import(self) -> list[tuple[Any, ...]]:
        path, by = self._folder / f"{self._serial}.csv", self._folder / f"{self._serial}.toml"
        own = f"{self.told.actor[:2]}-{self._serial}"
        new = self._chance.random() < 0.5  # all make one provider, or add to one that is there
        provider = "JOINT" if new else self._any(select(Account.code).where(Account.id.in_(self._hot.providers)))
        head, _, rest = _ACCOUNT_MAP.partition("[provider]")
        by.write_text(head + _NEW_PROVIDER + rest.partition('code = "{provider}"')[2] if new else _ACCOUNT_MAP)
        codes = [f"{own}-{n}" for n in range(3)]
        path.write_text("\n".join(["provider,code,name,start", *[f"{provider},{c},{c},2024-01-01" for c in codes]]))
        report = import_file(self._db, JobContext(), kind="accounts", path=path, mapping=by)
        if report.errors:
            raise RefusedByRule(report.errors[0].message)
        return [("imported", str(provider), code) for code in codes]

    def _view(self) -> list[tuple[Any, ...]]:
        """Two windows of one person."""
        own, self._db.actor = self._db.actor, "shared@writers.example"
        try:
            with self._db.read() as session:
                views = list_views(session, place="customers")
            match self._chance.randrange(3):
                case 0:
                    name = f"V{self._chance.randrange(3)}"
                    seen = next((view.definition for view in views if view.name == name), None)
                    self._db.attempt(partial(save_view, place="customers", name=name, definition="{}", seen=seen))
                case 1 if views:
                    self._db.attempt(partial(delete_view, view_id=self._chance.choice(views).id))
                case 2 if views:
                    self._db.attempt(partial(set_default_view, place="customers",
                                             view_id=self._chance.choice(views).id,
                                             seen=next((view.id for view in views if view.is_default), None)))
        finally:
            self._db.actor = own
        return []


_WEIGHTS = {
    "account_attribute": 4, "provider_attribute": 2, "profile_attribute": 2, "two_attributes": 2, "details": 3,
    "note": 3, "contact": 2, "contact_flag": 2, "contact_away": 1, "join": 3, "new_group": 1, "group_away": 1,
    "move": 3, "move_and_back": 1, "new_profile": 1, "copied_profile": 1, "edited_profile": 1, "default_profile": 1,
    "profile_away": 1, "lifecycle": 1, "hold": 2, "lifted_hold": 2, "bulk_status": 2, "status_file": 1, "payment": 4,
    "invoice": 3, "dispute": 2, "dispute_end": 2, "restore": 1, "rules": 1, "scan": 1, "print": 1, "new_account": 2,
    "place": 1, "import": 1, "view": 2, "upper_attribute": 1, "module": 1, "rating": 1, "provider_details": 1,
    "new_provider": 1, "bulk_job": 1,
}
"""How often each command is given."""
_DECK = [command for command, weight in _WEIGHTS.items() for _ in range(weight)]


def at_once(url: str, hot: Hot, *, stations: int, seconds: float) -> list[Told]:
    """Let so many workstations, each a process of its own, write for so long; they begin when all of them are there."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(stations, initializer=_meet_at, initargs=(context.Barrier(stations),)) as pool:
        return pool.starmap(_station, [(url, hot, number, seconds) for number in range(stations)], chunksize=1)


_barrier: Any = None


def _meet_at(barrier: Any) -> None:
    global _barrier  # noqa: PLW0603  a pool hands a barrier over in no other way
    _barrier = barrier


def _station(url: str, hot: Hot, number: int, seconds: float) -> Told:
    here = Workstation(url, hot, number)
    _barrier.wait(120)
    return here.work(seconds)


# --------------------------------------------------------------------------- afterwards


def lost(database: Database, told: Sequence[Told]) -> list[str]:
    """Everything that is not in the book as somebody was told, in words."""
    with database.read() as session:
        found: list[str] = []
        for each in told:
            there = Counter(_facts(session, each.actor))
            for fact, count in each.saved.items():
                if there[fact] < count:
                    found.append(f"{each.actor} was told {count} times, found {there[fact]} times: {fact}")
        for check in (_broken_changes, _broken_audits, _unlike_newest, _crooked_groups, _gaps):
            found += check(session)
        found += [f"{f.check}: {f.sentence}" for f in check_database(session)]
    return found


def _facts(session: Session, actor: str) -> Iterator[tuple[Any, ...]]:
    c, a, t = AttributeChange, AuditEntry, FinancialTransaction
    yield from (("attribute", *row) for row in session.execute(
        select(c.tier, c.owner_id, c.attribute, c.new_value).where(c.actor == actor)))
    yield from (("audit", *row) for row in session.execute(
        select(a.account_id, a.field, a.new_value).where(a.actor == actor, a.field.is_not(None))))
    yield from (("note", *row) for row in session.execute(select(AccountNote.account_id, AccountNote.text)))
    yield from (("hold", *row) for row in session.execute(
        select(Hold.account_id, Hold.reason).where(Hold.placed_by == actor)))
    yield from (("document", *row) for row in session.execute(
        select(t.account_id, t.number, t.amount_minor).where(t.posted_by == actor, t.kind == "payment")))
    yield from (("invoice", *row) for row in session.execute(
        select(t.account_id, t.description).where(t.posted_by == actor, t.kind == "invoice")))
    yield from (("account", *row) for row in session.execute(select(Account.id, Account.name)))
    provider = select(Account.id.label("id"), Account.code.label("code")).subquery()
    yield from (("imported", *row) for row in session.execute(
        select(provider.c.code, Account.code).join(provider, provider.c.id == Account.provider_id)))


def _broken_changes(session: Session) -> list[str]:
    """Attribute changes whose old value is not what the change before them had written: one was overwritten unseen."""
    newest: dict[tuple[str, int, str], str | None] = {}
    found = []
    for row in session.scalars(select(AttributeChange).order_by(AttributeChange.id)):
        key = (row.tier, row.owner_id, row.attribute)
        if key in newest and row.old_value != newest[key]:
            found.append(f"{key}: {row.actor} changed {row.old_value} to {row.new_value}, but it was {newest[key]}")
        newest[key] = row.new_value
    return found


def _broken_audits(session: Session) -> list[str]:
    newest: dict[tuple[int | None, str], str | None] = {}
    found = []
    for row in session.scalars(select(AuditEntry).where(
            AuditEntry.field.in_(["export_reference", "profile", "primary", "billing", "lifecycle"]),
            AuditEntry.account_id.is_not(None)).order_by(AuditEntry.id)):
        key = (row.account_id, str(row.field))
        if key in newest and (row.old_value or "") != (newest[key] or ""):
            found.append(f"{key}: {row.actor} changed {row.old_value} to {row.new_value}, but it was {newest[key]}")
        newest[key] = row.new_value
    return found


def _unlike_newest(session: Session) -> list[str]:
    """Stored attributes that are not those of their newest change."""
    newest: dict[tuple[str, int], str | None] = {}
    for row in session.scalars(select(AttributeChange).where(AttributeChange.attribute == "trading_due_days")
                               .order_by(AttributeChange.id)):
        newest[row.tier, row.owner_id] = row.new_value
    found = []
    for tier, table in TABLE_OF_TIER.items():
        stored = dict(session.execute(select(table.c.owner_id, table.c.trading_due_days)).all())
        found += [f"{tier.value} {owner} has {stored[owner]}, the newest change says {value}"
                  for (kind, owner), value in newest.items()
                  if kind == tier.value and owner in stored and str(stored[owner]) != str(value)]
    return found


def _crooked_groups(session: Session) -> list[str]:
    """Members whose newest word in the history says that they left, and others of whom it says that they joined."""
    a = AuditEntry
    newest = {(account, new or old): action for account, action, old, new in session.execute(
        select(a.account_id, a.action, a.old_value, a.new_value)
        .where(a.action.in_(["group_joined", "group_left"])).order_by(a.id))}
    members = {(account, name) for account, name in session.execute(
        select(AccountGroupMember.account_id, AccountGroup.name)
        .join(AccountGroup, AccountGroup.id == AccountGroupMember.group_id))}
    return [f"{key}: the history says {action}, and it is {'a member' if key in members else 'none'}"
            for key, action in newest.items() if (action == "group_joined") is not (key in members)]


def _gaps(session: Session) -> list[str]:
    """Providers whose series went further than their invoices, or not as far: there are no gaps."""
    t = FinancialTransaction
    given = dict(session.execute(select(NumberSeries.provider_id, NumberSeries.last_number).where(
        NumberSeries.kind == TransactionKind.INVOICE.value)).all())
    there = dict(session.execute(select(t.provider_id, func.count()).where(
        t.kind == "invoice", t.number.is_not(None)).group_by(t.provider_id)).all())
    return [f"provider {provider} gave {count} numbers and has {there.get(provider, 0)} invoices"
            for provider, count in given.items() if there.get(provider, 0) != count]

