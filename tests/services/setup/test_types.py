"""Types of documents in a set-up file."""

from __future__ import annotations

import tomllib

import pytest
from sqlalchemy.orm import Session

from app.models.values import TransactionKind
from app.services.database.unit_of_work import Database
from app.services.documents.drafting import NewDocument
from app.services.documents.posting import post_document
from app.services.documents.sheet import ledger_sheet
from app.services.documents.types import TypeValues, transaction_types, values_of
from app.services.errors import InputRejected, RefusedByRule
from app.services.hierarchy.finding import find_provider
from app.services.providers.business_day import business_day
from app.services.setup.applying import apply_set_up
from app.services.setup.planning import plan_set_up
from app.services.setup.reading import SetUpText
from app.services.setup.stored import stored_set_up
from app.services.setup.text import text_of_set_up
from tests.factories.books import Book, scratch

HEAD = """
[provider]
code = "GLEN"
realm = "@glen.example"
currency = "EUR"
"""
CASH = """
[[transaction_type]]
code = "cash"
kind = "payment"
name = "Cash payment"
default = true
categories = ["till", "post"]
"""
GLEN = HEAD + CASH + """
[[transaction_type]]
code = "debit"
kind = "invoice"
"""


def apply(session: Session, text: str) -> list[tuple[str, str, str | None]]:
    """Apply a file; returns the changes it made."""
    plan = plan_set_up(session, source=SetUpText(name="glen.toml", text=text))
    apply_set_up(session, seen=plan)
    return [(change.kind, change.name, change.key) for change in plan.changes]


def exported(session: Session) -> str:
    return text_of_set_up(stored_set_up(session, provider_id=find_provider(session, "GLEN").id))


def test_there_and_back_byte_for_byte(database: Database) -> None:
    with scratch(database) as session:
        apply(session, GLEN)
        text = exported(session)
        assert (apply(session, text), apply(session, GLEN), exported(session)) == ([], [], text)
        assert tomllib.loads(text)["transaction_type"] == [
            {"code": "cash", "kind": "payment", "name": "Cash payment", "default": True,
             "categories": ["post", "till"]},
            {"code": "debit", "kind": "invoice", "name": "debit"}]
        glen = find_provider(session, "GLEN").id
        assert [(row.code, row.is_default) for row in transaction_types(session, provider_id=glen)
                if row.kind in (TransactionKind.INVOICE, TransactionKind.PAYMENT)] == [
            ("invoice", True), ("debit", False), ("payment", False), ("cash", True)]
        account = Book(session).account(glen, "A1")
        today = business_day(session, glen)
        for kind, words in (
                (TransactionKind.PAYMENT, {"category": "till"}), (TransactionKind.PAYMENT, {"type": "payment"}),
                (TransactionKind.INVOICE, {}), (TransactionKind.INVOICE, {"type": "Debit"})):
            post_document(session, document=NewDocument(account_id=account, kind=kind, amount_minor=100, on=today,
                                                        **words))  # type: ignore[arg-type]
        rows = ledger_sheet(session, account_id=account, as_of=today).rows
        assert [(row.type, row.type_name, row.category) for row in rows] == [
            ("cash", "Cash payment", "till"), ("payment", "Payment", ""), ("invoice", "Invoice", ""),
            ("debit", "debit", "")]
        assert apply(session, HEAD + """
[[transaction_type]]
code = "card"
kind = "payment"
default = true
[[transaction_type]]
code = "cash"
name = "Notes and coins"
categories = ["till"]
""") == [("transaction_type", "card", None), ("transaction_type", "cash", "name"),
         ("transaction_type", "cash", "categories")]
        assert values_of(session, provider_id=glen)["cash"] == TypeValues(
            kind=TransactionKind.PAYMENT, name="Notes and coins", categories=("till",))
        with pytest.raises(RefusedByRule, match="Documents of the type Notes and coins have the category till"):
            apply(session, HEAD + '[[transaction_type]]\ncode = "cash"\ncategories = ["post"]\n')


@pytest.mark.parametrize(("text", "words"), [
    ('[[transaction_type]]\ncode = "x"\n', "kind is missing"),
    ('[[transaction_type]]\ncode = "x"\nkind = "gift"\n', '"write_off", not "gift"'),
    ('[[transaction_type]]\ncode = "payment"\nkind = "payment"\n', '"payment" is the plain type of its kind'),
    (CASH + CASH.replace('"cash"', '"card"'), '"cash" is the default of this kind already'),
])
def test_what_a_file_cannot_say(database: Database, text: str, words: str) -> None:
    with scratch(database) as session, pytest.raises(InputRejected) as caught:
        apply(session, HEAD + text)
    assert words in " ".join(str(row.message) for row in caught.value.rows) + str(caught.value)


def test_a_type_stays_with_its_kind(database: Database) -> None:
    with scratch(database) as session:
        apply(session, GLEN)
        with pytest.raises(InputRejected) as caught:
            apply(session, HEAD + '[[transaction_type]]\ncode = "debit"\nkind = "refund"\n')
        assert "which is fixed" in " ".join(str(row.message) for row in caught.value.rows) + str(caught.value)
