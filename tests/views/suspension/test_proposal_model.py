"""The model of the proposals under Qt's own tester, and with ten thousand of them."""

from __future__ import annotations

import time
from datetime import date

import pytest
from PySide6.QtCore import QLocale

from app.models.rules.suspension_decision import Facts, Rules
from app.models.values import AccountStatus, ScanOutcome
from app.services.scans.previewed import ProposalRow
from app.services.suspension.judgement import Judged
from app.views.lists.models import roles
from app.views.lists.models.columns import Column, Kind, SwitchState
from app.views.look.formatting import Formatter
from app.views.suspension.proposals.model import ProposalModel

OUTCOMES = [ScanOutcome.SUSPEND, ScanOutcome.RESTORE, ScanOutcome.EXCLUDED]
FORMATTER = Formatter(QLocale("en_GB"))
RULES = Rules(id=1, version=1, name="", effective_from=date(2025, 6, 1), currency="AUD", min_overdue_minor=5_000,
              min_overdue_days=14, restore_at_minor=1_000, resuspend_days=0, windows=())
JUDGED = Judged(
    account_id=1, code="A1", name="Customer", profile_id=1, currency="AUD", outcome=ScanOutcome.SUSPEND,
    exclusion_bits=0, restored_by_hand_at=None, rules=RULES,
    facts=Facts(outstanding_minor=6_600, payable_minor=6_600, unallocated_minor=0, outstanding_days=20,
                payable_days=20, disputed_minor=0, service_count=1, active_service_count=1,
                status=AccountStatus.ACTIVE, held_overdue=False))


def row(number: int, outcome: ScanOutcome = ScanOutcome.SUSPEND) -> ProposalRow:
    return ProposalRow(account_id=number, code=f"A{number}", name=f"Customer {number:05}", provider="HT",
                       profile="Residential", outcome=outcome, services=1, payable_minor=5000 + number,
                       currency="AUD", oldest_days=20, judged=JUDGED, excluded_groups=(),
                       apply_from=None, blocked_by=None)


def model_of(rows: list[ProposalRow], ticked: set[int]) -> ProposalModel:
    columns = (
        Column(key="tick", title="", kind=Kind.TICK, text=lambda _r, _f: ""),
        Column(key="account", title="Account", text=lambda r, _: r.name, sort_value=lambda r: r.name),
        Column(key="payable", title="Payable", text=lambda r, f: f.amount(r.payable_minor, r.currency)),
    )
    model = ProposalModel(columns, ticked.__contains__, lambda: True, FORMATTER)
    model.set_rows(rows, "AUD")
    return model


def test_it_is_a_model_qt_believes(qtmodeltester, qapp) -> None:
    model = model_of([row(n, OUTCOMES[n % 3]) for n in range(30)], {0, 3})
    qtmodeltester.check(model)
    model.open_reasons(3, is_open=True)
    model.show_groups(frozenset({ScanOutcome.SUSPEND, ScanOutcome.RESTORE}))
    model.fold_group(ScanOutcome.RESTORE, folded=True)
    model.set_filter("customer 00003")
    model.open_reasons(3, is_open=False)
    model.sort(1)
    qtmodeltester.check(model)


def test_headings_and_reasons_are_lines_of_their_own(qapp) -> None:
    model = model_of([row(1), row(2)], {1, 2})
    model.open_reasons(1, is_open=True)
    kinds = [line.kind.value for line in model.lines()]
    assert kinds == ["heading", "proposal", "reasons", "proposal"]
    assert model.heading(ScanOutcome.SUSPEND).switch is SwitchState.ON
    assert model.index(0, 1).data(roles.ACCESSIBLE_TEXT) == "Suspend, 2, 2 services, 100.03\u00a0AUD payable, open"
    assert model.headerData(2, roles.HORIZONTAL) == "Payable, AUD"
    assert model.id_at(0) == -1
    assert model.loaded_row_of_id(-1) == 0


@pytest.mark.parametrize("count", [10_000])
def test_ten_thousand_proposals_are_fluent(qapp, count) -> None:
    ticked = set(range(count))
    started = time.perf_counter()
    model = model_of([row(n) for n in range(count)], ticked)
    model.open_reasons(count // 2, is_open=True)
    model.set_filter("customer 09")
    model.set_filter("")
    ticked.discard(5)
    model.ticks_changed({5})
    assert model.heading(ScanOutcome.SUSPEND).switch is SwitchState.OFF
    assert time.perf_counter() - started < 2
    assert model.rowCount() == count + 2
