"""Passwords of gateways: from a file that only its owner reads, or from the keyring, and nowhere in what is said."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError
from sqlalchemy import select

from app.models.audit import AuditEntry
from app.models.values import GatewayKind
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected
from app.services.gateways.secrets import SECRETS_FILE_VARIABLE, keep_secret, place_of_secrets, secret_of
from app.services.gateways.settings import set_gateway_secret
from tests.factories.books import Book, scratch


class KeyringOfTests(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]  # a class attribute where the base has a property

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if password == "too much":
            raise KeyringError("full")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("none")


@pytest.fixture
def ring() -> KeyringOfTests:
    return KeyringOfTests()


@pytest.fixture(autouse=True)
def _in_its_place(ring: KeyringOfTests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    monkeypatch.setattr("keyring.core.get_keyring", lambda: ring)


def a_file(path: Path, text: str, monkeypatch: pytest.MonkeyPatch, mode: int = 0o600) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    monkeypatch.setenv(SECRETS_FILE_VARIABLE, str(path))


def test_the_file_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: KeyringOfTests) -> None:
    ring.kept["bursar", "HARB/smtp"] = "of the ring"
    assert secret_of("HARB", GatewayKind.SMTP) == "of the ring"
    a_file(tmp_path / "s.toml", '[HARB]\nsmtp = "of the file"\n[OTHER]\nsms = "x"\n', monkeypatch)
    assert secret_of("HARB", GatewayKind.SMTP) == "of the file"
    assert secret_of("HARB", GatewayKind.SMS) == ""
    assert secret_of("NOBODY", GatewayKind.SMTP) == ""


@pytest.mark.parametrize(("text", "mode"), [
    ('[HARB]\nsmtp = "quay-17"\n', 0o644), ('[HARB]\nsmtp = "quay-17"\n', 0o640), ("[HARB]\nsmtp = quay-17\n", 0o600),
    ("[HARB]\nsmtp = 17\n", 0o600), ('HARB = "quay-17"\n', 0o600)])
def test_a_file_that_is_not_right_is_refused_without_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, mode: int
) -> None:
    a_file(tmp_path / "s.toml", text, monkeypatch, mode)
    with pytest.raises(InputRejected) as refusal:
        secret_of("HARB", GatewayKind.SMTP)
    assert "quay" not in str(refusal.value)
    assert SECRETS_FILE_VARIABLE in str(refusal.value)


def test_a_file_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRETS_FILE_VARIABLE, str(tmp_path / "gone.toml"))
    with pytest.raises(InputRejected, match="cannot be read"):
        secret_of("HARB", GatewayKind.SMTP)


def test_a_password_is_kept_and_taken_out(ring: KeyringOfTests) -> None:
    keep_secret("HARB", GatewayKind.SMS, "quay-17")
    assert ring.kept == {("bursar", "HARB/sms"): "quay-17"}
    keep_secret("HARB", GatewayKind.SMS, "")
    keep_secret("HARB", GatewayKind.SMS, "")
    assert ring.kept == {}
    with pytest.raises(InputRejected, match="full"):
        keep_secret("HARB", GatewayKind.SMS, "too much")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_who_may_sets_it_and_nothing_of_it_is_stored(database: Database, ring: KeyringOfTests) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HARB", name="Harbour")
        for secret, words in (("quay-17", "was set"), ("", "was taken away")):
            set_gateway_secret(session, provider_id=provider, kind=GatewayKind.SMTP, secret=secret)
            assert ring.kept == ({("bursar", "HARB/smtp"): secret} if secret else {})
            entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
            assert entry.detail == f"The password of the mail server of Harbour {words}."
            assert "quay" not in f"{entry.old_value}{entry.new_value}{entry.detail}"


def test_where_it_is_looked_for_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place_of_secrets() == "the keyring of this computer"
    a_file(tmp_path / "s.toml", "", monkeypatch)
    assert str(tmp_path / "s.toml") in place_of_secrets()


def test_a_file_is_written_by_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_file(tmp_path / "s.toml", "", monkeypatch)
    with pytest.raises(InputRejected, match="Write it there"):
        keep_secret("HARB", GatewayKind.SMS, "quay-17")
