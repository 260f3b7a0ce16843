"""What is written of what somebody wants who may not have seen the newest state: the rule alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.services.saving import SavedMeanwhile, Speech, Trace, wanted_changes

ANN = Trace(who="ann@ht.example", at=datetime(2025, 6, 1, 0, 2, tzinfo=UTC))
BEA = Trace(who="bea@ht.example", at=datetime(2025, 6, 1, 1, 0, tzinfo=UTC))


def speech(**traces: Trace) -> Speech:
    return Speech(zone="Australia/Sydney", label=lambda field: field.capitalize(),
                  text=lambda _field, value: "" if value is None else f"{value} days",
                  traces=lambda fields: {field: traces[field] for field in fields if field in traces})


def unasked() -> Speech:
    raise AssertionError("nobody asks who it was where nothing collides")


@pytest.mark.parametrize(("seen", "now", "wanted", "written"), [
    pytest.param({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}, id="mine alone"),
    pytest.param({"a": 1}, {"a": 2}, {"a": 1}, {}, id="theirs alone"),
    pytest.param({"a": 1}, {"a": 2}, {"a": 2}, {}, id="both the same"),
    pytest.param({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3}, {"b": 3}, id="side by side"),
    pytest.param({}, {}, {"a": 0}, {"a": 0}, id="set where nothing was"),
    pytest.param({"a": 1}, {"a": 1}, {"a": None}, {"a": None}, id="cleared"),
    pytest.param({"a": 1}, {}, {"a": None}, {}, id="both cleared"),
    pytest.param({"a": None}, {}, {"a": None}, {}, id="None is not set"),
    pytest.param({"a": True}, {"a": True}, {"a": 1}, {"a": 1}, id="1 is not yes"),
    pytest.param({"a": ""}, {"a": ""}, {"a": None}, {"a": None}, id="an empty text is set"),
])
def test_what_goes_through(seen: dict[str, Any], now: dict[str, Any], wanted: dict[str, Any], written: dict[str, Any]
                           ) -> None:
    assert wanted_changes(seen=seen, now=now, wanted=wanted, speech=unasked) == written


@pytest.mark.parametrize(("seen", "now", "wanted", "lost"), [
    pytest.param({"a": 1}, {"a": 2}, {"a": 3}, ["a"], id="two changed it"),
    pytest.param({}, {"a": 2}, {"a": 3}, ["a"], id="both set what nobody had"),
    pytest.param({"a": 1}, {}, {"a": 3}, ["a"], id="cleared under the hand"),
    pytest.param({"a": 1}, {"a": 2}, {"a": None}, ["a"], id="clearing what was set anew"),
    pytest.param({"a": 0}, {"a": False}, {"a": 3}, ["a"], id="0 is not no"),
    pytest.param({"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 1, "c": 5}, {"a": 3, "b": 3, "c": 4}, ["a", "c"],
                 id="several, and one goes through alone"),
])
def test_what_is_refused(seen: dict[str, Any], now: dict[str, Any], wanted: dict[str, Any], lost: list[str]) -> None:
    with pytest.raises(SavedMeanwhile) as caught:
        wanted_changes(seen=seen, now=now, wanted=wanted, speech=speech)
    assert [c.field for c in caught.value.conflicts] == lost
    for c in caught.value.conflicts:
        assert (c.before, c.theirs, c.yours) == (seen.get(c.field), now.get(c.field), wanted.get(c.field))
    mine = wanted_changes(seen=seen | caught.value.theirs, now=now, wanted=wanted, speech=unasked)
    assert mine == {field: value for field, value in wanted.items() if value != now.get(field)}, "keeping mine"


def test_a_value_named_one_by_one_is_meant_even_where_it_was_shown() -> None:
    terms: dict[str, Any] = {"seen": {"a": 14}, "now": {"a": 33}, "wanted": {"a": 14}}
    assert wanted_changes(**terms, speech=unasked) == {}
    with pytest.raises(SavedMeanwhile):
        wanted_changes(**terms, speech=speech, is_explicit=True)


def test_the_words_name_who_what_and_when_in_the_provider_s_zone() -> None:
    seen, now, wanted = {"a": 1, "b": 1, "c": 1, "d": 1}, {"a": 2, "b": 5, "c": None, "d": 7}, dict.fromkeys("abcd", 9)
    with pytest.raises(SavedMeanwhile) as caught:
        wanted_changes(seen=seen, now=now, wanted=wanted, speech=lambda: speech(a=ANN, b=BEA, c=ANN))
    assert str(caught.value) == (
        'ann@ht.example changed A to "2 days" and cleared C on 1 Jun 2025 at 10:02, while you were editing. '
        'bea@ht.example changed B to "5 days" on 1 Jun 2025 at 11:00, while you were editing. '
        'Somebody changed D to "7 days", while you were editing.')
    (first, *_) = caught.value.conflicts
    assert (first.label, first.before_text, first.theirs_text, first.yours_text) == ("A", "1 days", "2 days", "9 days")
    assert (first.trace, caught.value.conflicts[3].trace) == (ANN, None)
