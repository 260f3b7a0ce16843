"""Queries and commands as jobs: one unit of work each, for screens that need nothing around it.

A job is written by hand only where it reports how far it is, stops between units of work, or puts several answers
together that cannot be asked in one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from app.services.database.unit_of_work import Database
from app.services.jobs import Checkpoint, JobContext, Told

P = ParamSpec("P")
T = TypeVar("T")
Job = Callable[[Database, JobContext], T]


def asking(
    query: Callable[Concatenate[Session, P], T], *args: P.args, **arguments: P.kwargs
) -> Job[T]:
    """The job that asks a query in a unit of work of its own."""

    def job(database: Database, context: JobContext) -> T:
        del context
        with database.read() as session:
            return query(session, *args, **arguments)

    return _named(job, query)


def stoppable(
    query: Callable[Concatenate[Session, Checkpoint, P], T], *args: P.args, **arguments: P.kwargs
) -> Job[T]:
    """The job that asks a long query, which looks between its statements whether it was told to stop."""

    def job(database: Database, context: JobContext) -> T:
        with database.read() as session:
            return query(session, context.raise_if_cancelled, *args, **arguments)

    return _named(job, query)


def telling(
    query: Callable[Concatenate[Session, Checkpoint, Told, P], T], *args: P.args, **arguments: P.kwargs
) -> Job[T]:
    """The same for one that tells its parts as they come; whoever asked is told by the progress of the job."""

    def job(database: Database, context: JobContext) -> T:
        with database.read() as session:
            return query(session, context.raise_if_cancelled, context.tell, *args, **arguments)

    return _named(job, query)


def doing(
    command: Callable[Concatenate[Session, P], T], *args: P.args, **arguments: P.kwargs
) -> Job[T]:
    """The job that runs a command and commits it; again from its beginning where another writer was in the way."""

    def job(database: Database, context: JobContext) -> T:
        del context
        return database.attempt(lambda session: command(session, *args, **arguments))

    return _named(job, command)


def calling(
    action: Callable[Concatenate[Database, P], T], *args: P.args, **arguments: P.kwargs
) -> Job[T]:
    """The job that calls what opens its own units of work, such as signing in."""

    def job(database: Database, context: JobContext) -> T:
        del context
        return action(database, *args, **arguments)

    return _named(job, action)


def _named(job: Job[T], what: Callable[..., object]) -> Job[T]:
    """The job under the name of what it asks or does, for logs."""
    job.__name__ = getattr(what, "__name__", job.__name__)
    return job
