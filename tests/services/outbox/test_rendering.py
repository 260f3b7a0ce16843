"""One message of a template: values in their places, addresses, channels, and why one is not sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.models.rules.message_template import Value
from app.models.values import EventAction
from app.services.events.templates import EMPTY
from app.services.outbox.addresses import mail_addressees, mail_list, mobile_number, sender_address, sms_addressees
from app.services.outbox.figures import Cause
from app.services.outbox.parties import ContactFacts, Party, ProviderFacts, person_of
from app.services.outbox.rendering import RenderedMessage, render_words

HARBOUR = ProviderFacts(id=1, name="Harbour Telecom", realm="@harbour.example", email="", phone="02 5550 0100",
                        website="www.harbour.example", language="en-AU", has_sms=True)
JANE = ContactFacts(id=1, name="Jane Citizen", attention="", email="jane@mail.example", mobile="+61 491 570 006",
                    has_address=True, is_primary=True, is_billing=False)
BOOKS = ContactFacts(id=2, name="Books & Co", attention="Priya Raman", email="books@acme.example; cfo@acme.example",
                     mobile="", has_address=False, is_primary=False, is_billing=True)
THIRD = ContactFacts(id=3, name="Bob Plain", attention="", email="bob@mail.example", mobile="0491 570 156",
                     has_address=True, is_primary=False, is_billing=False)
ACME = Party(account_id=7, code="A1", name="Acme Pty Ltd", trading_name="", export_reference="", currency="AUD",
             is_organisation=True, provider=HARBOUR, contacts=(JANE, BOOKS, THIRD))
CAUSE = Cause(event="invoice_overdue", account_id=7, effective_on=date(2025, 6, 27), known_at=None, document_id=9)
FIGURES = {
    "accountId": Value.of("A1"), "accountName": Value.of("Acme Pty Ltd"), "contactFirstName": Value.of(""),
    "contactSurname": Value.of(""), "contactName": Value.of(""), "invoiceId": Value.of("HT-7"),
    "amountPayableIncTax": Value.of("112.50"), "accountBalance": Value.of("−1\u00a0112.50"),
    "tradingName": Value.of('<b>"Acme"</b> & Söhne\u202e\nLine'), "overdueAmountIncTax": Value("0.00", holds=False),
    "providerName": Value.of("Harbour Telecom"),
}


def made(action: EventAction = EventAction.MESSAGE, *, party: Party = ACME, **content: str) -> RenderedMessage:
    return render_words({**EMPTY, **content}, action=action, cause=CAUSE, party=party, figures=FIGURES)


def test_a_mail_is_filled_addressed_and_has_both_bodies() -> None:
    message = made(subject="Invoice %%invoiceId%% is overdue",
                   html="<p>Dear %%contactName%%,</p><p><b>%%amountPayableIncTax%%</b></p>", cc="x@y.example")
    assert message.recipients == ("books@acme.example", "cfo@acme.example")
    assert message.sender == "no-reply@harbour.example"
    assert message.cc == ("x@y.example",)
    assert message.subject == "Invoice HT-7 is overdue"
    assert message.html == "<p>Dear Priya Raman,</p><p><b>112.50</b></p>"
    assert message.text == "Dear Priya Raman,\n\n112.50"
    assert (message.segments, message.warnings, message.why_not) == (0, (), None)


def test_a_text_of_its_own_wins_over_the_one_read_off_the_html() -> None:
    assert made(html="<p>a</p>", text="b %%invoiceId%%").text == "b HT-7"


@pytest.mark.parametrize(("action", "content", "field", "value"), [
    (EventAction.MESSAGE, {"html": "<p>%%tradingName%%</p>"}, "html",
     '<p>&lt;b&gt;"Acme"&lt;/b&gt; &amp; Söhne<br>Line</p>'),
    (EventAction.MESSAGE, {"html": '<a href="https://e.example/?q=%%tradingName%%">x</a>'}, "html",
     '<a href="https://e.example/?q=%3Cb%3E%22Acme%22%3C/b%3E%20&amp;%20Söhne%3Cbr%3ELine">x</a>'),
    (EventAction.MESSAGE, {"text": "%%tradingName%%"}, "text", '<b>"Acme"</b> & Söhne\nLine'),
    (EventAction.MESSAGE, {"subject": "For\n %%tradingName%%", "text": "x"}, "subject",
     'For <b>"Acme"</b> & Söhne Line'),
    (EventAction.SMS, {"text": "%%tradingName%% %%accountBalance%%"}, "text",
     '<b>"Acme"</b> & Söhne Line -1 112.50'),
    (EventAction.MESSAGE, {"text": "%%accountBalance%%"}, "text", "−1\u00a0112.50"),
    (EventAction.LETTER, {"text": "a <b>\n\n%%accountId%%"}, "html", "<p>a &lt;b&gt;</p>\n<p>A1</p>"),
    (EventAction.NOTIFICATION, {"text": "%%accountId%% is late"}, "text", "A1 is late"),
    (EventAction.NOTIFICATION, {"text": "%%accountId%% is late"}, "subject", "Invoice Overdue"),
    (EventAction.LOG, {"subject": "tag", "html": "<p>x</p>"}, "html", ""),
    (EventAction.MESSAGE, {"text": "%%if overdueAmountIncTax%%pay%%else%%nothing%%end%%"}, "text", "nothing"),
    (EventAction.MESSAGE, {"html": "<scr%%if accountId%%ipt>alert(1)</script%%end%%>x"}, "html", "x"),
    (EventAction.MESSAGE, {"html": "a\r\nb", "text": "a\r\nb\rc"}, "text", "a\nb\nc"),
])
def test_each_channel_escapes_values_in_its_own_way(
    action: EventAction, content: dict[str, str], field: str, value: str,
) -> None:
    assert getattr(made(action, **content), field) == value


def test_hostile_values_stay_values() -> None:
    figures = {**FIGURES, "accountName": Value.of("%%invoiceId%%<script>alert(1)</script>\r\nBcc: x@evil.example")}
    content = {**EMPTY, "subject": "%%accountName%%", "html": '<a href="%%accountName%%">%%accountName%%</a>'}
    message = render_words(content, action=EventAction.MESSAGE, cause=CAUSE, party=ACME, figures=figures)
    assert message.subject == "%%invoiceId%%<script>alert(1)</script> Bcc: x@evil.example"
    assert message.html == "<a>%%invoiceId%%&lt;script&gt;alert(1)&lt;/script&gt;<br>Bcc: x@evil.example</a>"


def test_a_text_message_counts_its_parts_and_names_the_dear_letter() -> None:
    message = made(EventAction.SMS, text="“%%invoiceId%%” " + "x" * 70, recipients="primary")
    assert message.recipients == ("+61491570006",)
    assert message.segments == 2
    assert message.warnings == (
        "“ (left double quotation mark) at position 1 is not in the alphabet of text messages, so a part holds 70 "
        "characters instead of 160.", "It takes 2 parts.")


@pytest.mark.parametrize(("action", "party", "content", "code", "within"), [
    (EventAction.MESSAGE, replace(ACME, contacts=(replace(JANE, email=""),)), {"text": "x"}, "no_address",
     "Jane Citizen has no e-mail address."),
    (EventAction.MESSAGE, replace(ACME, contacts=()), {"text": "x"}, "no_address", "Acme Pty Ltd has no such contact"),
    (EventAction.MESSAGE, replace(ACME, provider=replace(HARBOUR, realm="")), {"text": "x"}, "no_sender",
     "Harbour Telecom has neither an e-mail address nor a realm"),
    (EventAction.MESSAGE, ACME, {"text": "x", "sender": "nobody"}, "no_sender", "nobody is no sender."),
    (EventAction.MESSAGE, ACME, {"text": "%%nope%%"}, "bad_template",
     "Text, line 1, column 1: There is no variable %%nope%%."),
    (EventAction.MESSAGE, ACME, {"subject": "%%accountName%%" * 100, "text": "x"}, "too_long", "longer than 800"),
    (EventAction.MESSAGE, ACME, {}, "no_template", "Invoice Overdue has no template for e-mail."),
    (EventAction.SMS, replace(ACME, provider=replace(HARBOUR, has_sms=False)), {"text": "x"}, "no_subscription",
     "SMS events are switched off for Harbour Telecom."),
    (EventAction.SMS, replace(ACME, contacts=(BOOKS,)), {"text": "x"}, "no_number", "Books & Co has no mobile number."),
    (EventAction.SMS, ACME, {"text": "%%if overdueAmountIncTax%%x%%end%%"}, "nothing_to_say", "nothing is left"),
    (EventAction.SMS, ACME, {"text": "x" * 1531}, "too_long", "It would take 11 parts; a text message has at most 10."),
    (EventAction.LETTER, ACME, {}, "no_template", "no template for letters"),
])
def test_what_keeps_a_message_back_is_said(
    action: EventAction, party: Party, content: dict[str, str], code: str, within: str,
) -> None:
    why_not = made(action, party=party, **content).why_not
    assert why_not is not None
    assert why_not.code == code
    assert within in why_not.words


@pytest.mark.parametrize("action", [EventAction.NOTIFICATION, EventAction.LOG])
def test_in_the_office_an_event_speaks_for_itself(action: EventAction) -> None:
    message = render_words(None, action=action, cause=CAUSE, party=ACME, figures=FIGURES)
    assert (message.subject, message.text, message.why_not) == (
        "Invoice Overdue", "Invoice Overdue: Acme Pty Ltd (A1).", None)


@pytest.mark.parametrize(("content", "warning"), [
    ({"text": "%%contactSurname%%"}, ""),
    ({"text": "%%overdueAmountIncTax%%"}, ""),
    ({"text": "x", "html": '<img src="https://t.example/x.png">'}, "Only the logo is sent as an image"),
    ({"text": "x", "recipients": "a@b.example, nobody"}, "nobody is no e-mail address and is left out."),
    ({"text": "x", "bcc": "nobody"}, "nobody is no e-mail address and is left out."),
])
def test_what_is_odd_is_told(content: dict[str, str], warning: str) -> None:
    warnings = made(**content).warnings
    assert [w[:len(warning)] for w in warnings] == ([warning] if warning else [])


def test_an_empty_value_is_told_unless_the_template_asks_for_it() -> None:
    figures = {**FIGURES, "invoiceId": Value.of("")}
    for text, warnings in (("%%invoiceId%%", ("%%invoiceId%% is empty here.",)),
                           ("%%if invoiceId%%%%invoiceId%%%%end%%.", ())):
        message = render_words({**EMPTY, "text": text}, action=EventAction.MESSAGE, cause=CAUSE, party=ACME,
                               figures=figures)
        assert message.warnings == warnings


def test_a_letter_without_an_address_is_made_all_the_same() -> None:
    message = made(EventAction.LETTER, text="x")
    assert message.recipients == ("Books & Co",)
    assert message.warnings == ("There is no postal address to send it to.",)
    assert message.why_not is None


@pytest.mark.parametrize(("wanted", "found", "refused", "contact"), [
    ("", ("books@acme.example", "cfo@acme.example"), (), 2),
    ("default", ("books@acme.example", "cfo@acme.example"), (), 2),
    ("Billing", ("books@acme.example", "cfo@acme.example"), (), 2),
    ("primary", ("jane@mail.example",), (), 1),
    ("secondary", ("bob@mail.example",), (), 3),
    ("a@b.example;c@d.example", ("a@b.example", "c@d.example"), (), 2),
    ("a@b.example, a@b.example", ("a@b.example",), (), 2),
    ("Ann <a@b.example>", ("a@b.example",), (), 2),
    ("a@b.example\r\nBcc: x@y.example", (), ("a@b.example\r\nBcc: x@y.example",), 2),
    ('"a@b.example" x@y.example', (), ('"a@b.example" x@y.example',), 2),
])
def test_recipients_of_mail(wanted: str, found: tuple[str, ...], refused: tuple[str, ...], contact: int) -> None:
    to = mail_addressees(ACME, wanted)
    assert (to.found, to.refused) == (found, refused)
    assert to.contact is not None
    assert to.contact.id == contact


@pytest.mark.parametrize(("wanted", "name", "found"), [
    ("%%accountId%%@mail.example; %%contactFirstName%%@mail.example", "", ("A1@mail.example", "Priya@mail.example")),
    ("%%accountName%%", "a@b.example, c@d.example", ()),
    ("%%accountName%%", "a@b.example>\r\nBcc: c@d.example", ()),
    ("%%accountName%% <a@b.example>", "Acme <x@y.example>", ()),
])
def test_a_value_within_an_address_never_makes_two_of_one(wanted: str, name: str, found: tuple[str, ...]) -> None:
    figures = {**FIGURES, "accountName": Value.of(name)}
    message = render_words({**EMPTY, "text": "x", "recipients": wanted}, action=EventAction.MESSAGE, cause=CAUSE,
                           party=ACME, figures=figures)
    assert message.recipients == found


def test_without_an_address_of_the_billing_contact_mail_goes_to_the_primary_one() -> None:
    to = mail_addressees(replace(ACME, contacts=(JANE, replace(BOOKS, email=""))), "")
    assert to.found == ("jane@mail.example",)
    assert to.contact == JANE
    assert mail_addressees(replace(ACME, contacts=(JANE, replace(BOOKS, email=""))), "billing").found == ()


def test_a_text_message_goes_to_one_number() -> None:
    assert sms_addressees(ACME, "").found == ("+61491570006",)  # the billing contact has none
    assert sms_addressees(ACME, "secondary").found == ("0491570156",)
    both = sms_addressees(ACME, "0491 570 156; 0491 570 157")
    assert (both.found, both.surplus) == (("0491570156",), ("0491570157",))


@pytest.mark.parametrize(("text", "number"), [
    ("+61 (0)491-570.006", "+610491570006"), ("0061 491 570 006", "+61491570006"), ("0491/570006", "0491570006"),
    ("", ""), ("1234", ""), ("call me", ""), ("+61 491 570 006 ext 2", ""), ("٠٤٩١٥٧٠٠٠٦", ""), ("1" * 16, ""),
])
def test_mobile_numbers(text: str, number: str) -> None:
    assert mobile_number(text) == number


@pytest.mark.parametrize(("text", "sender"), [
    ("accounts@harbour.example", "accounts@harbour.example"),
    ("Harbour  Accounts <accounts@harbour.example>", "Harbour Accounts <accounts@harbour.example>"),
    ("x@y.example\r\nBcc: z@y.example", ""), ("a@b.example, c@d.example", ""), ("nobody", ""), ("", ""),
])
def test_senders(text: str, sender: str) -> None:
    assert sender_address(text) == sender


def test_lists_of_copies_are_parted_by_either_mark() -> None:
    assert mail_list("a@b.example; c@d.example,,").found == ("a@b.example", "c@d.example")


@pytest.mark.parametrize(("name", "attention", "is_organisation", "person"), [
    ("Jane Citizen", "", False, ("Jane Citizen", "Jane", "Citizen")),
    ("Jane Q. Citizen", "", False, ("Jane Q. Citizen", "Jane Q.", "Citizen")),
    ("Citizen, Jane", "", False, ("Jane Citizen", "Jane", "Citizen")),
    ("Plato", "", False, ("Plato", "Plato", "")),
    ("Acme Pty Ltd", "", True, ("Acme Pty Ltd", "Acme Pty Ltd", "")),
    ("ACME PTY LTD", "Priya Raman", True, ("Priya Raman", "Priya", "Raman")),
    ("Priya Raman", "", True, ("Priya Raman", "Priya", "Raman")),
    ("Jane Citizen", "c/o Bob", False, ("Jane Citizen", "Jane", "Citizen")),
])
def test_how_a_contact_is_spoken_to(
    name: str, attention: str, is_organisation: bool, person: tuple[str, str, str],
) -> None:
    contact = replace(JANE, name=name, attention=attention)
    spoken = person_of(contact, replace(ACME, is_organisation=is_organisation))
    assert (spoken.whole, spoken.first, spoken.surname) == person
