"""Pieces of sentences, and sentences that are whole for one and for several."""

from __future__ import annotations

from app.services.wording import by_count, counted, listed


def test_one_and_several_are_sentences_of_their_own() -> None:
    one, many = "{count} row of {file} is wrong.", "{count} rows of {file} are wrong."
    assert by_count(1, one, many, file="a{b}.csv") == "1 row of a{b}.csv is wrong."
    assert by_count(2_000, one, many, file="a.csv") == "2,000 rows of a.csv are wrong."


def test_counts_and_lists() -> None:
    assert (counted(1, "day"), counted(2, "day"), counted(0, "is", "are")) == ("1 day", "2 days", "0 are")
    assert (listed([]), listed(["a"]), listed(["a", "b", "c"])) == ("", "a", "a, b and c")
