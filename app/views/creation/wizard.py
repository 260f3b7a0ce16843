"""*New account…*: the wizard for customers, agents and providers, one and the same."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.database.asking import doing
from app.services.errors import BursarError, RefusedField
from app.services.hierarchy.new_account import CreatedAccount, create_new_account
from app.services.hierarchy.new_account_outlook import Beginning
from app.views.asking.wizard import Wizard
from app.views.creation.address_page import AddressPage
from app.views.creation.answers import Answers
from app.views.creation.contact_pages import ContactPage
from app.views.creation.form_pages import NamePage, ProfilePage, ProviderPage
from app.views.creation.kind_page import KindPage
from app.views.creation.settings_pages import TOPICS, SettingsPage
from app.views.creation.summary_page import SummaryPage
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.runner import Runner


class NewAccountWizard(Wizard):
    """Works on answers that outlive it; `created` says what came of them."""

    created = Signal(object)  # CreatedAccount
    anew_asked = Signal()

    def __init__(self, theme: Theme, runner: Runner, beginning: Beginning, answers: Answers, parent: QWidget, *,
                 is_draft: bool = False) -> None:
        super().__init__(theme, "New account", Icon.NEW_ACCOUNT, parent)
        self._runner = runner
        self._answers = answers
        self.summary = SummaryPage(theme, runner, answers)
        self.summary.refused.connect(self._on_refused)
        settings = [SettingsPage(theme, runner, answers, topic) for topic in TOPICS]
        self.show_pages([
            KindPage(theme, runner, answers, beginning.parents), NamePage(theme, answers),
            ProviderPage(theme, answers, beginning.time_zones), ProfilePage(theme, answers), *settings,
            ContactPage(theme, runner, answers, "primary"), ContactPage(theme, runner, answers, "billing"),
            AddressPage(theme, runner, answers), self.summary])
        if is_draft:
            self.offer_to_start_anew()

    def finish(self) -> None:
        """Create it; what was typed stays until it is there."""
        self.set_busy(busy=True)
        self._runner.write(doing(create_new_account, request=self._answers.request()), succeeded=self._on_created,
                           failed=self._on_refused)

    def start_anew(self) -> None:
        self.anew_asked.emit()
        self.reject()

    def _on_created(self, made: CreatedAccount) -> None:
        self.created.emit(made)
        self.accept()

    def _on_refused(self, error: BaseException) -> None:
        self.set_busy(busy=False)
        words = in_words(error) if isinstance(error, BursarError) else f"{in_words(error)}. Nothing was created."
        self.refuse(words, error.field if isinstance(error, RefusedField) else "")
