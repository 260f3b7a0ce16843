"""The fields of a postal address with its type, for whichever form asks for one."""

from __future__ import annotations

from typing import Final

from app.views.asking.form_fields import FormField
from app.views.look.words import ADDRESS_TYPE

ADDRESS_FORM: Final = (
    FormField(key="address_type", label="T&ype", spoken="Type of address",
              choices=[(words, kind.value) for kind, words in ADDRESS_TYPE.items()]),
    FormField(key="address_line1", label="A&ddress"),
    FormField(key="address_line2", label="Address, second &line"),
    FormField(key="postcode", label="P&ostcode"),
    FormField(key="city", label="C&ity"),
    FormField(key="region", label="&Region"),
    FormField(key="country", label="Co&untry"),
)
