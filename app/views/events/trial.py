"""*Send to me*: what is being written, filled for the account of the preview, sent to the writer and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.models.values import EventAction
from app.services.database.asking import asking, doing
from app.services.outbox.channels import send_trial, trial_address
from app.views.desk.desk import Desk
from app.views.events.dialogs import AddressDialog
from app.views.events.drafts import Place
from app.views.events.preview_pane import Subject
from app.views.look import tokens as tk
from app.views.running.failures import in_words
from app.views.widgets.notices import Notice


class Trials(QObject):
    """Remembers, for as long as its screen lives, where trials go that no address is known for."""

    def __init__(self, desk: Desk, owner: QWidget) -> None:
        super().__init__(owner)
        self._desk = desk
        self._owner = owner
        self._known: dict[EventAction, str] = {}

    def send(self, place: Place, content: Mapping[str, str], subject: Subject | None) -> None:
        """Send these words; an address that is not known is asked for once."""
        if subject is None:
            self._desk.notices.say("Choose an account to show it for first.")
            return
        send = partial(self._send_to, place, content, subject)
        known = self._known.get(place[1], "")
        if known:
            send(known)
        else:
            self._desk.runner.read(asking(trial_address, action=place[1]), failed=partial(self._on_failed, place[1]),
                                   succeeded=lambda address: send(address) if address else self._ask(place[1], send))

    def _ask(self, action: EventAction, send: partial[None]) -> None:
        dialog = AddressDialog(self._desk.theme, self._desk.runner, action, self._owner)
        dialog.given.connect(send)
        dialog.open_and_forget()

    def _send_to(self, place: Place, content: Mapping[str, str], subject: Subject, address: str) -> None:
        self._known[place[1]] = address
        job = doing(send_trial, mapping_id=place[0], action=place[1], content=content, account_id=subject.account_id,
                    document_id=subject.document_id, service_id=subject.service_id, as_of=subject.on, to=address)
        self._desk.runner.write(
            job, succeeded=lambda _made: self._desk.notices.say(f"A trial to {address} is in the outbox."),
            failed=partial(self._on_failed, place[1]))

    def _on_failed(self, action: EventAction, error: BaseException) -> None:
        self._known.pop(action, None)
        self._desk.notices.show(Notice(title="Nothing was sent.", text=in_words(error), tone=tk.Tone.BAD))
