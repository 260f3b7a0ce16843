"""A wrong map is refused before any row is read, naming the file, the section and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.errors import InputRejected
from app.services.imports.maps.mapping import ImportMap
from app.services.imports.maps.reader import load_map_file
from tests.services.imports.conftest import ACCOUNTS, INVOICES, PAYMENTS, SERVICES

Load = Callable[..., ImportMap]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def read(kind: Any, text: str | bytes) -> ImportMap:
        path = tmp_path / "book.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_map_file(path, kind)

    return read


@pytest.mark.parametrize(("kind", "text", "words"), [
    ("accounts", ACCOUNTS.replace("start_date =", "start_dat ="),
     'book.toml, [columns] start_dat: there is no such key. Did you mean "start_date"?'),
    ("accounts", ACCOUNTS.replace('kind = "accounts"', ""), "book.toml, kind: is missing"),
    ("accounts", ACCOUNTS.replace('kind = "accounts"', 'kind = "customers"'), '"customers" is not a kind of import'),
    ("accounts", ACCOUNTS.replace('kind = "accounts"', 'kind = ["accounts"]'), "is not a kind of import"),
    ("services", ACCOUNTS, "this map is for accounts, and services are to be imported"),
    ("accounts", ACCOUNTS.replace('key = "{code}"', ""), "book.toml, key: is missing"),
    ("accounts", ACCOUNTS.replace('"{code}"', '"code"'), "is the same for every row. Name a column in braces."),
    ("accounts", ACCOUNTS.replace('"{code}"', '"{code"'), "has a brace without its partner"),
    ("accounts", ACCOUNTS.replace('"{code}"', '"{}"'), "without a column"),
    ("accounts", ACCOUNTS.replace('"{code}"', "7"), "takes a text in quotation marks, not 7"),
    ("accounts", ACCOUNTS.replace('["provider"]', '["money"]'), "Known here: provider, profiles, groups."),
    ("accounts", ACCOUNTS.replace('create = ["provider"]', ""), "[provider] name: is for a provider to create"),
    ("accounts", ACCOUNTS.replace('realm = "@{provider}.example"', ""), "[provider] realm: is missing"),
    ("accounts", ACCOUNTS.replace('currency = "EUR"', ""), "[provider] currency: is missing"),
    ("accounts", ACCOUNTS.replace("time_zone", "timezone"), '[provider] timezone: there is no such key. Did you mean '
                                                            '"time_zone"?'),
    ("accounts", ACCOUNTS.replace('start_date = "start"', ""), "[columns] start_date: is missing"),
    ("accounts", ACCOUNTS + 'code = "x"', "[columns] code: is what key says"),
    ("accounts", ACCOUNTS + '[constants]\nname = "x"', "[constants] name: has its value from another place"),
    ("accounts", ACCOUNTS + '[constants]\ntype = "king"', '[constants] type: "king" is none of the words'),
    ("accounts", ACCOUNTS + '[constants]\ntype = "operator"', "Write one of: end_user, agent."),
    ("accounts", ACCOUNTS + '[constants]\nattribute.speed = "x"', "[constants] attribute.speed: there is no such key"),
    ("accounts", ACCOUNTS + '[constants]\nattribute.minimum_payment_amount = "1"', "there is no such key"),
    ("accounts", ACCOUNTS + "[constants]\nattribute.trading_due_days = 900", "lies between 0 and 365"),
    ("accounts", ACCOUNTS + "[constants]\nattribute.credit_limit = 9.5", "a figure with places stands in quotation"),
    ("accounts", ACCOUNTS + "[constants]\nattribute = 9", "needs the name of an attribute"),
    ("accounts", ACCOUNTS + '[values.profile]\na = "b"', "has no words to read. Name its column under [columns]"),
    ("accounts", ACCOUNTS + 'groups = { column = "g", pick = "earliest" }', "pick is"),
    ("accounts", ACCOUNTS + 'groups = { months = "g", before = "2020-01-01" }', "counts months back from a day"),
    ("accounts", ACCOUNTS + 'groups = { date = "%Y" }', "needs the name of its column"),
    ("accounts", ACCOUNTS + 'groups = { column = "g", date = "%Y" }', "is no date"),
    ("accounts", ACCOUNTS + 'attribute.trading_review_next = { column = "g", date = "%Y" }', "needs %Y, %m and %d"),
    ("accounts", ACCOUNTS + 'groups = ""', "names no column"),
    ("accounts", ACCOUNTS + '[formats]\ndate = "%d.%m"', "[formats] date: "),
    ("accounts", ACCOUNTS + '[formats]\ndecimal_mark = ";"', "[formats] decimal_mark: "),
    ("accounts", ACCOUNTS + '[formats]\ngrouping = "."', "a figure would have two readings"),
    ("accounts", ACCOUNTS + '[formats]\ngrouping = "_"', "[formats] grouping: "),
    ("accounts", ACCOUNTS + '[formats]\nyes = ["x"]\nno = ["X"]', "[formats] yes: and no each need a word"),
    ("accounts", ACCOUNTS + '[only_if]\nx = { filled = "yes" }', "filled is true or false"),
    ("accounts", ACCOUNTS + '[only_if]\nx = { are = "yes" }', "[only_if.x] are: there is no such key"),
    ("accounts", ACCOUNTS + '[only_if]\nx = { is = "yes", filled = true }', "takes one of"),
    ("accounts", ACCOUNTS + "[only_if]\nx = 7", "takes a text in quotation marks"),
    ("accounts", 'delimiter = ":"\n' + ACCOUNTS, "does not separate columns"),
    ("accounts", "columns = 7\n" + ACCOUNTS.replace("[columns]", "[formats]").split("[formats]")[0], "is a section"),
    ("accounts", ACCOUNTS + '[[service]]\nkey = "{a}"\nname = "b"', "belongs to maps for services"),
    ("accounts", ACCOUNTS + "[notes]\n", "book.toml, notes: there is no such key"),
    ("services", SERVICES.replace('name = "name"', "") + '[[service]]\nkey = "{a}"\nname = "b"',
     "book.toml, key: each [[service]] has a key"),
    ("services", SERVICES.replace('key = "{id}"', "") + '[[service]]\nkey = "{a}"\nname = "b"',
     "[columns] name: each [[service]] has a name of its own"),
    ("services", SERVICES.replace('key = "{id}"', "") + '[[service]]\nkey = "{a}"', "[service] name: is missing"),
    ("services", 'kind = "services"\n[provider]\ncode = "P"\n[columns]\naccount = "a"\n[[service]]\nkey = "{a}"\n'
                 'name = " "', "[service] name: is empty"),
    ("services", SERVICES.replace('name = "name"', "") + '[constants]\nname = ""', "[constants] name: is empty"),
    ("accounts", ACCOUNTS.replace('start_date = "start"', "") + '[constants]\nstart_date = ""',
     "[constants] start_date: is empty"),
    ("invoices", INVOICES.replace('"{provider}"', '" "'), "[provider] code: is empty"),
    ("services", SERVICES.replace('key = "{id}"', "").replace("[columns]", '[service]\nkey = "{a}"\n[columns]'),
     "is repeated. Write [[service]] with two brackets"),
    ("services", SERVICES + '[constants]\nstatus = "x"', "there is no such key"),
    ("services", SERVICES.replace('state = "state"', "") + '[constants]\nstate = "restricted"', "Write one of"),
    ("invoices", INVOICES.replace('due_on = "due"', ""), "[columns] due_on: is missing"),
    ("invoices", INVOICES + '[constants]\ntax = "O"', '[constants] tax: "O" holds the letter O. Write 0.00.'),
    ("invoices", INVOICES + '[values.disputed]\nX = "maybe"', '[values.disputed] X: "maybe" is neither yes nor no'),
    ("invoices", 'create = ["provider"]\n' + INVOICES, "only an import of accounts creates"),
    ("invoices", INVOICES.replace('[provider]\ncode = "{provider}"', ""), "[provider] code: is missing"),
    ("payments", PAYMENTS + '[templates]\nmethod = "{"', "[templates] method: the template"),
    ("payments", PAYMENTS + "[constants\n", "cannot be read as TOML"),
    ("payments", b'kind = "\xff"', "is not UTF-8: byte 9"),
    ("payments", "kind = " + "9" * 5000, "holds a figure of thousands of digits"),
    ("payments", "kind = 2020-02-31", "cannot be read as TOML"),
    ("payments", "kind = " + "[" * 5000, "book.toml"),
    ("payments", "#" * 1_000_001, "is larger than any map"),
])
def test_a_wrong_map_is_refused_with_its_place(load: Load, kind: str, text: str | bytes, words: str) -> None:
    with pytest.raises(InputRejected) as refusal:
        load(kind, text)
    assert words in str(refusal.value)
    assert "book.toml" in str(refusal.value)


def test_a_map_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="No such file"):
        load_map_file(tmp_path / "none.toml", "accounts")
    with pytest.raises(InputRejected, match="Is a directory"):
        load_map_file(tmp_path, "accounts")


def test_a_map_knows_its_columns_and_where_it_names_them(load: Load) -> None:
    text = (ACCOUNTS.replace('name = "name"\n', "") + '[templates]\nname = "{first} {last}"\n[only_if]\nlive = "yes"')
    mapping = load("accounts", text)
    assert mapping.columns == ("provider", "code", "start", "first", "last", "live")
    assert ("last", "[templates] name") in set(mapping.places_of_columns())


def test_a_byte_order_mark_is_no_fault_of_a_map(load: Load) -> None:
    assert load("accounts", "\ufeff" + ACCOUNTS).kind == "accounts"


_VALUES = st.recursive(
    st.one_of(st.text(max_size=4), st.integers(-2, 2), st.booleans(), st.just("{a}"), st.just("{"), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(
        ["column", "default", "date", "pick", "months", "before", "is", "filled", "x", "attribute", "credit_limit"]),
        inner, max_size=3)), max_leaves=4,
)
_WORDS = ["kind", "key", "create", "delimiter", "only_if", "columns", "templates", "constants", "values", "formats",
          "provider", "service", "code", "name", "start_date", "date", "yes", "realm", "currency", "attribute", "type"]


@given(data=st.data(), kind=st.sampled_from(["accounts", "services", "invoices", "payments"]))
def test_no_map_ever_ends_in_a_fault(data: st.DataObject, kind: Any) -> None:
    """Whatever is put in the place of any part of a good map, the answer is a map or a refusal."""
    from app.services.imports.maps.reader import _MapReader

    document: dict[str, Any] = tomllib.loads({"accounts": ACCOUNTS, "services": SERVICES, "invoices": INVOICES,
                                              "payments": PAYMENTS}[kind])
    for _ in range(data.draw(st.integers(1, 3))):
        table = document
        section = data.draw(st.sampled_from(_WORDS))
        if isinstance(document.get(section), dict) and data.draw(st.booleans()):
            table, section = document[section], data.draw(st.sampled_from(_WORDS))
        table[section] = data.draw(_VALUES)
    with suppress(InputRejected):
        _MapReader("book.toml", kind).read(document)
