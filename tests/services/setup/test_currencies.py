"""Currencies, the address of their rates, switches and country in a set-up file."""

from __future__ import annotations

import tomllib

import pytest

from app.models.values import CurrencyState, Rounding
from app.services.currencies.changing import CurrencyUse, use_of
from app.services.currencies.listing import currency_sheet
from app.services.currencies.new_accounts import new_account_currencies
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.hierarchy.finding import find_provider
from tests.factories.books import scratch
from tests.services.setup.test_credit import HEAD, apply, exported

GLEN = HEAD + """
[provider.attributes]
country = "US"

[modules]
multi_currency = true
multi_country = true

[rates]
url = "https://rates.example/daily.xml"

[[currency]]
code = "USD"
state = "effective"

[[currency]]
code = "JPY"
rounding = "down"
"""


def test_there_and_back_byte_for_byte(database: Database) -> None:
    with scratch(database) as session:
        apply(session, GLEN)
        text = exported(session)
        assert (apply(session, text), apply(session, GLEN), exported(session)) == ([], [], text)
        found = tomllib.loads(text)
        assert found["rates"] == {"url": "https://rates.example/daily.xml"}
        assert found["currency"] == [{"code": "JPY", "rounding": "down"}, {"code": "USD", "state": "effective"}]
        glen = find_provider(session, "GLEN").id
        assert use_of(session, provider_id=glen, currency="JPY") == CurrencyUse(rounding=Rounding.DOWN)
        assert use_of(session, provider_id=glen, currency="USD") == CurrencyUse(state=CurrencyState.EFFECTIVE)
        offered = new_account_currencies(session, provider_id=glen)
        assert (offered.several, offered.at_home, offered.usable) == (True, "USD", ("EUR",))
        source = currency_sheet(session, provider_id=glen).source
        assert source is not None
        assert source.url == "https://rates.example/daily.xml"
        changed = HEAD + "[rates]\nurl = 'https://other.example/'\n[[currency]]\ncode = 'EUR'\nrounding = 'up'\n"
        assert apply(session, changed) == [("rates", "GLEN", "url"), ("currency", "EUR", None)]
        assert use_of(session, provider_id=glen, currency="EUR") == CurrencyUse(
            state=CurrencyState.EFFECTIVE, rounding=Rounding.UP)
        text = exported(session)
        assert (apply(session, text), exported(session)) == ([], text)
        apply(session, HEAD + "[[currency]]\ncode = 'USD'\nrounding = 'up'\n")
        assert use_of(session, provider_id=glen, currency="USD") == CurrencyUse(
            state=CurrencyState.EFFECTIVE, rounding=Rounding.UP), "what a file does not mention stays"
        with pytest.raises(RefusedByRule, match="is no address of a document"):
            apply(session, HEAD + "[rates]\nurl = 'daily.xml'\n")
        with pytest.raises(RefusedByRule, match="currency of the books"):
            apply(session, HEAD + "[[currency]]\ncode = 'EUR'\nstate = 'not_effective'\n")
