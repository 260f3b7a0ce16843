"""Plainly fictitious people and companies, in Latin, Greek and Cyrillic letters.

Surnames are made up or mean "example" in their language, so that nobody is meant; addresses end in `.example`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

_EN_FIRST = (
    "Ada Amir Anjali Bao Bea Callum Chidi Clara Constance Declan Dora Edith Eleni Ewan Farah Felix Gita Hana Hugo Ines "
    "Isla Ivo Jasper Joan Kai Kiri Leila Lotte Mae Marta Milo Mina Nadia Ned Olive Omar Orla Pip Priya Quentin Rosa "
    "Salma Silas Tamsin Tui Una Viola Wren Yusuf Zara"
).split()
_EN_LAST = (
    "Applegarth Bellwether Brambleby Brightwater Cobblestone Copperpot Dovetail Elderflower Fernleaf Foxglove "
    "Gooseberry Hazelnut Inkwell Juniper Kettleby Lamplight Larkspur Marblethorpe Mossbank Nettlefield Oakapple "
    "Pennywhistle Quickset Quillfeather Rosehip Saltmarsh Sample Stonecrop Thistledown Tumbleweed Umberfield "
    "Velvetleaf Wickerby Windlass Yarrowby Yellowhammer Zephyrson"
).split()
_COMPANY = (
    "Acorn Beacon Bluegum Brightwater Cinder Coogee Cormorant Driftwood Eastwood Fernhill Gosford Harborview "
    "Kirribilli Kookaburra Lantern Leichhardt Lorikeet Manly Marrickville Mosman Northhead Paperbark Pelican Quayside "
    "Redcliff Sandpiper Silverbirch Tidewater Wattle Wharfside"
).split()
_TRADE = (
    "Apartments", "Bakery", "Bicycle Works", "Books", "Cafe", "Childcare", "Dental Group", "Early Learning",
    "Freight", "Glass", "Joinery", "Music School", "Nursery", "Pharmacy", "Physiotherapy", "Pool Services",
    "Printing", "Rowing Club", "Stationers", "Surf Club", "Tile Works", "Timber", "Veterinary Clinic",
)
_DE_COMPANY = "Deichkrone Fördeblick Hafenkante Leuchtfeuer Möwenruf Nordwind Strandgut Windjammer".split()
_DE_TRADE = ("Bäckerei", "Blumen", "Buchhandlung", "Fahrräder", "Gartenbau", "Hausverwaltung", "Kita", "Spedition",
             "Tischlerei", "Zahnärzte")
_STREETS = (
    "Anchor Street", "Bellbird Lane", "Cooper Road", "Example Avenue", "Ferry Street", "Gully Road", "Harbour Parade",
    "Ironbark Drive", "Jetty Road", "Lighthouse Lane", "Market Street", "Orchard Road", "Quay Street", "Reservoir Road",
    "Station Street", "Wharf Road",
)
_DE_FIRST = "Änne Bernd Christel Dörte Erika Fritz Günter Heike Jürgen Käthe Lieselotte Max Otto Rüdiger Uwe".split()
_DE_LAST = ("Mustermann Musterfrau Beispiel Normalverbraucher Probewitz Platzhalter Schönbeispiel Übungsfeld "
            "Straßmuster Testheim Vorlage Irgendwer").split()
_DE_STREETS = ("Beispielweg", "Musterstraße", "Am Probierstein", "Übungsgasse", "Vorlagenallee", "Hafenstraße",
               "Zur Windmühle")
_EL_NAMES = (
    "Στέφανος Παράδειγμας", "Ελένη Παραδειγματίδου", "Γιώργος Δοκιμάκης", "Μαρία Δοκιμάκη", "Κώστας Υποθετίδης",
    "Δήμητρα Υποθετίδου", "Σπύρος Δειγματόπουλος", "Άννα Δειγματοπούλου", "Θανάσης Φανταστίδης", "Ιωάννα Φανταστίδου",
    "Πέτρος Κανένας", "Σοφία Ανωνύμου",
)
_RU_NAMES = (
    "Иван Примеров", "Анна Примерова", "Пётр Образцов", "Ольга Образцова", "Сергей Шаблонов", "Мария Шаблонова",
    "Дмитрий Вымыслов", "Елена Вымыслова", "Юрий Безымянный", "Наталья Безымянная",
)
_PL_NAMES = (
    "Łukasz Przykładny", "Zofia Przykładna", "Jan Niejaki", "Małgorzata Niejaka", "Zoë Voorbeeld", "José Ejemplo",
    "Núria Exemple", "Jiří Vzorný", "Žofie Vzorná", "Øyvind Eksempel", "Åsa Påhittad", "Çağla Örnek",
)
_JA_FIRST = "Akira Emi Hanako Haruto Jiro Keiko Mei Naoki Rin Sakura Taro Yuki".split()
_JA_LAST = "Mihon Reidai Tatoe Kakuu Jitsurei Hinagata".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """Where the customers of a provider live and how their names are drawn."""

    people: tuple[tuple[str, int], ...]
    """Scripts and their weights: en, de, el, ru, pl, ja."""
    company_suffix: str
    towns: tuple[tuple[str, str, str], ...]
    """City, region, postcode."""
    company: tuple[str, ...] = tuple(_COMPANY)
    trade: tuple[str, ...] = _TRADE
    streets: tuple[str, ...] = _STREETS
    number_first: bool = True
    phone: str = "02 5551 {number:04d}"


AUSTRALIA = Locale(
    people=(("en", 88), ("el", 5), ("ru", 3), ("pl", 4)), company_suffix="Pty Ltd",
    towns=(("Pyrmont", "NSW", "2009"), ("Sydney", "NSW", "2000"), ("Manly", "NSW", "2095"), ("Mosman", "NSW", "2088"),
     ("Leichhardt", "NSW", "2040"), ("Newcastle", "NSW", "2300"), ("Gosford", "NSW", "2250")),
)
NEW_ZEALAND = Locale(
    people=(("en", 93), ("el", 2), ("pl", 5)), company_suffix="Ltd",
    towns=(("Auckland", "", "1010"), ("Hamilton", "", "3204"), ("Wellington", "", "6011"), ("Dunedin", "", "9016")),
    phone="09 555 {number:04d}",
)
GERMANY = Locale(
    people=(("de", 70), ("el", 14), ("ru", 8), ("pl", 8)), company_suffix="GmbH",
    towns=(("Kiel", "", "24103"), ("Lübeck", "", "23552"), ("Flensburg", "", "24937"), ("Rostock", "", "18055")),
    company=tuple(_DE_COMPANY), trade=_DE_TRADE, streets=_DE_STREETS, number_first=False, phone="0431 555 {number:04d}",
)
JAPAN = Locale(
    people=(("ja", 92), ("en", 8)), company_suffix="KK",
    towns=(("Yokohama", "Kanagawa", "220-0000"), ("Chiba", "Chiba", "260-0000")), phone="045-555-{number:04d}",
)


def person(chance: random.Random, locale: Locale) -> str:
    """A person of the locale, in one of its scripts."""
    scripts = [script for script, _ in locale.people]
    script = chance.choices(scripts, [weight for _, weight in locale.people])[0]
    match script:
        case "el":
            return chance.choice(_EL_NAMES)
        case "ru":
            return chance.choice(_RU_NAMES)
        case "pl":
            return chance.choice(_PL_NAMES)
    first, last = {"de": (_DE_FIRST, _DE_LAST), "ja": (_JA_FIRST, _JA_LAST)}.get(script, (_EN_FIRST, _EN_LAST))
    return f"{chance.choice(first)} {chance.choice(last)}"


def company(chance: random.Random, locale: Locale) -> str:
    """A company of the locale; where English is spoken every fifth is a family's."""
    if chance.random() < 0.2 and locale.number_first:
        return f"{chance.choice(_EN_LAST)} & Daughters {chance.choice(_TRADE)}"
    name = f"{chance.choice(locale.company)} {chance.choice(locale.trade)}"
    return f"{name} {locale.company_suffix}" if chance.random() < 0.7 else name


def street(chance: random.Random, locale: Locale) -> str:
    """Street and number in the order of the country."""
    name, number = chance.choice(locale.streets), chance.randint(1, 240)
    return f"{number} {name}" if locale.number_first else f"{name} {number}"


def email(name: str, code: str) -> str:
    """An address under `.example`; names in other letters are written by their account's code."""
    slug = ".".join("".join(c for c in word if c.isascii() and c.isalnum()) for word in name.lower().split())
    plain = slug if name.isascii() else ""
    return f"{plain.strip('.') or code.lower()}@mail.example"
