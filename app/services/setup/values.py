"""Values of set-up files: what is stored as files write it, what files write as it is stored, and what is refused.

Files are read strictly, because a value that is guessed is worse than one refused: whole numbers may stand in
quotation marks, everything else in its one form. Money is in minor units of the provider's currency where it is
stored, percentages in hundredths.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from app.models.attributes.catalogue import AttributeValue
from app.models.rules.due_times import parse_time, time_text
from app.models.values import MoneyError, parse_amount, parse_day, places_of, plain_amount
from app.services.accounts.logo import check_logo, logo_words
from app.services.errors import RefusedField
from app.services.files.texts import refusal_of_text, shown
from app.services.setup.document import Form, Key, SetUpValue, percent_text
from app.services.wording import counted

_LONGEST_LINES = 4_000
_MOST_TEXTS = 1_000
_MOST_TIMES = 24
_DIGITS = 18


class BadValueError(ValueError):
    """A value that a key does not take; the message says what would be right."""


# --------------------------------------------------------------------------- from files


def value_of_file(key: Key, raw: object, currency: str) -> SetUpValue:
    """A value as TOML gives it, in the one form in which values are compared. Raises BadValueError."""
    return _READERS[key.form](key, raw, currency)


def _text(key: Key, raw: object, _currency: str = "") -> str:
    if not isinstance(raw, str):
        raise BadValueError(f"takes a text in quotation marks, not {_seen(raw)}.")
    refusal = refusal_of_text(raw, has_lines=key.form is Form.LINES)
    if refusal:
        raise BadValueError(refusal)
    # An attribute keeps blanks, as a form and the command line leave them; whatever is stored with a thing loses them.
    text = raw if key.definition is not None else raw.strip()
    longest = _LONGEST_LINES if key.longest is None else key.longest
    if len(text) > longest:
        raise BadValueError(f"has {counted(len(text), 'character')}; at most {longest} fit.")
    if (key.required or key.filled) and not text:
        raise BadValueError("is empty. Write it, or leave the whole entry out.")
    return text


def _integer(key: Key, raw: object, _currency: str) -> int:
    if isinstance(raw, str) and raw.lstrip("+-").isascii() and raw.lstrip("+-").isdigit() and len(raw) <= _DIGITS:
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise BadValueError(f"takes a whole number, not {_seen(raw)}. Write one {_range(key)}.")
    return _within(key, raw, str(raw) if abs(raw) < 10**_DIGITS else "a figure of many digits")


def _amount(key: Key, raw: object, currency: str) -> str:
    example = plain_amount(250 if places_of(currency) else 2, currency)
    if not isinstance(raw, str):
        raise BadValueError(f'takes an amount as a text in quotation marks, for instance "{example}", not '
                            f"{_seen(raw)}.")
    try:
        minor = parse_amount(raw, currency)
    except MoneyError as error:
        raise BadValueError(f'{_plain(error)}; it is an amount in {currency}, for instance "{example}".') from None
    return plain_amount(_within(key, minor, f'"{shown(raw)}"'), currency)


def _percent(key: Key, raw: object, _currency: str) -> str:
    if not isinstance(raw, str):
        raise BadValueError(f'takes a percentage as a text in quotation marks, for instance "19", not {_seen(raw)}.')
    try:
        hundredths = parse_amount(raw, "EUR")  # hundredths of a percent have two places as well
    except MoneyError:
        raise BadValueError(f'"{shown(raw)}" is not a percentage with at most two places; write for instance "19" or '
                            '"2.5".') from None
    return percent_text(_within(key, hundredths, f'"{shown(raw)}"'))


def _yes_no(_key: Key, raw: object, _currency: str) -> bool:
    if not isinstance(raw, bool):
        raise BadValueError(f"takes true or false without quotation marks, not {_seen(raw)}.")
    return raw


def _choice(key: Key, raw: object, _currency: str) -> str:
    if raw not in key.choices or not isinstance(raw, str):
        if len(key.choices) > 20:
            raise BadValueError(f"{_seen(raw)} is not a code that is known here. {key.help}.")
        raise BadValueError(f"takes one of {_quoted_list(key.choices)}, not {_seen(raw)}.")
    return raw


def _day(_key: Key, raw: object, _currency: str) -> str:
    found = raw
    if isinstance(raw, str):
        try:
            found = parse_day(raw)
        except ValueError:
            found = None
    if isinstance(found, datetime) or not isinstance(found, date):
        raise BadValueError(f'takes a day such as "2025-07-01", not {_seen(raw)}.')
    return found.isoformat()


def _texts(key: Key, raw: object, _currency: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > _MOST_TEXTS:
        raise BadValueError(f'takes a list of texts in brackets, for instance ["…", "…"], not {_seen(raw)}.')
    found = [_text(key, each).strip() for each in raw]
    for each in found:
        if not each:
            raise BadValueError("holds an empty text. Leave it out.")
        if key.choices and each not in key.choices:
            raise BadValueError(f'"{shown(each)}" is none of these: {", ".join(key.choices)}.')
    twice = next((each for place, each in enumerate(found) if each in found[:place]), None)
    if twice is not None:
        raise BadValueError(f'holds "{shown(twice)}" twice. Keep one.')
    return tuple(found)


def _time(_key: Key, raw: object, _currency: str = "") -> str:
    if not isinstance(raw, str):
        raise BadValueError(f'takes a time of day such as "08:00", not {_seen(raw)}.')
    try:
        return time_text(parse_time(raw))
    except ValueError as error:
        raise BadValueError(f"{error}.") from None


def _times(key: Key, raw: object, _currency: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > _MOST_TIMES:
        raise BadValueError(f'takes a list of at most {_MOST_TIMES} times of day, for instance ["09:00", "14:00"], not '
                            f"{_seen(raw)}.")
    found = tuple(_time(key, each) for each in raw)
    if len(set(found)) < len(found):
        raise BadValueError("holds the same time twice. Keep one.")
    return found


def _levels(key: Key, raw: object, _currency: str) -> Mapping[str, str]:
    if not isinstance(raw, dict):
        raise BadValueError('takes codes of groups with a level each, for instance { KEY = "edit" }, not '
                            f"{_seen(raw)}.")
    for code, level in raw.items():
        if level not in key.choices or not isinstance(level, str):
            raise BadValueError(f'The level of "{shown(code)}" is one of {_quoted_list(key.choices)}, not '
                                f"{_seen(level)}.")
    return dict(sorted(raw.items()))


def _picture(_key: Key, raw: object, _currency: str) -> str:
    if not isinstance(raw, str):
        raise BadValueError(f"takes a picture in base64 as a text in quotation marks, not {_seen(raw)}.")
    text = "".join(raw.split())
    try:
        check_logo(b64decode(text, validate=True) or None)
    except ValueError:
        raise BadValueError("is not base64. Write the bytes of the picture in it, or leave the key out.") from None
    except RefusedField as refused:
        raise BadValueError(f"cannot be printed. {refused}") from None
    return text


_READERS: dict[Form, Callable[[Key, object, str], SetUpValue]] = {
    Form.TEXT: _text, Form.LINES: _text, Form.INTEGER: _integer, Form.AMOUNT: _amount, Form.PERCENT: _percent,
    Form.YES_NO: _yes_no, Form.CHOICE: _choice, Form.DAY: _day, Form.TEXTS: _texts, Form.LEVELS: _levels,
    Form.PICTURE: _picture, Form.TIME: _time, Form.TIMES: _times,
}


def _within(key: Key, number: int, said: str) -> int:
    if (key.least is not None and number < key.least) or (key.most is not None and number > key.most):
        raise BadValueError(f"{said} is out of range; write one {_range(key)}.")
    return number


def _range(key: Key) -> str:
    least, most = (None if bound is None else percent_text(bound) if key.form is Form.PERCENT else f"{bound}"
                   for bound in (key.least, key.most))
    if key.form is Form.AMOUNT:
        return "above 0" if key.least else "of 0 or more"
    if most is None:
        return f"of {least} or more" if least is not None else "of any size"
    return f"from {least or 0} to {most}"


def range_words(key: Key) -> str:
    """The range of a number for a comment; empty where it is not bounded."""
    return "" if key.least is None and key.most is None else _range(key)


def _seen(raw: object) -> str:
    """What stands there, fit for a message."""
    if isinstance(raw, str):
        return f'"{shown(raw)}"'
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw) if abs(raw) < 10**_DIGITS else "a figure of many digits"
    if isinstance(raw, list | dict):
        return "a list" if isinstance(raw, list) else "a table"
    return shown(str(raw))


def _quoted_list(choices: tuple[str, ...]) -> str:
    return ", ".join(f'"{choice}"' for choice in choices)


def _plain(error: MoneyError) -> str:
    return str(error).partition(";")[0]


# --------------------------------------------------------------------------- what is stored


def value_of_stored(key: Key, stored: AttributeValue, currency: str) -> SetUpValue | None:
    """What is stored, as a file says it; None where nothing is set."""
    if stored is None:
        return None
    if key.form is Form.AMOUNT:
        return plain_amount(int(stored), currency)  # type: ignore[arg-type]  # amounts are stored as whole numbers
    if key.form is Form.PERCENT:
        return percent_text(int(stored))  # type: ignore[arg-type]  # as are percentages
    return stored.isoformat() if isinstance(stored, date) else stored


def stored_of_value(key: Key, value: SetUpValue | None, currency: str) -> Any:
    """What a file says, as it is stored; None clears."""
    if value is None:
        return None
    if key.form is Form.AMOUNT:
        return parse_amount(str(value), currency)
    if key.form is Form.PERCENT:
        return parse_amount(str(value), "EUR")
    if key.form is Form.PICTURE:
        return b64decode(str(value)) or None
    return date.fromisoformat(str(value)) if key.form is Form.DAY else value


def picture_text(data: bytes | None) -> str:
    """A stored picture as files have it."""
    return b64encode(data or b"").decode()


def blank_of(key: Key) -> SetUpValue | None:
    """What a file may say to mean *not set*; None where only leaving the key out means that.

    Texts and lists that are stored with a thing are empty while nothing is set. To an attribute "" is a value.
    """
    if key.definition is not None:
        return None
    blanks: dict[Form, SetUpValue] = {Form.TEXT: "", Form.LINES: "", Form.TEXTS: (), Form.TIMES: (), Form.LEVELS: {},
                                      Form.YES_NO: False, Form.PICTURE: ""}
    return blanks.get(key.form)


def value_words(value: SetUpValue | None, key: Key | None = None) -> str:
    """A value in a line for people; a picture is described, where its key says that it is one."""
    if key is not None and key.form is Form.PICTURE and value:
        return logo_words(b64decode(str(value)))
    if value is None or value == "":
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{code}: {level}" for code, level in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return shown(", ".join(line.strip() for line in str(value).splitlines()), _LONGEST_LINES)


def json_of_value(value: SetUpValue | None) -> Any:
    """A value as a JSON document holds it."""
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
