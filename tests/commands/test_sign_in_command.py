"""Signing in on the command line: staff init, --as, BURSAR_USER, the password file, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.warm_processes import Answer
from tests.support.warm_processes import bursar as bursar_in_a_process

PASSWORD = "open-2026-sesame"


class Shell:
    """Runs `bursar` in processes of their own, on one embedded file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "books.db"
        self.secret = folder / "secret"
        self.secret.write_text(f"{PASSWORD}\n", encoding="utf-8")

    def __call__(self, *words: str, **variables: str) -> Answer:
        return bursar_in_a_process(["--database", str(self.file), *words],
                                   {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", **variables})


@pytest.fixture
def bursar(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    assert shell("db", "upgrade").returncode == 0
    return shell


def test_from_the_first_user_on_everybody_signs_in(bursar: Shell) -> None:
    secret = {"BURSAR_PASSWORD_FILE": str(bursar.secret)}
    early = bursar("rules", "show", "--as", "root@operator.example", **secret)
    assert early.returncode == 2
    assert "knows no staff yet" in early.stderr
    assert bursar("rules", "show").returncode == 0

    begun = bursar("staff", "init", "--login", "Root@Operator.example", **secret)
    assert (begun.returncode, begun.stdout) == (0, "")
    assert "root@operator.example administers this database" in begun.stderr
    again = bursar("staff", "init", "--login", "two@operator.example", **secret)
    assert again.returncode == 2
    assert "begun already" in again.stderr

    nobody = bursar("rules", "show")
    assert nobody.returncode == 2
    assert "Add --as name@realm" in nobody.stderr
    assert bursar("rules", "show", "--as", "root@operator.example", **secret).returncode == 0
    assert bursar("rules", "show", BURSAR_USER="root@operator.example", **secret).returncode == 0
    for verb in (("db", "upgrade"), ("db", "check")):
        assert bursar(*verb).returncode == 0

    no_password = bursar("rules", "show", "--as", "root@operator.example")
    assert no_password.returncode == 2
    assert "BURSAR_PASSWORD_FILE" in no_password.stderr
    bursar.secret.write_text("wrong-password-1", encoding="utf-8")
    wrong = bursar("rules", "show", "--as", "root@operator.example", **secret)
    assert wrong.returncode == 2
    assert "Login or password is wrong" in wrong.stderr
    for answer in (nobody, no_password, wrong):
        assert answer.stdout == ""
        assert "Traceback" not in answer.stderr
        assert PASSWORD not in answer.stderr


def test_a_bad_beginning_changes_nothing(bursar: Shell) -> None:
    secret = {"BURSAR_PASSWORD_FILE": str(bursar.secret)}
    assert bursar("staff", "init", "--login", "root", **secret).returncode == 1
    bursar.secret.write_text("short1", encoding="utf-8")
    refused = bursar("staff", "init", "--login", "root@operator.example", **secret)
    assert refused.returncode == 1
    assert "8 characters" in refused.stderr
    missing = bursar("staff", "init", "--login", "root@operator.example", BURSAR_PASSWORD_FILE="/nowhere/at/all")
    assert missing.returncode == 2
    assert "cannot be read" in missing.stderr
    assert bursar("rules", "show").returncode == 0, "still nobody has to sign in"
