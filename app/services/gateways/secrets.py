"""The passwords of gateways: in a file that the environment names, else in the system's keyring; nowhere else.

The file is TOML with a table for each provider, `[HARB]`, and `smtp`, `sms` or `provisioning = "…"` in it, readable by
its owner alone. In the keyring the service is "bursar" and the name PROVIDER/KIND, "HARB/smtp".
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

from app.models.values import GatewayKind
from app.services.errors import InputRejected
from app.services.files.looking import read_whole

SECRETS_FILE_VARIABLE = "BURSAR_SECRETS_FILE"
KEYRING_SERVICE = "bursar"
_LARGEST_FILE = 1 << 20


def secret_of(provider_code: str, kind: GatewayKind) -> str:
    """The password of a provider's gateway; empty where there is none.

    Raises InputRejected where the file cannot be read, others may read it, or it is not written as it should be.
    """
    name = os.environ.get(SECRETS_FILE_VARIABLE, "").strip()
    if name:
        return _from_file(Path(name), provider_code, kind)
    return _from_keyring(provider_code, kind)


def place_of_secrets() -> str:
    """Where passwords of gateways are looked for, within a sentence."""
    name = os.environ.get(SECRETS_FILE_VARIABLE, "").strip()
    return f"the file {name}, which {SECRETS_FILE_VARIABLE} names" if name else "the keyring of this computer"


def reads_secrets_from_file() -> bool:
    """Whether a file is in charge, which a person writes, and not the keyring."""
    return bool(os.environ.get(SECRETS_FILE_VARIABLE, "").strip())


def keep_secret(provider_code: str, kind: GatewayKind, secret: str) -> None:
    """Put a password into the keyring; empty takes it out.

    Raises InputRejected where there is no keyring, or a file is in charge, which a person writes.
    """
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    if reads_secrets_from_file():
        raise InputRejected(f"Passwords of gateways are read from the file that {SECRETS_FILE_VARIABLE} names. "
                            "Write it there.")
    try:
        if secret:
            keyring.set_password(KEYRING_SERVICE, _name(provider_code, kind), secret)
        else:
            keyring.delete_password(KEYRING_SERVICE, _name(provider_code, kind))
    except PasswordDeleteError:
        return  # none was kept
    except KeyringError as error:
        raise InputRejected(f"The keyring of this machine does not take it: {error}. Name a file in "
                            f"{SECRETS_FILE_VARIABLE} instead.") from None


def _from_keyring(provider_code: str, kind: GatewayKind) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, _name(provider_code, kind)) or ""
    except KeyringError:
        return ""  # a machine without a keyring keeps none


def _name(provider_code: str, kind: GatewayKind) -> str:
    return f"{provider_code}/{kind.value}"


def _from_file(path: Path, provider_code: str, kind: GatewayKind) -> str:
    where = f"The file {path}, which {SECRETS_FILE_VARIABLE} names,"
    try:
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise InputRejected(f"{where} may be read by others. Keep it to yourself: chmod 600 {path}")
        document = tomllib.loads(read_whole(path, most=_LARGEST_FILE).decode("utf-8-sig"))
    except OSError as error:
        raise InputRejected(f"{where} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # what the parser says may quote the line, and with it a password
        raise InputRejected(f'{where} is no TOML. Write for each provider a table, [{provider_code}], and in it '
                            f'{kind.value} = "…".') from None
    table = document.get(provider_code, {})
    found = table.get(kind.value, "") if isinstance(table, dict) else None
    if not isinstance(found, str):
        raise InputRejected(f'{where} is not written as it should be: a table [{provider_code}], and in it '
                            f'{kind.value} = "…".')
    return found
