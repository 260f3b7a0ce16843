"""The scan as one would write it by hand for one database and one day: a handful of plain statements.

The same rows come out as from the program's scan (the benchmark compares them), in one transaction and without
chunks, lease, resuming or reasons.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from tests.benchmarks.scan_book import K_MINOR, NOW, TODAY, X_MINOR, Y_DAYS, execute

# The plus keeps SQLite on the covering index that begins with the account; PostgreSQL takes it for a sign.
_OPEN = """
    SELECT i.*, COALESCE((SELECT SUM(delta_minor) FROM dispute_entry
                          WHERE invoice_id = i.id AND effective_on <= :today), 0) AS disputed
    FROM (
        SELECT t.account_id, t.id, t.due_on, t.amount_minor - COALESCE((
            SELECT SUM(amount_minor) FROM allocation WHERE debit_id = t.id AND effective_on <= :today), 0) AS unsettled
        FROM financial_transaction t
        WHERE +t.provider_id = :p AND t.account_id > 0 AND t.kind = 'invoice' AND t.state = 'posted'
          AND t.effective_on <= :today AND t.due_on < :today
        LIMIT ALL_ROWS OFFSET 0
    ) i WHERE unsettled > 0
"""


def _find(greatest: str, days: str, all_rows: str) -> str:
    return f"""
    INSERT INTO scan_result (run_id, account_id, provider_id, outcome, overdue_payable_minor, oldest_overdue_days,
                             rule_version, exclusion_bits, applied)
    SELECT :run, id, :p, CASE WHEN held THEN 'restore' WHEN bits > 0 THEN 'excluded' ELSE 'suspend' END,
           net, {days}, 1, CASE WHEN held THEN 0 ELSE bits END, CASE WHEN held OR bits = 0 THEN :yes ELSE :no END
    FROM (
        SELECT r.*, CASE WHEN services > 0 AND active = 0 OR status <> 'active' THEN 1 ELSE 0 END
             + CASE WHEN grouped THEN 2 ELSE 0 END + CASE WHEN omitted THEN 4 ELSE 0 END
             + CASE WHEN net <= :k AND disputed > 0 THEN 32 ELSE 0 END
             + CASE WHEN ombudsman_case_open THEN 64 ELSE 0 END AS bits
        FROM (
            SELECT c.*, {greatest}(0, outstanding - credit) AS gross, {greatest}(0, payable - credit) AS net
            FROM (
                SELECT a.id, a.status, a.ombudsman_case_open, s.held = 1 AS held, s.outstanding, s.payable, s.disputed,
                       s.first_due, s.first_payable_due,
                       COALESCE((SELECT SUM(t.amount_minor - COALESCE((
                                    SELECT SUM(amount_minor) FROM allocation
                                    WHERE credit_id = t.id AND effective_on <= :today), 0))
                                 FROM financial_transaction t
                                 WHERE t.account_id = a.id AND t.state = 'posted' AND t.effective_on <= :today
                                   AND t.kind NOT IN ('invoice', 'refund', 'payment_cancellation')), 0) AS credit,
                       (SELECT COUNT(*) FROM service WHERE account_id = a.id) AS services,
                       (SELECT COUNT(*) FROM service WHERE account_id = a.id AND state = 'active') AS active,
                       EXISTS (SELECT 1 FROM account_group_member m JOIN suspension_rule_excluded_group g
                               ON g.group_id = m.group_id WHERE m.account_id = a.id AND g.rule_set_id = 1) AS grouped,
                       EXISTS (SELECT 1 FROM account_attributes o
                               WHERE o.owner_id = a.id AND o.omit_from_auto_restrict) AS omitted,
                       (SELECT MAX(lifted_recorded_at) FROM hold WHERE account_id = a.id AND kind = 'overdue'
                               AND lifted_by_hand) AS restored_at
                FROM (
                    SELECT account_id, SUM(unsettled) AS outstanding, SUM(disputed) AS disputed,
                           SUM({greatest}(0, unsettled - disputed)) AS payable, MIN(due_on) AS first_due,
                           MIN(CASE WHEN unsettled > disputed THEN due_on END) AS first_payable_due, MAX(held) AS held
                    FROM (
                        SELECT account_id, unsettled, disputed, due_on, 0 AS held FROM ({_OPEN}) o
                        UNION ALL
                        SELECT account_id, 0, 0, NULL, 1 FROM hold WHERE kind = 'overdue' AND lifted_on IS NULL
                    ) u GROUP BY account_id
                    HAVING SUM(unsettled) >= :x AND MIN(due_on) < :late_before OR MAX(held) = 1
                ) s
                JOIN account a ON a.id = s.account_id
                WHERE +a.provider_id = :p AND a.type = 'end_user' AND a.start_date <= :today
                LIMIT ALL_ROWS OFFSET 0
            ) c
        ) r
        LIMIT ALL_ROWS OFFSET 0
    ) e
    WHERE held AND net <= :k
       OR NOT held AND gross >= :x AND first_due < :late_before
          AND (bits > 0 OR net >= :x AND first_payable_due < :late_before
                           AND (restored_at IS NULL OR restored_at <= :waits_since))
    """.replace("ALL_ROWS", all_rows)


_HITS = "SELECT account_id FROM scan_result WHERE run_id = :run AND outcome = 'suspend' AND applied"
_WRITE = (
    "INSERT INTO hold (provider_id, account_id, kind, reason, effective_on, recorded_at, placed_by, scan_run_id, "
    "lifted_by_hand) SELECT :p, account_id, 'overdue', 'Non-payment', :today, :now, 'bench', :run, :no "
    f"FROM ({_HITS}) hits",
    "INSERT INTO service_restriction (provider_id, service_id, hold_id, previous_state, effective_on, recorded_at) "
    "SELECT s.provider_id, s.id, h.id, s.state, :today, :now FROM service s JOIN hold h ON h.account_id = s.account_id "
    "WHERE h.scan_run_id = :run AND s.state = 'active'",
    "UPDATE service SET state = 'restricted' WHERE id IN (SELECT r.service_id FROM service_restriction r JOIN hold h "
    "ON h.id = r.hold_id WHERE h.scan_run_id = :run)",
    "INSERT INTO outbox_message (provider_id, account_id, hold_id, service_id, message_key, event, action, mapping_id, "
    "template_id, period_days, state, state_reason, effective_on, recorded_at, sent_at, scan_run_id, sender, "
    "recipient, cc, bcc, subject, html, text, claimed_by, remote_id, attachment, segments, attempts) "
    "SELECT h.provider_id, h.account_id, h.id, r.service_id, "
    "h.id || '/' || r.service_id || '/auto_suspend/' || s.action, 'auto_suspend', s.action, s.mapping_id, "
    "s.template_id, 0, 'sent', '', :today, :now, :now, :run, '', '', '', '', '', '', '', '', '', 'none', 0, 0 "
    "FROM hold h JOIN service_restriction r ON r.hold_id = h.id JOIN account a ON a.id = h.account_id "
    "JOIN event_mapping m ON m.profile_id = a.profile_id AND m.event = 'auto_suspend' "
    "JOIN event_action s ON s.mapping_id = m.id AND s.enabled WHERE h.scan_run_id = :run",
    "INSERT INTO audit_entry (provider_id, account_id, action, detail, actor, recorded_at, scan_run_id) "
    f"SELECT :p, account_id, 'suspended', 'Suspended for non-payment', 'bench', :now, :run FROM ({_HITS}) hits",
    "INSERT INTO account_status_change (provider_id, account_id, old_status, new_status, reason, effective_on, "
    "recorded_at, actor, scan_run_id) SELECT :p, id, status, 'suspended', 'Suspended for non-payment', :today, :now, "
    f"'bench', :run FROM account WHERE id IN ({_HITS})",
    f"UPDATE account SET status = 'suspended' WHERE id IN ({_HITS})",
)


def bare_scan(connection: Connection, provider_id: int) -> None:
    """Find, hold, restrict, write history, audit, outbox and results; the caller begins and commits."""
    values: dict[str, Any] = {
        "p": provider_id, "today": TODAY, "now": NOW, "run": 1000, "x": X_MINOR, "k": K_MINOR, "yes": True, "no": False,
        "late_before": TODAY - timedelta(days=Y_DAYS), "waits_since": NOW - timedelta(days=2),
    }
    if connection.dialect.name == "sqlite":
        find = _find("MAX", "CAST(COALESCE(julianday(:today) - julianday(first_payable_due), 0) AS INTEGER)", "-1")
    else:
        find = _find("GREATEST", "COALESCE(CAST(:today AS date) - first_payable_due, 0)", "ALL")
    run = ("INSERT INTO scan_run (id, state, started_at, finished_at, actor, origin, acts) "
           "VALUES (:run, 'finished', :now, :now, 'bench', '', 'all')")
    for statement in (run, find, *_WRITE):
        execute(connection, statement, values)
