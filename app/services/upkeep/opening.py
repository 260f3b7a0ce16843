"""Opening a database for the window: as it is, newly created, brought up to date, or made as a demo.

These are jobs: they run in a worker thread, and the database they are handed (none is open yet) plays no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.models.values import AccountType
from app.services.database.opening import open_database
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import DatabaseProblem
from app.services.jobs import JobContext
from app.services.providers.queries import ProviderOption, provider_options
from app.services.staff.sign_in import SignedIn, knows_demo_people, needs_sign_in, sign_in_to_demo
from app.services.upkeep.preparation import Preparation
from app.services.wording import counted

_NO_STAFF = ("This database knows no staff yet, so nobody can be signed in as {login}. Whoever opens it may do "
             "everything.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An open database and what the window says of it first."""

    database: Database
    url: str
    done: tuple[str, ...]
    providers: tuple[ProviderOption, ...]
    place: str
    """Where it is, in words: "books.db on this computer", "books on db.company.example"."""
    now: datetime
    """What time it was by its clock."""
    who: SignedIn | None = None
    """Who signed in; None on a database without staff, and while somebody still has to."""
    needs_sign_in: bool = False
    """It knows its staff, so nobody works with it before they sign in; `providers` is empty until then."""
    is_demo: bool = False
    """Its people sign in without a password."""
    why_not_as: str = ""
    """Why nobody works under the login that was asked for, in a sentence; "" where they do, or none was."""


def open_job(_nothing: object, context: JobContext, *, url: str, preparation: Preparation, login: str = "") -> Opened:
    """Prepare as asked and open; raises DatabaseProblem with the state that stands in the way.

    `login` is who wants to work. Demo data signs them in; elsewhere, and for anybody else, sign-in is still needed.
    """
    done: list[str] = []
    if preparation is Preparation.CREATE_OR_UPGRADE:
        done = _upgraded(url)
    elif preparation is Preparation.DEMO:
        done = _make_demo_when_missing(url, context)
    database = open_database(url)
    try:
        return _opened(database, url, done, login)
    except BaseException:
        database.close()
        raise


def _upgraded(url: str) -> list[str]:
    """Create or bring up to date. What that stands on is imported for it alone: a usual start finds all as it is."""
    from app.services.database.upgrade import upgrade
    from app.services.hierarchy.operator import create_operator

    return upgrade(url, seed=create_operator)


def _opened(database: Database, url: str, done: Sequence[str], login: str) -> Opened:
    is_guarded = needs_sign_in(database)
    who = sign_in_to_demo(database, login=login) if is_guarded else None
    is_shut = is_guarded and who is None
    with database.read() as session:
        now = recorded_now(session)
    return Opened(database=database, url=url, done=tuple(done), providers=() if is_shut else providers_of(database),
                  place=place_of(database), now=now, who=who, needs_sign_in=is_shut,
                  is_demo=is_guarded and knows_demo_people(database),
                  why_not_as=_NO_STAFF.format(login=login) if login and not is_guarded else "")


def providers_of(database: Database) -> tuple[ProviderOption, ...]:
    """The providers that whoever works may choose from."""
    with database.read() as session:
        return tuple(provider_options(session))


def signed_in_job(_nothing: object, context: JobContext, *, opened: Opened, who: SignedIn) -> Opened:
    """What was opened, once somebody has signed in: now with the providers in their reach."""
    del context
    return replace(opened, who=who, needs_sign_in=False, providers=providers_of(opened.database))


def _make_demo_when_missing(url: str, context: JobContext) -> list[str]:
    from app.services.demo.making import create_demo

    try:
        open_database(url).close()
    except DatabaseProblem as problem:
        if problem.state == "older":
            return _upgraded(url)
        if problem.state not in ("missing", "empty"):
            raise
        return [create_demo(url, context=context).summary]
    return []


def place_of(database: Database) -> str:
    """Where a database is, without its password."""
    if database.is_embedded:
        return f"{str(database.url.database).replace(chr(92), '/').rsplit('/', 1)[-1]} on this computer"
    return f"{database.url.database} on {database.url.host or 'this computer'}"


def try_connection(_nothing: object, context: JobContext, *, url: str) -> str:  # noqa: ARG001  the shape of a job
    """Try a database and say in one sentence what is there; raises DatabaseProblem where it cannot be used."""
    try:
        database = open_database(url)
    except DatabaseProblem as problem:
        if problem.state == "empty":
            return "The database answers and is empty. Connecting sets it up."
        if problem.state == "older":
            return "The database answers and was made by an older Bursar. Connecting brings it up to date."
        raise
    try:
        if needs_sign_in(database) and sign_in_to_demo(database) is None:
            return "The database answers. It knows its staff, so connecting asks you to sign in."
        with database.read() as session:
            count = sum(p.type is not AccountType.OPERATOR for p in provider_options(session))
    finally:
        database.close()
    if not count:
        return "The database answers. It holds no providers yet."
    return f"The database answers. It holds {counted(count, 'provider')}."
