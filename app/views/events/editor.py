"""The middle of the screen: what one action of one event says, whether it is on, and what keeps it from being so."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.models.values import EventAction
from app.services.events.drafting import FieldFault, can_attach, faults_of, losses_of, marks_of, variables_of
from app.services.events.listing import ActionRow, MappingRow
from app.services.events.templates import EMPTY, FIELDS_OF, MERGEABLE, TO_WHOM
from app.services.saving import SavedMeanwhile
from app.views.asking.choices import ChoiceBox, SwitchBox, TickBox
from app.views.asking.conflict_sheet import ConflictSheet, Settle
from app.views.events.completing import written
from app.views.events.document_html import Found
from app.views.events.drafts import Draft
from app.views.events.message_body import MessageBody, unbroken
from app.views.events.source_edit import SourceEdit
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.pause import pause
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, ElidedLabel, HorizontalRule, Label, LinkButton, Panel
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import column, grows, holding, row

_SHORT: Final = 6_000
"""Characters of a message that are read after each key."""
_PAUSE_MS: Final = 200
_LISTED: Final = "addresses"
_TO_WORDS: Final = {
    "": "Billing contact, else primary", "primary": "Primary contact", "secondary": "Secondary contact",
    "billing": "Billing contact", _LISTED: "Addresses:",
}
_WHAT: Final = {
    EventAction.MESSAGE: "Message", EventAction.SMS: "SMS", EventAction.LETTER: "Letter",
    EventAction.NOTIFICATION: "Notification", EventAction.LOG: "Log",
}
_HINTS: Final = {
    EventAction.LETTER: "A letter waits in Events > Outbox until somebody prints it.",
    EventAction.NOTIFICATION: "All staff see it. Without words it says the name of the event.",
    EventAction.LOG: "Kept in the outbox. Without words it says the name of the event.",
}


class TemplateEditor(Panel):
    """Shows one action. `edited` says that its words changed; who saves, switches and sends is the screen's matter."""

    edited = Signal()
    save_asked = Signal()
    discard_asked = Signal()
    switch_asked = Signal(bool)
    versions_asked = Signal()
    copy_asked = Signal()
    send_asked = Signal()

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._mapping: MappingRow | None = None
        self._action: ActionRow | None = None
        self._draft: Draft | None = None
        self._faults: tuple[FieldFault, ...] = ()
        self._is_showing = False
        self._pause = pause(self, _PAUSE_MS, self._take)
        self._make_head()
        self._make_fields()
        self.body = MessageBody(theme, runner, self._sending, self)
        self.body.edited.connect(self._on_edited)
        self._make_foot()
        self.conflict = ConflictSheet(theme, self)
        inner = column(self._head, self._fields, grows(self.body), self._below, spacing=8,
                       margins=(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 8))
        column(grows(inner), self.conflict, HorizontalRule(theme), self._foot, on=self)

    def _make_head(self) -> None:
        theme = self.theme
        self._title = ElidedLabel(theme, " ", size=tk.TITLE, weight=600)
        self._about = ElidedLabel(theme, " ", ink=tk.Ink.MUTED)
        self.switch = SwitchBox(theme, "On", self)
        self.switch.clicked.connect(self.switch_asked)
        self._missing = Label(theme, size=tk.LABEL, ink=tk.Ink.WARN, wraps=True)
        self.versions_button = LinkButton(theme, "Versions", self, run=self.versions_asked.emit)
        self.copy_button = LinkButton(theme, "Copy to…", self, run=self.copy_asked.emit)
        self.copy_button.setAccessibleName("Copy to other profiles…")
        self._head = holding(column(row(grows(self._title), self.switch),
                                    row(grows(self._about), self.versions_button, self.copy_button, spacing=4),
                                    self._missing, spacing=2))

    def _make_fields(self) -> None:
        theme = self.theme
        self.subject = SourceEdit(theme, "Subject", self._found, self, is_line=True)
        self.from_field = QLineEdit(self)
        self.to = ChoiceBox(theme, "To")
        self.addresses = QLineEdit(self)
        self.cc, self.bcc = QLineEdit(self), QLineEdit(self)
        self.attach = TickBox(theme, "Attach the invoice")
        self.merge = TickBox(theme, "One message for several")
        self.merge.setToolTip("Several of this event to one contact at one time are one message.")
        for name, line, example in (("From", self.from_field, "The provider's address"),
                                    ("Addresses", self.addresses, "name@company.example, …"),
                                    ("CC", self.cc, ""), ("BCC", self.bcc, "")):
            line.setAccessibleName(name)
            line.setPlaceholderText(example)
            line.textEdited.connect(self._on_edited)
        self.to.fill_its_place()
        self.to.activated.connect(self._on_to)
        self.subject.edited.connect(self._on_edited)
        self.attach.clicked.connect(self._on_edited)
        self.merge.clicked.connect(self._on_edited)
        self._subject_line = _line(theme, "Subject", self.subject)
        self._from_line = _line(theme, "From", self.from_field)
        self._copies = holding(column(_line(theme, "CC", self.cc), _line(theme, "BCC", self.bcc), spacing=8))
        self._fields = holding(column(self._subject_line, self._from_line, spacing=6))
        self._sending = holding(column(_line(theme, "To", self.to), self.addresses, self._copies, self.attach,
                                       self.merge, ..., margins=(0, 8), spacing=8))

    def _make_foot(self) -> None:
        theme = self.theme
        self._sign = IconSign(theme, Icon.ERROR, tk.Ink.BAD, size=16)
        self._fault = Label(theme, weight=600, ink=tk.Ink.BAD, wraps=True)
        self.mend_button = LinkButton(theme, "", self, run=self._mend)
        self.show_button = LinkButton(theme, "Show it", self, run=self._show_fault)
        self._waits = Label(theme, " ", size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        self._fault_line = holding(row(self._sign, grows(self._fault), self.show_button, self.mend_button))
        keeps_room = self._fault_line.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self._fault_line.setSizePolicy(keeps_room)
        self._fault.setMinimumHeight(2 * theme.metrics(tk.BODY, 600).height())
        self._below = holding(column(self._fault_line, self._waits, spacing=2))
        self.save_button = Button(theme, "Save", self, icon=Icon.TICK, kind="main", run=self.save_asked.emit)
        self.discard_button = Button(theme, "Discard", self, run=self.discard_asked.emit)
        self.send_button = Button(theme, "Send to me", self, icon=Icon.SEND, run=self.send_asked.emit)
        self._foot = holding(row(self.save_button, self.discard_button, ..., self.send_button,
                                 margins=(tk.PAGE_MARGIN, 10)))

    # --- what it shows ---

    @property
    def draft(self) -> Draft | None:
        """What is written now, beside what was seen."""
        self.finish_typing()
        return self._draft

    def finish_typing(self) -> None:
        """Take what was typed without waiting for a pause: something else is shown now, or it is asked for."""
        if self._pause.isActive():
            self._take()

    @property
    def is_choosing(self) -> bool:
        """Whether a variable is begun and its list is open: nothing is wrong with it yet."""
        return self.body.is_choosing or bool(self.subject.offers.names)

    @property
    def faults(self) -> tuple[FieldFault, ...]:
        """All that keeps it from being saved."""
        return self._faults

    def show_action(self, mapping: MappingRow, action: ActionRow, draft: Draft, *, may_edit: str) -> None:
        """Show what an action says; `may_edit` says why it cannot be changed here, or nothing."""
        self._pause.stop()
        self._is_showing = True
        is_other = self._mapping is None or self._action is None or (
            (mapping.id, action.action) != (self._mapping.id, self._action.action))
        words_changed = self._draft is None or self._draft.content != draft.content
        self._mapping, self._action, self._draft = mapping, action, draft
        if is_other:
            self.conflict.close_sheet()
        self._show_head(mapping, action, draft, may_edit)
        self._show_fields(mapping, action, draft)
        if is_other or words_changed:
            self.subject.set_variables(variables_of(mapping.event))
            self.subject.show_text(draft.content["subject"])
            self.body.show_words(draft.content, event=mapping.event, fields=FIELDS_OF[action.action],
                                 what=_WHAT[action.action], variables=variables_of(mapping.event))
        self.body.set_hint(_HINTS.get(action.action, ""))
        for part in (self.subject, self.from_field, self.addresses, self.cc, self.bcc):
            part.setReadOnly(bool(may_edit))
        for tick in (self.to, self.attach, self.merge):
            tick.setEnabled(not may_edit)
        self.body.set_read_only(read_only=bool(may_edit))
        self._may_edit = may_edit
        self._is_showing = False
        self._judge()

    def refresh_row(self, mapping: MappingRow, action: ActionRow) -> None:
        """Take over how its switch stands now; words stay as they are."""
        if self._draft is not None:
            self._mapping, self._action = mapping, action
            self._show_head(mapping, action, self._draft, self._may_edit)

    def offer_conflict(self, error: SavedMeanwhile, settle: Settle) -> None:
        """Somebody else saved first."""
        self.conflict.offer(error, settle)

    def say(self, words: str, *, is_refusal: bool = False) -> None:
        """Say below the words how a save ended."""
        self._waits.set_ink(tk.Ink.BAD if is_refusal else tk.Ink.MUTED)
        self._waits.setText(words or " ")

    # --- inside ---

    def _show_head(self, mapping: MappingRow, action: ActionRow, draft: Draft, may_edit: str) -> None:
        name = f"{mapping.name}, {_WHAT[action.action].lower() if action.action is not EventAction.SMS else 'SMS'}"
        version = draft.version
        said = "Nothing written yet" if version is None else f"Version {version.version} by {version.recorded_by}"
        self._title.set_text(name)
        since = f"on since {self.theme.formatter.day(action.enabled_on)}" if action.enabled_on is not None else ""
        self._about.set_text(" · ".join(filter(None, (mapping.profile, said, since))))
        self.setAccessibleName(f"{name} of {mapping.profile}")
        why_not = may_edit or ("" if action.enabled or action.can_be_on else
                               next(missing.words for missing in action.missing if missing.blocks))
        self.switch.setChecked(action.enabled)
        self.switch.setText("On" if action.enabled else "Off")
        self.switch.setEnabled(not why_not)
        self.switch.setToolTip(why_not)
        self.switch.setAccessibleDescription(why_not)
        self._missing.setText(" ".join(missing.words for missing in action.missing))
        self._missing.setVisible(bool(self._missing.text()))

    def _show_fields(self, mapping: MappingRow, action: ActionRow, draft: Draft) -> None:
        content, fields = draft.content, FIELDS_OF[action.action]
        is_mail = "sender" in fields
        self._subject_line.setVisible("subject" in fields)
        self._from_line.setVisible(is_mail)
        self._copies.setVisible(is_mail)
        self.attach.setVisible(is_mail and can_attach(mapping.event))
        self.merge.setVisible("merge" in fields and mapping.event in MERGEABLE)
        to = content["recipients"]
        is_listed = bool(to) and to not in TO_WHOM
        self.to.set_choices([(words, value) for value, words in _TO_WORDS.items()],
                            _LISTED if is_listed else "" if to == "default" else to)
        for line, text in ((self.addresses, to if is_listed else ""), (self.from_field, content["sender"]),
                           (self.cc, content["cc"]), (self.bcc, content["bcc"])):
            if line.text() != text:
                line.setText(text)
        self.addresses.setVisible(is_listed)
        self.attach.setChecked(content["attachment"] == "invoice")
        self.merge.setChecked(content["merge"] == "yes")

    def _written(self) -> dict[str, str]:
        """All fields as they stand."""
        assert self._draft is not None and self._action is not None  # noqa: S101, PT018  nothing is written before
        fields = FIELDS_OF[self._action.action]
        chosen = self.to.chosen()
        seen = self._draft.seen["recipients"]
        to = self.addresses.text().strip() if chosen == _LISTED else chosen
        if not to and seen == "default":
            to = seen  # another word for the same
        found = {
            "subject": self.subject.text(), "sender": self.from_field.text().strip(), "recipients": str(to or ""),
            "cc": self.cc.text().strip(), "bcc": self.bcc.text().strip(), **self.body.words(),
            "attachment": "invoice" if self.attach.isChecked() else "none",
            "merge": "yes" if self.merge.isChecked() else "no",
        }
        return {name: found[name] if name in fields else self._draft.content[name] for name in EMPTY}

    def _on_to(self) -> None:
        is_listed = self.to.chosen() == _LISTED
        self.addresses.setVisible(is_listed)
        if is_listed:
            self.addresses.setFocus()
        self._on_edited()

    def _on_edited(self) -> None:
        """Read what was written: at once, or where it is long when somebody pauses."""
        if self._is_showing or self._draft is None:
            return
        if self.body.length > _SHORT:
            self._pause.start()
        else:
            self._take()

    def _take(self) -> None:
        self._pause.stop()
        if self._draft is None:
            return
        self._draft = Draft(content=self._written(), seen=self._draft.seen, version=self._draft.version)
        self._judge()
        self.edited.emit()

    def _judge(self) -> None:
        """Say what is wrong, and offer what can be done."""
        mapping, action, draft = self._mapping, self._action, self._draft
        if mapping is None or action is None or draft is None:
            return
        self._faults = faults_of(draft.content, event=mapping.event, action=action.action)
        self.body.show_faults(self._faults)
        self.subject.show_found(marks_of(draft.content["subject"], event=mapping.event),
                                [fault for fault in self._faults if fault.field == "subject"])
        self._say_fault(draft)
        number = (draft.version.version if draft.version is not None else 0) + 1
        self.save_button.setText(f"Save version {number}")
        unchanged = "" if draft.changed else "Nothing was changed."
        wrong = "Saving waits until all is known." if self._faults else ""
        self.save_button.offer(self._may_edit or unchanged or wrong)
        self.discard_button.offer(unchanged)
        nothing = "" if draft.version is not None else "Nothing was saved yet."
        unsaved = "Save it first." if draft.changed else ""
        for button, why_not in ((self.copy_button, self._may_edit or nothing or unsaved),
                                (self.versions_button, nothing)):
            button.setEnabled(not why_not)
            button.setToolTip(why_not)
        self.send_button.setVisible(action.action in {EventAction.MESSAGE, EventAction.SMS})

    def _say_fault(self, draft: Draft) -> None:
        fault = self._faults[0] if self._faults else None
        if self.is_choosing:
            self.say("Not saved yet.")
            return
        lost = losses_of(draft.content) if fault is None else ()
        self._fault_line.setVisible(fault is not None or bool(lost))
        self._sign.set(Icon.ERROR if fault is not None else Icon.WARNING, tk.Ink.BAD if fault is not None else
                       tk.Ink.WARN)
        self._fault.set_ink(tk.Ink.BAD if fault is not None else tk.Ink.WARN)
        words = fault.words if fault is not None else " ".join(lost)
        self._fault.setText(unbroken(words))
        self._fault.setAccessibleName(words)
        self.show_button.setVisible(fault is not None)
        self.mend_button.setVisible(fault is not None and bool(fault.suggestion))
        if fault is not None:
            self.mend_button.setText(f"Use {fault.suggestion}")
            more = len(self._faults) - 1
            self.say("Saving waits until this is mended." if not more else
                     f"Saving waits until this and {self.theme.formatter.counted(more, 'other fault', 'other faults')} "
                     "are mended.")
        else:
            self.say("Not saved yet." if draft.changed else "")

    def _mend(self) -> None:
        fault = self._faults[0]
        if fault.field == "subject":
            self.subject.replace(fault.start, fault.end, written(fault.mended))
        else:
            self.body.mend(fault)

    def _show_fault(self) -> None:
        fault = self._faults[0]
        if fault.field in {"html", "text"}:
            self.body.go_to(fault)
        elif fault.field == "subject":
            self.subject.go_to(fault.start, fault.end)
        else:
            fields = {"recipients": self.addresses, "cc": self.cc, "bcc": self.bcc}
            if fault.field in fields:
                self.body.show_sending()
            fields.get(fault.field, self.from_field).setFocus()

    def _found(self, text: str) -> list[Found]:
        if self._mapping is None:
            return []
        return [Found(mark.start, mark.end, mark.words) for mark in marks_of(text, event=self._mapping.event)]


def _line(theme: Theme, words: str, part: QWidget) -> QWidget:
    """A field behind its name."""
    name = Label(theme, words, ink=tk.Ink.MUTED, buddy=part)
    name.setMinimumWidth(theme.sizes.px(48))
    return holding(row(name, grows(part)))
