"""Signing in from the window: each question and command one job."""

from __future__ import annotations

from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.staff.sign_in import SignedIn, change_own_password, sign_in
from app.services.staff.staff import begin_sign_in


def sign_in_job(database: Database, context: JobContext, *, login: str, password: str) -> SignedIn:
    """Check login and password; the database works for them from then on."""
    del context
    return sign_in(database, login=login, password=password)


def begin_job(database: Database, context: JobContext, *, login: str, name: str, password: str) -> SignedIn:
    """Begin sign-in, and sign the new administrator in at once: the window goes on working for them."""
    del context
    with database.write() as session:
        begin_sign_in(session, login=login, name=name, password=password)
    return sign_in(database, login=login, password=password)


def change_password_job(database: Database, context: JobContext, *, current: str, new: str) -> ChangeSet:
    """A new password of one's own."""
    del context
    change_own_password(database, current=current, new=new)
    return ChangeSet.empty()
