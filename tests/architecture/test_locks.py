"""The locks: exact, hashed, free of addresses, of licences we may ship, and holding the one pin that saves lives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.sources import ROOT

LOCKS = sorted(ROOT.glob("*.lock"))

ALLOWED_LICENCES = {
    # permissive: keep the notice
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Zlib",
    # fonts
    "OFL-1.1",
    # weak copyleft by file, unchanged here
    "MPL-2.0",
    # Qt and psycopg: used as separate, replaceable libraries, which these licences allow to a program of any licence
    "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later",
}
"""SPDX identifiers that a distribution of this MIT program may stand on; of alternatives (OR) one is enough."""

_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}

_READ_BY_HAND = {
    # "BSD-3-Clause, Apache-2.0, dependency licenses": the binding's own choice; PDFium and what it holds are
    # BSD, Apache, MIT, Zlib, FTL and libtiff style, all permissive
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
}
"""Distributions whose metadata is prose, with what their licence files say."""


def _locked(lock: Path) -> dict[str, Requirement]:
    """Name → requirement of every distribution a lock holds."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    pinned = [line.removesuffix("\\").strip() for line in lines if line and line[0] not in " #"]
    requirements = [Requirement(line) for line in pinned]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def _version(requirement: Requirement) -> str:
    (pin,) = requirement.specifier
    assert pin.operator == "=="
    return pin.version


def _development() -> list[Requirement]:
    locked = _locked(ROOT / "requirements-dev.lock")
    return [requirement for _, requirement in sorted(locked.items())]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_holds_no_address(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_is_exact_and_hashed(lock: Path) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"))
    hashed = [entry for entry in entries if "--hash=sha256:" in entry]
    assert len(hashed) == len(_locked(lock))
    for requirement in _locked(lock).values():
        _version(requirement)


def test_development_lock_covers_the_runtime_lock() -> None:
    """`./run` takes an environment of the development lock for a complete one."""
    development = _locked(ROOT / "requirements-dev.lock")
    for name, requirement in _locked(ROOT / "requirements.lock").items():
        assert _version(development[name]) == _version(requirement), name


def test_qt_is_pinned_to_the_release_that_keeps_none_alive() -> None:
    """6.12.0 loses references to None at nearly every void call on Python 3.11 and dies in minutes (PYSIDE-3474)."""
    for lock in LOCKS:
        locked = _locked(lock)
        assert _version(locked["pyside6-essentials"]) == "6.11.3"
        assert _version(locked["shiboken6"]) == "6.11.3"
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"PySide6-Essentials==6.11.3"' in pyproject


@pytest.mark.parametrize("requirement", _development(), ids=lambda requirement: requirement.name)
def test_licence_is_allowed(requirement: Requirement) -> None:
    if requirement.marker is not None and not requirement.marker.evaluate():
        pytest.skip("not for this system")
    expression = _licence_of(requirement.name)
    assert _is_allowed(expression), f"{requirement.name}: {expression}"


def _licence_of(name: str) -> str:
    """The licence a distribution declares, as an SPDX expression."""
    declared = metadata.metadata(name)
    for field in ("License-Expression", "License"):
        for text in declared.get_all(field) or []:
            try:
                return str(canonicalize_license_expression(text))
            except InvalidLicenseExpression:
                continue
    classifiers = [line.rpartition(" :: ")[2] for line in declared.get_all("Classifier") or []]
    named = [_CLASSIFIERS[line] for line in classifiers if line in _CLASSIFIERS]
    return " AND ".join(named) or _READ_BY_HAND[name]


def _is_allowed(expression: str) -> bool:
    """Whether some choice among the alternatives of an SPDX expression is wholly on the list."""
    return _any_of(iter(re.findall(r"[()]|[^\s()]+", expression)))


def _any_of(words: Iterator[str]) -> bool:
    """AND binds tighter than OR; reads to the closing bracket or the end."""
    alternatives, together = [], True
    for word in words:
        match word:
            case ")":
                break
            case "OR":
                alternatives.append(together)
                together = True
            case "AND":
                continue
            case "(":
                together = _any_of(words) and together
            case _:
                together = word in ALLOWED_LICENCES and together
    return any([*alternatives, together])


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("LGPL-3.0-only OR GPL-2.0-only", True),
        ("GPL-2.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-3.0-only OR BSD-3-Clause)", True),
        ("GPL-3.0-only AND (MIT OR ISC)", False),
        ("Apache-2.0 WITH LLVM-exception", False),
    ],
)
def test_licence_expressions_are_read_rightly(expression: str, *, allowed: bool) -> None:
    assert _is_allowed(expression) is allowed
