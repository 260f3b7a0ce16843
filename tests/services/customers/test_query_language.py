"""The language of the box as tables: what is read, what is refused and in which words, and that nothing breaks it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.customers.query.completion import complete
from app.services.customers.query.fields import FIELDS, quoted
from app.services.customers.query.form import form_values, with_value
from app.services.customers.query.parser import MOST_PARTS, parse_query
from app.services.customers.query.terms import (
    AllOf,
    AnyOf,
    Asked,
    Between,
    Holds,
    MisreadQueryError,
    Missing,
    Not,
    OneOf,
    Query,
    Within,
    Word,
)

TODAY = date(2025, 7, 2)


def read(text: str, currency: str = "AUD") -> Query:
    return parse_query(text, currency=currency, today=TODAY)


def values_in(text: str, currency: str = "AUD") -> Any:
    (term,) = read(text, currency).terms
    assert isinstance(term.part, Asked)
    return term.part.tests


FIGURES: dict[str, Within] = {
    "overdue:>0": Within(low=1, high=None),
    "overdue:>=12.5": Within(low=1250, high=None),
    "overdue:<=10": Within(low=None, high=1000),
    "overdue:<0.01": Within(low=None, high=0),
    "overdue:=5": Within(low=500, high=500),
    "overdue:100..500": Within(low=10_000, high=50_000),
    "overdue:..500": Within(low=None, high=50_000),
    "balance:-20..": Within(low=-2000, high=None),
    "credit:<-3": Within(low=None, high=-301),
    "oldest:>30": Within(low=31, high=None),
    "terms:7..14": Within(low=7, high=14),
    "OVERDUE:>0": Within(low=1, high=None),
}


@pytest.mark.parametrize("text", FIGURES)
def test_figures_are_whole_units(text: str) -> None:
    assert values_in(text) == (FIGURES[text],)


@pytest.mark.parametrize(("currency", "low"), [("JPY", 101), ("AUD", 10_001), ("KWD", 100_001)])
def test_amounts_have_the_places_of_the_currency(currency: str, low: int) -> None:
    assert values_in("balance:>100", currency) == (Within(low=low, high=None),)


D = date
DATES: dict[str, Between] = {
    "start:today": Between(low=TODAY, high=TODAY),
    "start:yesterday": Between(low=D(2025, 7, 1), high=D(2025, 7, 1)),
    "start:2025": Between(low=D(2025, 1, 1), high=D(2025, 12, 31)),
    "start:2024-02": Between(low=D(2024, 2, 1), high=D(2024, 2, 29)),
    "start:2025-06-14": Between(low=D(2025, 6, 14), high=D(2025, 6, 14)),
    "start:>2025-06": Between(low=D(2025, 7, 1), high=None),
    "start:>=2025-06": Between(low=D(2025, 6, 1), high=None),
    "start:<2025-06": Between(low=None, high=D(2025, 5, 31)),
    "start:<=2025-06": Between(low=None, high=D(2025, 6, 30)),
    "start:<-30": Between(low=None, high=D(2025, 6, 1)),
    "start:-30..today": Between(low=D(2025, 6, 2), high=TODAY),
    "start:2025-01..2025-03": Between(low=D(2025, 1, 1), high=D(2025, 3, 31)),
    "start:..2024": Between(low=None, high=D(2024, 12, 31)),
}


@pytest.mark.parametrize("text", DATES)
def test_dates(text: str) -> None:
    assert values_in(text) == (DATES[text],)


VALUES: dict[str, tuple[Any, ...]] = {
    "status:suspended": (OneOf("suspended"),),
    "status:act": (OneOf("active"),),
    "status:suspended,inactive;cancelled": (OneOf("suspended"), OneOf("inactive"), OneOf("cancelled")),
    'status:"Suspended – billing and ordering"': (OneOf("suspended_billing_and_ordering"),),
    "type:customer": (OneOf("end_user"),),
    "delivery:both": (OneOf("email_and_post"),),
    'name:"Jane Citizen",acme': (Holds("Jane Citizen"), Holds("acme")),
    'name:"a;b"': (Holds("a;b"),),
    "group:none": (Missing(),),
    'group:"none"': (Holds("none"),),
    "credit:none,<0": (Missing(), Within(low=None, high=-1)),
    "name:none": (Holds("none"),),
}


@pytest.mark.parametrize("text", VALUES)
def test_choices_and_texts(text: str) -> None:
    assert values_in(text) == VALUES[text]


A, B, C = Word("a"), Word("b"), Word("c")
SHAPES: dict[str, list[Any]] = {
    "": [],
    "a b": [A, B],
    '"a b" c': [Word("a b"), C],
    "not a b": [Not(A), B],
    "not not a": [Not(Not(A))],
    "a b or c": [AnyOf((AllOf((A, B)), AllOf((C,))))],
    "a (b or c)": [A, AnyOf((AllOf((B,)), AllOf((C,))))],
    "not (a b)": [Not(AllOf((A, B)))],
    '"or" "a:b"': [Word("or"), Word("a:b")],
    '04:00:1a 6" a)': [Word("04:00:1a"), Word('6"'), Word("a)")],
    "a\0 \u0301 b": [A, B],
}


@pytest.mark.parametrize("text", SHAPES)
def test_words_and_how_they_belong_together(text: str) -> None:
    assert [term.part for term in read(text).terms] == SHAPES[text]


MISREAD: dict[str, tuple[str, str]] = {
    "acme ovrdue:>0": ("ovrdue:>0", 'There is no field "ovrdue". In quotation marks it is searched as a word. Did you '
                                    "mean overdue:>0?"),
    "zzz://x": ("zzz://x", 'There is no field "zzz". Fields are code, name,'),
    "overdue:": ("overdue:", "After overdue: a value is needed, for instance overdue:>500."),
    "overdue:lots": ("lots", 'overdue: "lots" is not an amount; write for instance 12.50. Did you mean overdue:>500?'),
    "overdue:>1.005": (">1.005", 'overdue: "1.005" has 3 decimal places, AUD has 2.'),
    "overdue:1,234.50": ("1,234.50", '"1,234.50" could be one amount or two.'),
    "overdue:500..100": ("500..100", 'overdue: "500..100" runs backwards; write the smaller figure first.'),
    "overdue:..": ("..", 'overdue: ".." has no bound; write one before or after the points.'),
    "oldest:soon": ("soon", 'oldest: "soon" is no number of days; write for instance 30.'),
    "start:14/6/2025": ("14/6/2025", 'start: "14/6/2025" is no date; write 2025-06-14, 2025-06,'),
    "start:2025-02-30": ("2025-02-30", 'start: "2025-02-30" is not in the calendar.'),
    "start:0000": ("0000", 'start: "0000" is not in the calendar.'),
    "start:>9999": (">9999", 'start: ">9999" lies beyond the calendar.'),
    "status:suspnded": ("suspnded", "Did you mean status:suspended?"),
    "status:sus": ("sus", '"sus" could be more than one status: suspended – billing and ordering, suspended.'),
    "status:active,": ("", "A value is missing after status:active,, for instance status:suspended."),
    'name:"jane': ('"jane', "A quotation mark is not closed."),
    "a not": ("not", '"not" needs something after it'),
    "a or": ("or", '"or" needs something on both sides'),
    "or a": ("or", '"or" needs something on both sides'),
    "(a": ("(", "A bracket is not closed."),
    "(((((((((( a": ("(", "This asks for too much at once"),
}


@pytest.mark.parametrize("text", MISREAD)
def test_what_is_not_understood_is_named_with_what_would_be_right(text: str) -> None:
    part, words = MISREAD[text]
    with pytest.raises(MisreadQueryError) as caught:
        read(text)
    assert text[caught.value.start:caught.value.end] == part
    assert words in str(caught.value)


def test_only_so_many_parts_are_taken() -> None:
    assert len(read("a " * MOST_PARTS).terms) == MOST_PARTS
    with pytest.raises(MisreadQueryError):
        read("a " * (MOST_PARTS + 1))


def test_a_term_is_dropped_and_the_rest_still_reads() -> None:
    query = read('  overdue:>500  name:"Jane C" not acme')
    assert [query.source(term) for term in query.terms] == ["overdue:>500", 'name:"Jane C"', "not acme"]
    assert [query.without(term) for term in query.terms] == [
        'name:"Jane C" not acme', "overdue:>500 not acme", 'overdue:>500 name:"Jane C"']
    assert query.fields() == {"overdue", "name"}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_the_example_of_every_field_is_understood(field: Any) -> None:
    assert values_in(f"{field.name}:{field.example}")
    for choice in field.choices:
        for word in choice.words:
            assert values_in(f"{field.name}:{quoted(word)}") == (OneOf(choice.value),)


PIECES = st.sampled_from([
    "overdue:", "start:", "status:", "name:", "not", "or", "(", ")", '"', ",", ";", "..", ">", "<=", "-", "9" * 30,
    "today", "+9999999", "2025-06", "sus", " ", "\0", "\ud800", "İ", "٣", "²", "acme", "none", "1e5", "NaN",
])


def outcome(text: str, currency: str) -> tuple[list[int], str]:
    """Places that an answer names, and what it says."""
    try:
        query = read(text, currency)
    except MisreadQueryError as wrong:
        return [wrong.start, wrong.end], str(wrong)
    return [place for term in query.terms for place in (term.start, term.end)], "Understood."


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join),
                 st.lists(PIECES, max_size=14).map(" ".join)), st.sampled_from(["AUD", "JPY", "KWD"]))
def test_whatever_is_typed_is_a_query_or_its_own_error(text: str, currency: str) -> None:
    places, says = outcome(text, currency)
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
    assert says[-1] in ".?"
    assert all(way.text.startswith(text[:text.rfind(" ") + 1]) for way in complete(text))


COMPLETED: dict[str, list[str]] = {
    "acme ove": ["acme overdue:"],
    "co": ["code:"],
    "o": [],
    "status:susp": ["status:suspended", 'status:"suspended – billing and ordering"'],
    "status:active,inac": ["status:active,inactive"],
    "not (phone:": ["not (phone:none"],
    "overdue:": [],
    "nothing:": [],
    "": [],
}


@pytest.mark.parametrize("text", COMPLETED)
def test_ways_on_are_offered_from_the_table(text: str) -> None:
    assert sorted(way.text for way in complete(text)) == sorted(COMPLETED[text])


def test_names_of_profiles_and_groups_are_offered() -> None:
    names = {"profile": ("Business", "Small Business", "Residential"), "group": ("Very important",)}
    offered = {text: [way.text for way in complete(text, names)] for text in (
        "profile:", "x profile:bus", "profile:Business", "profile:res;bu", "group:imp", "name:bus")}
    assert offered == {
        "profile:": ["profile:Business", 'profile:"Small Business"', "profile:Residential"],
        "x profile:bus": ["x profile:Business", 'x profile:"Small Business"'],
        "profile:Business": ['profile:"Small Business"'],
        "profile:res;bu": ["profile:res;Business", 'profile:res;"Small Business"'],
        "group:imp": ['group:"Very important"'],
        "name:bus": [],
    }


@pytest.mark.parametrize(("text", "values"), [
    ("", {}), ("status:active acme", {"status": "active"}), ('profile:"Small Business"', {"profile": "Small Business"}),
    ("profile:a;b due:<-30", {"profile": "a;b", "due": "<-30"}), ("not status:active", {}),
    ("name:a name:b city:x", {"city": "x"}), ("status:active or overdue:>0", {}), ('city:"a,b"', {"city": '"a,b"'}),
])
def test_a_form_shows_what_a_text_asks(text: str, values: dict[str, str]) -> None:
    assert form_values(read(text)) == values


@pytest.mark.parametrize(("text", "name", "value", "written"), [
    ("", "status", "active", "status:active"), ("acme", "profile", "Small Business", 'acme profile:"Small Business"'),
    ("status:active acme", "status", "", "acme"),
    ("acme status:active x", "status", "inactive", "acme status:inactive x"),
    ("acme", "profile", "a b; c", 'acme profile:"a b";c'), ("a or b", "city", "x", "(a or b) city:x"),
    ("(a or b)", "city", "x", "(a or b) city:x"), ("not city:y", "city", "x", "not city:y city:x"),
    ("acme", "city", " ", "acme"), ('name:"a  b" city:y x', "city", "", 'name:"a  b" x'),
])
def test_a_form_writes_the_text(text: str, name: str, value: str, written: str) -> None:
    assert with_value(read(text), name, value) == written
