"""The language of templates: what is filled, what is refused and where, and that nothing hostile gets anywhere."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.message_template import (
    MAX_DEPTH,
    MAX_PROBLEMS,
    MAX_SOURCE,
    Fault,
    ResultTooLong,
    TemplateRefused,
    Value,
    check,
    names_asked_for,
    names_in,
    nearest_name,
    render,
)

KNOWN = ("accountId", "contactFirstName", "invoiceId", "amountPayableIncTax", "tradingName")
VALUES = {
    "accountId": Value.of("A-1"), "contactFirstName": Value.of("Ann"), "invoiceId": Value.of("HT-7"),
    "amountPayableIncTax": Value("0.00", holds=False), "tradingName": Value.of(""),
}


@pytest.mark.parametrize(("text", "made"), [
    ("", ""),
    ("no gaps, 5% off", "no gaps, 5% off"),
    ("Dear %%contactFirstName%%,", "Dear Ann,"),
    ("%%accountId%%%%invoiceId%%", "A-1HT-7"),
    ("%%accountId%%%%%%%%invoiceId%%", "A-1%%HT-7"),
    ("100%%%% sure", "100%% sure"),
    ("100%%%accountId%%", "100%A-1"),
    ("%%accountId%%%", "A-1%"),
    ("%% accountId %%", "A-1"),
    ("%%\u00a0accountId%%", "A-1"),
    ("[%%tradingName%%]", "[]"),
    ("%%if accountId%%yes%%else%%no%%end%%", "yes"),
    ("%%if tradingName%%yes%%else%%no%%end%%", "no"),
    ("%%if tradingName%%yes%%end%%.", "."),
    ("%%if amountPayableIncTax%%pay %%amountPayableIncTax%%%%else%%nothing is due%%end%%", "nothing is due"),
    ("%%amountPayableIncTax%%", "0.00"),
    ("%%if  accountId%%a%%if tradingName%%b%%else%%c%%if invoiceId%%d%%end%%%%end%%e%%else%%f%%end%%g", "acdeg"),
    ("%%if tradingName%%a%%else%%%%end%%b", "b"),
    ("line\r\nline\t%%accountId%%", "line\r\nline\tA-1"),
])
def test_a_template_is_filled(text: str, made: str) -> None:
    assert check(text, KNOWN) == ()
    assert render(text, VALUES) == made


@pytest.mark.parametrize(("text", "fault", "line", "column", "within"), [
    ("Hi %%acountId%%", Fault.UNKNOWN_NAME, 1, 4, "Use %%accountId%%."),
    ("Hi\n %%invoiceid%%", Fault.UNKNOWN_NAME, 2, 2, "Use %%invoiceId%%."),
    ("%%account_id%%", Fault.UNKNOWN_NAME, 1, 1, "Use %%accountId%%."),
    ("%%if acountId%%x%%end%%", Fault.UNKNOWN_NAME, 1, 1, "Use %%accountId%%."),
    ("%%zzz%%", Fault.UNKNOWN_NAME, 1, 1, "Choose one of the variables"),
    ("%%if accountId%%x%%endif%%%%end%%", Fault.UNKNOWN_NAME, 1, 18, "Use %%end%%."),
    ("%%End%%", Fault.UNKNOWN_NAME, 1, 1, "Use %%end%%."),
    ("5%% off", Fault.UNFINISHED, 1, 2, "%%%% for %%"),
    ("%%<b>accountId</b>%%", Fault.UNFINISHED, 1, 1, "begins no variable"),
    ("%%accountId\n%%", Fault.UNFINISHED, 1, 1, "begins no variable"),
    ("%%if%%", Fault.UNFINISHED, 1, 1, "names no variable"),
    ("a%%else%%b", Fault.WITHOUT_BEGINNING, 1, 2, "no condition has begun"),
    ("a%%end%%b", Fault.WITHOUT_BEGINNING, 1, 2, "no condition has begun"),
    ("%%if accountId%%a%%else%%b%%else%%c%%end%%", Fault.WITHOUT_BEGINNING, 1, 27, "already"),
    ("x\n\n%%if accountId%%a", Fault.WITHOUT_END, 3, 1, "%%end%%"),
    ("a\u202eb", Fault.UNFIT_CHARACTER, 1, 2, "U+202E"),
    ("a\0b", Fault.UNFIT_CHARACTER, 1, 2, "U+0000"),
    ("a\ud800b", Fault.UNFIT_CHARACTER, 1, 2, "U+D800"),
    ("x" * (MAX_SOURCE + 1), Fault.TOO_LONG, 1, 1, "200,001"),
    ("%%if accountId%%" * (MAX_DEPTH + 1) + "%%end%%" * (MAX_DEPTH + 1), Fault.TOO_DEEP, 1, 1 + 16 * MAX_DEPTH,
     "End some"),
])
def test_a_fault_is_told_with_its_place(text: str, fault: Fault, line: int, column: int, within: str) -> None:
    problem = next(each for each in check(text, KNOWN) if each.fault is fault)
    assert (problem.line, problem.column) == (line, column)
    assert within in problem.words
    assert problem.placed_words.startswith(f"Line {line}, column {column}: ")
    with pytest.raises(TemplateRefused):
        render(text, VALUES)


def test_all_faults_are_told_at_once_in_their_order() -> None:
    problems = check("Hi %%nam%%\nx %%accountId%%\n  %%if paid%% %%foo%% 5%% off", KNOWN)
    assert [(each.line, each.column, each.fault) for each in problems] == [
        (1, 4, Fault.UNKNOWN_NAME), (3, 3, Fault.WITHOUT_END), (3, 3, Fault.UNKNOWN_NAME),
        (3, 15, Fault.UNKNOWN_NAME), (3, 24, Fault.UNFINISHED),
    ]


def test_a_value_is_never_read_for_names_again() -> None:
    hostile = {**VALUES, "contactFirstName": Value.of("%%invoiceId%%%%if x%%"), "invoiceId": Value.of("%%accountId%%")}
    assert render("%%contactFirstName%% %%invoiceId%%", hostile) == "%%invoiceId%%%%if x%% %%accountId%%"


def test_values_are_escaped_and_the_text_is_not() -> None:
    values = {"accountId": Value.of("<b>\"'&")}
    assert render("<p>%%accountId%%</p>", values, html.escape) == "<p>&lt;b&gt;&quot;&#x27;&amp;</p>"


def test_what_grows_beyond_its_limit_is_stopped() -> None:
    values = {"accountId": Value.of("x" * 1000)}
    assert len(render("%%accountId%%" * 10, values, limit=10_000)) == 10_000
    with pytest.raises(ResultTooLong, match="9,999"):
        render("%%accountId%%" * 10, values, limit=9_999)


def test_a_template_whose_variable_is_gone_is_refused_when_it_is_filled() -> None:
    with pytest.raises(TemplateRefused) as refused:
        render("%%gone%%", VALUES)
    assert [each.fault for each in refused.value.problems] == [Fault.UNKNOWN_NAME]


def test_names_are_listed_whether_known_or_not() -> None:
    text = "%%accountId%% %%if foo%%%%bar%%%%end%%"
    assert names_in(text) == {"accountId", "foo", "bar"}
    assert names_asked_for(text) == {"foo"}


@pytest.mark.parametrize(("name", "near"), [
    ("accountid", "accountId"), ("account.id", "accountId"), ("acountId", "accountId"), ("tradeName", "tradingName"),
    ("qqq", ""), ("", ""),
])
def test_the_nearest_name(name: str, near: str) -> None:
    assert nearest_name(name, KNOWN) == near


ESCAPES = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ config.items() }}", "{{7*7}}", "${7*7}", "#{7*7}",
    "<%= 7*7 %>",
    "{% for a in range(99999999) %}{% endfor %}", "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{0.__class__.__init__.__globals__}", "{accountId.__class__}", "%(accountId)s %s %n %100000000d",
    "$accountId ${HOME}",
    "{{#accountId}}{{/accountId}} {{{accountId}}} {{>/etc/passwd}}", "{$object->prop}", "{php}echo 1;{/php}",
    "<?php system('id') ?>", "<#assign x='freemarker.template.utility.Execute'?new()>", "#set($e='x')", "`id` $(id)",
    "<!--#exec cmd='id'-->", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;", "file:///etc/passwd",
    "[[${T(java.lang.Runtime).getRuntime().exec('id')}]]", "\\x25\\x25accountId\\x25\\x25",
    "&#37;&#37;accountId&#37;&#37;",
    "%\u200b%accountId%\u200b%", "\uff05\uff05accountId\uff05\uff05", "..\\..\\..\\windows\\win.ini",
)
"""Texts that other template languages would obey; here they are letters."""

REFUSED = (
    "%%accountId.__class__%%", "%%accountId.upper()%%", "%%accountId|safe%%", "%%accountId[0]%%", "%%7*7%%",
    "%%__import__('os')%%", "%%self%%", "%%import os%%", "%%include /etc/passwd%%", "%%each accountId%%x%%end%%",
    "%%for x in y%%%%end%%", "%%while accountId%%%%end%%", "%%if accountId == 1%%x%%end%%",
    "%%if not accountId%%%%end%%",
    "%%if %%accountId%%%%", "%%%%accountId%%%%accountId%%",
    "%%accountId\u202e%%", "%%\u0430ccountId%%", "%%accountId\u200b%%", "%%ａccountId%%", "%%a" + "b" * 64 + "%%",
    "%%" * 50_001, "%%accountId" * 9_001, "%%if accountId%%" * 10_000, "%%else%%" * 20_000, "%%end%%" * 20_000,
    "%" * 199_999, "x" * 10_000_000, "%%if" + " " * 150_000 + "accountId%%", "%%" + "a" * 150_000 + "%%",
)


@pytest.mark.parametrize("text", ESCAPES, ids=range(len(ESCAPES)))
def test_other_languages_are_letters(text: str) -> None:
    assert check(text, KNOWN) == ()
    assert render(text, VALUES) == text
    assert render("%%accountId%%", {"accountId": Value.of(text)}) == text


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_is_more_than_a_name_is_refused(text: str) -> None:
    problems = check(text, KNOWN)
    assert 0 < len(problems) <= MAX_PROBLEMS
    with pytest.raises(TemplateRefused):
        render(text, VALUES)


PIECES = st.sampled_from(["%%", "%", "if", "else", "end", " ", "accountId", "invoiceId", "tradingName", "nope", "\n",
                          "x", "%%if accountId%%", "%%if tradingName%%", "%%else%%", "%%end%%", "%%accountId%%", "{{",
                          "\u202e"])


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_refused_or_filled_and_the_two_agree(text: str) -> None:
    problems = check(text, KNOWN)
    if problems:
        assert all(0 <= each.start <= each.end <= len(text) and each.words for each in problems)
        assert all(text[: each.start].count("\n") == each.line - 1 for each in problems)
        with pytest.raises(TemplateRefused):
            render(text, VALUES)
    else:
        made = render(text, VALUES)
        assert len(made) <= len(text) + 10
        if "%%" not in text:
            assert made == text


@given(st.data())
def test_conditions_choose_as_a_plain_reading_does(data: st.DataObject) -> None:
    """A tree of conditions is written as a template and walked beside it."""
    def grow(depth: int) -> tuple[str, str]:
        text = made = ""
        for _ in range(data.draw(st.integers(0, 3))):
            kind = data.draw(st.sampled_from(["text", "value", "condition"] if depth < 4 else ["text", "value"]))
            if kind == "text":
                text, made = text + "t", made + "t"
            elif kind == "value":
                text, made = text + "%%accountId%%", made + "A-1"
            else:
                name = data.draw(st.sampled_from(["accountId", "tradingName"]))
                (then, then_made), (other, other_made) = grow(depth + 1), grow(depth + 1)
                text += f"%%if {name}%%{then}%%else%%{other}%%end%%"
                made += then_made if VALUES[name].holds else other_made
        return text, made

    text, made = grow(0)
    assert render(text, VALUES) == made
