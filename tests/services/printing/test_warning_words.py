"""A warning names its invoice among others, and can be told without that."""

from __future__ import annotations

from app.services.printing.warning_words import bare_warnings, warning_of


def test_a_warning_is_told_with_and_without_its_invoice() -> None:
    one, other = warning_of("HT-1", "A1 (old)", "no postal address"), warning_of("HT-1", "A1 (old)", "No logo")
    assert one == "Invoice HT-1 of account A1 (old): no postal address."
    assert bare_warnings("HT-1", "A1 (old)", f"{one}\n\n{other}") == ("No postal address.", "No logo.")
    assert bare_warnings("HT-2", "A1 (old)", one) == (one,), "another invoice's stays as it is"
