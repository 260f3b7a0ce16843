"""Making a message of its template and the facts: the one function behind preview, trial, command line and outbox.

Whatever shows a message shows what would be sent, to the byte, because there is no other way to make one. Values are
escaped for the channel they go to; HTML is cleaned after they are in; a template that cannot be filled makes no message
but a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from app.models.events.library import EVENT_TYPE_AT, EventKind, EventType
from app.models.rules.message_template import ResultTooLong, TemplateRefused, Value, names_asked_for, names_in, render
from app.models.rules.sms_segments import SmsCount, count_segments
from app.models.values import EventAction
from app.services.events.html import clean_html, html_to_text, losses, text_to_html
from app.services.events.templates import content_problems
from app.services.files.texts import CONTROL, shown
from app.services.outbox.addresses import (
    Addressees,
    letter_addressee,
    mail_address,
    mail_addressees,
    mail_list,
    sender_address,
    sms_addressees,
)
from app.services.outbox.figures import Cause, Values
from app.services.outbox.parties import ContactFacts, Party, person_of
from app.services.wording import Reason

_SUBJECT_CHARACTERS = 800
_FAULTS_TOLD = 5
_MOST_PARTS = 10
"""Most parts of a text message: what is longer is a letter, and each part is paid for."""

CONTACT_NAMES: Final = frozenset({"contactFirstName", "contactSurname", "contactName"})


Content = Mapping[str, str]
"""What a template says, by field: a stored version (`content_of`), or what somebody is writing."""
_TEXTS: Final = ("subject", "text", "html")
_ADDRESSES: Final = ("sender", "recipients", "cc", "bcc")


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMessage:
    """A message as it is sent, shown and stored."""

    action: EventAction
    recipients: tuple[str, ...] = ()
    """Addresses of mail, numbers of telephones, or the name on a letter; none in the office."""
    sender: str = ""
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachment: str = "none"
    sms: SmsCount | None = None
    """Parts of a text message; None for everything else."""
    warnings: tuple[str, ...] = ()
    """Sentences about what is odd though it can be sent."""
    why_not: Reason | None = None
    """Why it is not sent; None where it is."""

    @property
    def segments(self) -> int:
        return 0 if self.sms is None else self.sms.segments


def names_used(contents: Iterable[Content]) -> frozenset[str]:
    """The names that templates mention, so that nothing else is read for them."""
    return frozenset(name for content in contents for field in (*_TEXTS, *_ADDRESSES)
                     for name in names_in(content[field]))


def render_words(
    content: Content | None, *, action: EventAction, cause: Cause, party: Party, figures: Values
) -> RenderedMessage:
    """The message of a template for one cause; `figures` are those of `read_figures`, and None is no template."""
    kind = EVENT_TYPE_AT[cause.event]
    if content is None or not any(content[field].strip() for field in _TEXTS):
        return _without_words(kind, action, party, cause)
    try:
        addresses = _with_addresses(content, figures, party)
        addressed = _ADDRESSING[action](addresses, party)
        values = {**figures, **_contact_values(addressed.contact, party, figures)}
        message = _filled(content, action, values)
    except TemplateRefused:
        faults = " ".join(map(str, content_problems(kind, action, content)[:_FAULTS_TOLD]))
        return RenderedMessage(action=action, why_not=Reason(
            code="bad_template", words=f"The template cannot be filled. {faults}"))
    except ResultTooLong as error:
        return RenderedMessage(action=action, why_not=Reason(code="too_long", words=str(error)))
    message = replace(message, recipients=addressed.found, warnings=(
        *(f"{shown(entry)} is no {_CALLED[action]} and is left out." for entry in addressed.refused),
        *(f"A text message goes to one number; {number} is left out." for number in addressed.surplus),
        *_empty_names(content, action, values), *message.warnings))
    if not action.leaves and not message.subject:
        message = replace(message, subject=kind.name)
    return _FINISHING[action](message, addresses, party, addressed)


def _without_words(kind: EventType, action: EventAction, party: Party, cause: Cause) -> RenderedMessage:
    """In the office an event speaks for itself; outside nothing is sent without a template."""
    if not action.leaves:
        about = cause.process_result if kind.kind is EventKind.PROCESS else f"{party.name} ({party.code})."
        return RenderedMessage(action=action, subject=kind.name, text=f"{kind.name}: {about}")
    return RenderedMessage(action=action, why_not=Reason(
        code="no_template", words=f"{kind.name} has no template for {_CHANNEL[action]}."))


_CHANNEL: Final = {EventAction.MESSAGE: "e-mail", EventAction.SMS: "SMS", EventAction.LETTER: "letters",
                   EventAction.NOTIFICATION: "notifications", EventAction.LOG: "the log",
                   EventAction.PROVISIONING: "provisioning"}
_CALLED: Final = {EventAction.MESSAGE: "e-mail address", EventAction.SMS: "mobile number"}


# --------------------------------------------------------------------------- filling


def _contact_values(contact: ContactFacts | None, party: Party, figures: Values) -> Values:
    if contact is None or not CONTACT_NAMES & figures.keys():
        return {}
    person = person_of(contact, party)
    return {"contactFirstName": Value.of(person.first), "contactSurname": Value.of(person.surname),
            "contactName": Value.of(person.whole)}


def _with_addresses(content: Content, figures: Values, party: Party) -> Content:
    """The template with the values in its addresses: those of the contact are the billing contact's."""
    if not any("%%" in content[field] for field in _ADDRESSES):
        return content
    values = {**figures, **_contact_values(party.billing or party.primary, party, figures)}
    return {**content, **{field: render(content[field], values, _for_address, _SUBJECT_CHARACTERS)
                          for field in _ADDRESSES}}


def _filled(content: Content, action: EventAction, values: Values) -> RenderedMessage:
    """Subject, text and HTML, as far as the channel has them."""
    if action is EventAction.SMS:
        return _filled_sms(content, values)
    subject = _one_line(render(content["subject"], values, _for_header, _SUBJECT_CHARACTERS))
    raw = _lines(render(content["html"], values, _for_html))
    html = clean_html(raw)
    text = _lines(render(content["text"], values, _for_text)) or html_to_text(html)
    if action is EventAction.LETTER and not html:
        html = clean_html(text_to_html(text))
    return RenderedMessage(action=action, subject=subject, html=html if action.leaves else "", text=text,
                           warnings=losses(raw) if html != raw else ())


def _filled_sms(content: Content, values: Values) -> RenderedMessage:
    text = render(content["text"], values, _for_sms)
    if not text.strip() and content["html"].strip():
        text = html_to_text(clean_html(render(content["html"], values, lambda value: escape(_for_sms(value)))))
    text = _lines(text).strip()
    count = count_segments(text)
    warnings: list[str] = []
    if count.dear is not None:
        warnings.append(f"{count.dear.words} is not in the alphabet of text messages, so a part holds 70 characters "
                        "instead of 160.")
    if count.segments > 1:
        warnings.append(f"It takes {count.segments} parts.")
    return RenderedMessage(action=EventAction.SMS, text=text, sms=count, warnings=tuple(warnings))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _harmless(value: str) -> str:
    """A value without what a mail program or a terminal would obey; its lines stay."""
    return CONTROL.sub(lambda found: found.group() if found.group() in "\n\t" else "", _lines(value))


def _for_text(value: str) -> str:
    return _harmless(value)


def _for_header(value: str) -> str:
    return _one_line(_harmless(value))


def _for_address(value: str) -> str:
    """A value within an address: it never makes two of one."""
    return re.sub(r'[,;:<>"()\[\]\\]', " ", _for_header(value)).strip()


def _for_html(value: str) -> str:
    return escape(_harmless(value)).replace("\n", "<br>")


_PLAIN_MARKS: Final = str.maketrans({"−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
"""What figures are written with on paper, and what would make a text message dear."""


def _for_sms(value: str) -> str:
    return _one_line(_harmless(value).translate(_PLAIN_MARKS))


def _empty_names(content: Content, action: EventAction, values: Values) -> list[str]:
    fields = ("text",) if action is EventAction.SMS else _TEXTS
    used = {name for field in fields for name in names_in(content[field]) - names_asked_for(content[field])}
    return [f"%%{name}%% is empty here." for name in sorted(used) if not values[name].text]


# --------------------------------------------------------------------------- addressing


Addressing = Callable[[Content, Party], Addressees]


def _to_letterbox(content: Content, party: Party) -> Addressees:
    contact = letter_addressee(party, content["recipients"])
    return Addressees(found=(party.name,) if contact is None else (contact.name,), contact=contact)


def _to_nobody(_content: Content, party: Party) -> Addressees:
    return Addressees(found=(), contact=party.billing or party.primary)


_ADDRESSING: Final[dict[EventAction, Addressing]] = {
    EventAction.MESSAGE: lambda content, party: mail_addressees(party, content["recipients"]),
    EventAction.SMS: lambda content, party: sms_addressees(party, content["recipients"]),
    EventAction.LETTER: _to_letterbox, EventAction.NOTIFICATION: _to_nobody, EventAction.LOG: _to_nobody,
}


def _finish_mail(message: RenderedMessage, content: Content, party: Party, to: Addressees) -> RenderedMessage:
    cc, bcc = mail_list(content["cc"]), mail_list(content["bcc"])
    refused = [f"{shown(entry)} is no e-mail address and is left out." for entry in (*cc.refused, *bcc.refused)]
    sender = sender_address(content["sender"]) if content["sender"].strip() else default_sender(party)
    message = replace(
        message, sender=sender, cc=tuple(a for a in cc.found if a not in to.found), attachment=content["attachment"],
        bcc=tuple(a for a in bcc.found if a not in to.found and a not in cc.found),
        warnings=(*refused, *message.warnings))
    if not to.found:
        return replace(message, why_not=Reason(code="no_address", words=_nobody(to, party, "e-mail address")))
    if not sender:
        return replace(message, why_not=Reason(code="no_sender", words=_no_sender(content["sender"], party)))
    return message


def _no_sender(given: str, party: Party) -> str:
    if given.strip():
        return f"{shown(given)} is no sender. Write for instance accounts@company.example."
    return f"{party.provider.name} has neither an e-mail address nor a realm, so nobody would have sent it."


def default_sender(party: Party) -> str:
    """Who mail comes from where a template does not say: the letterhead's address, else no-reply@ and the realm."""
    provider = party.provider
    return mail_address(provider.email) or (f"no-reply{provider.realm}" if provider.realm else "")


def _finish_sms(message: RenderedMessage, _content: Content, party: Party, to: Addressees) -> RenderedMessage:
    if not party.provider.has_sms:
        return replace(message, why_not=Reason(code="no_subscription", words=(
            f"SMS events are switched off for {party.provider.name}. The operator can switch them on.")))
    if not message.text:
        return replace(message, why_not=Reason(code="nothing_to_say", words="Filled with these values nothing is left "
                                                                             "to be sent."))
    if message.segments > _MOST_PARTS:
        return replace(message, why_not=Reason(code="too_long", words=(
            f"It would take {message.segments} parts; a text message has at most {_MOST_PARTS}.")))
    if not to.found:
        return replace(message, why_not=Reason(code="no_number", words=_nobody(to, party, "mobile number")))
    return message


def _nobody(to: Addressees, party: Party, what: str) -> str:
    if to.contact is None:
        return f"{party.name} has no such contact, so there is no {what}."
    return f"{to.contact.name} has no {what}."


def _finish_letter(message: RenderedMessage, _content: Content, _party: Party, to: Addressees) -> RenderedMessage:
    if to.contact is None or not to.contact.has_address:
        return replace(message, warnings=(*message.warnings, "There is no postal address to send it to."))
    return message


def _finish_inside(message: RenderedMessage, _content: Content, _party: Party, _to: Addressees) -> RenderedMessage:
    return message if message.text else replace(message, text=message.subject)


_Finishing = Callable[[RenderedMessage, Content, Party, Addressees], RenderedMessage]
_FINISHING: Final[dict[EventAction, _Finishing]] = {
    EventAction.MESSAGE: _finish_mail, EventAction.SMS: _finish_sms, EventAction.LETTER: _finish_letter,
    EventAction.NOTIFICATION: _finish_inside, EventAction.LOG: _finish_inside,
}
