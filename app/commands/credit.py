"""bursar credit check | exceeded | terms"""

from __future__ import annotations

import argparse
import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, whole_number, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.services.errors import RefusedByRule
from app.services.wording import by_count

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.credit.checking import CreditAnswer
    from app.services.credit.exceeded import LimitRow
    from app.services.credit.terms import CreditTerms, NewTerms, TermsPlan

_REFUSED = 2


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("credit", help="credit limits: what they let through, who is above one, and terms")
    check = actions.add("check", _check, help="would the limit let this through; exit code 2 where it would not")
    check.add_argument("account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
    check.add_argument("--event", required=True, type=words, metavar="EVENT",
                       help="what uses the funds, such as activate_service or post_manual_invoice")
    check.add_argument("--amount", required=True, type=words, metavar="X",
                       help="in the currency of the account; 0 asks for its standing alone")
    exceeded = actions.add("exceeded", _exceeded, help="accounts above their limit, and what is refused to them next")
    exceeded.add_argument("--provider", type=words, metavar="CODE", help="of one provider (default: all within reach)")
    exceeded.add_argument("--profile", type=words, metavar="NAME", help="of one profile")
    exceeded.add_argument("--rating", type=words, metavar="R", help="of one credit rating")
    exceeded.add_argument("--near", type=whole_number, metavar="PERCENT",
                          help="also those that owe this much of their limit")
    terms = actions.add("terms", _terms, help="change rating, limit or period of an account")
    terms.add_argument("account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
    terms.add_argument("--rating", type=words, metavar="R", help="one of the nine from AAA to C; it brings its limit")
    terms.add_argument("--limit", type=words, metavar="X", help="a limit of its own, in the currency of the account")
    terms.add_argument("--period", type=_offset, metavar="±N",
                       help="so many days (or months, as the proximity has it) later or earlier than usual")
    for action in (check, exceeded, terms):
        action.add_argument("--json", action="store_true")


_OFFSET = re.compile(r"[+-]?[0-9]{1,4}")


def _offset(text: str) -> int:
    """A whole number with a sign: +5, -7."""
    if not (text.isascii() and _OFFSET.fullmatch(text)):
        raise argparse.ArgumentTypeError(f'"{text}" is not a number of days or months such as +5 or -7')
    return int(text)


def _check(args: argparse.Namespace) -> int:
    """Say whether the limit of an account would let something through."""
    from app.models.values import CreditEvent, MoneyError, parse_amount
    from app.services.credit.checking import check_credit
    from app.services.hierarchy.finding import find_account
    from app.services.providers.business_day import business_day

    known = [event.value for event in CreditEvent]
    if args.event not in known:
        raise RefusedByRule(f'"{args.event}" is no event of credit control. It is one of {", ".join(known)}.')
    with closing(open_for(args)) as database, database.read() as session:
        account = find_account(session, args.account)
        try:
            amount = parse_amount(args.amount, account.currency)
        except MoneyError as error:
            raise RefusedByRule(f"--amount: {error}") from None
        answer = check_credit(session, account_id=account.id, event=CreditEvent(args.event), amount_minor=amount,
                              on=business_day(session, account.provider_id))
    if args.json:
        emit_json(_answer_as_json(answer))
    else:
        tell(f"{'Allowed' if answer.allowed else 'Refused'}. {answer.sentence}")
    return 0 if answer.allowed else _REFUSED


def _answer_as_json(answer: CreditAnswer) -> dict[str, Any]:
    return {"allowed": answer.allowed, "limit_minor": answer.limit_minor, "balance_minor": answer.balance_minor,
            "projected_minor": answer.projected_minor, "excess_minor": answer.excess_minor, "currency": answer.currency,
            "rule": answer.rule, "reasons": [reason.words for reason in answer.reasons]}


def _exceeded(args: argparse.Namespace) -> int:
    """List accounts above their credit limit."""
    from app.services.credit.exceeded import exceeded_accounts
    from app.services.credit.limits import USUAL_NEAR, LimitPart, LimitQuestion
    from app.services.hierarchy.finding import find_provider

    with closing(open_for(args)) as database, database.read() as session:
        provider = None if args.provider is None else find_provider(session, args.provider).id
        parts = [LimitPart.OVER] if args.near is None else [LimitPart.OVER, LimitPart.NEAR]
        rows = exceeded_accounts(session, parts=parts, question=LimitQuestion(
            provider_id=provider, profile=args.profile, rating=args.rating,
            near_percent=USUAL_NEAR if args.near is None else args.near))
    if args.json:
        emit_json({"accounts": [_exceeded_as_json(row) for row in rows]})
        return 0
    for row in rows:
        tell(_exceeded_line(row))
    say(by_count(len(rows), "{count} account.", "{count} accounts."))
    return 0


def _exceeded_line(row: LimitRow) -> str:
    from app.models.values import grouped_amount

    def money(minor: int) -> str:
        return f"{grouped_amount(minor, row.currency)} {row.currency}"

    left = row.head_room_minor or 0
    side = f"{money(-left)} above it" if left < 0 else f"{money(left)} left"
    refused = ", ".join(event.value for event in row.refused_events) or "nothing is refused"
    return (f"{row.provider_code}/{row.code}  {row.name}: owes {money(row.balance_minor)} of "
            f"{money(row.limit_minor or 0)}, {side}; {refused}")


def _exceeded_as_json(row: LimitRow) -> dict[str, Any]:
    return {
        "account": row.code, "name": row.name, "provider": row.provider_code, "profile": row.profile,
        "rating": row.rating, "classification": row.classification, "kyc_profile": row.kyc_profile,
        "currency": row.currency, "limit_minor": row.limit_minor, "balance_minor": row.balance_minor,
        "head_room_minor": row.head_room_minor, "excess_minor": max(-(row.head_room_minor or 0), 0),
        "standing": "exceeded" if row.is_exceeded else "near",
        "refused_events": [event.value for event in row.refused_events],
    }


def _terms(args: argparse.Namespace) -> int:
    """Change the credit terms of an account and say what holds then."""
    from app.services.credit.terms import change_terms, credit_terms, plan_terms
    from app.services.hierarchy.finding import find_account

    def work(session: Session) -> tuple[TermsPlan, CreditTerms]:
        account = find_account(session, args.account)
        new = _new_terms(args, account.currency)
        plan = plan_terms(session, account_id=account.id, new=new)
        change_terms(session, account_id=account.id, new=new, seen=plan.seen)
        return plan, credit_terms(session, account_id=account.id)

    with closing(open_for(args)) as database:
        plan, terms = database.attempt(work)
    if args.json:
        emit_json(_terms_as_json(terms, plan))
    else:
        tell(terms.sentence)
    for note in plan.notes:
        say(note.words)
    return 0


def _new_terms(args: argparse.Namespace, currency: str) -> NewTerms:
    from app.models.values import MoneyError, parse_amount
    from app.services.credit.terms import NewTerms

    limit = None
    if args.limit is not None:
        try:
            limit = parse_amount(args.limit, currency)
        except MoneyError as error:
            raise RefusedByRule(f"--limit: {error}") from None
    return NewTerms(rating=args.rating, limit_minor=limit, period=args.period)


def _terms_as_json(terms: CreditTerms, plan: TermsPlan) -> dict[str, Any]:
    offset = terms.due.offset if terms.due.own is None else None
    return {
        "account": terms.code, "currency": terms.currency, "rating": terms.rating, "limit_minor": terms.limit_minor,
        "own_limit_minor": terms.own_limit_minor, "balance_minor": terms.balance_minor,
        "standing": terms.standing.value, "period": 0 if offset is None else offset.number,
        "period_unit": None if offset is None else offset.unit.value, "posted_on": terms.on.isoformat(),
        "due_on": terms.due_on.isoformat(), "notes": [note.words for note in plan.notes],
    }
