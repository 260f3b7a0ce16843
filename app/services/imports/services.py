"""Importing services of accounts; one row may stand for several of them, each with an identifier of its own.

A service that automation restricts at the moment is compared with the state it will get back, so that a file can be
read again whatever a scan did meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.service import Service, ServiceRestriction
from app.models.values import ServiceState
from app.services.accounts.services import NewService, create_services
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import among
from app.services.imports.importer import Facts, OfAccounts
from app.services.imports.judging import keys_of
from app.services.imports.providers import ProviderFacts
from app.services.imports.staging import StagedRow


class ServicesImport(OfAccounts[Facts]):
    """Judges and writes staged rows of services."""

    noun = "Services"

    def write_rows(self, session: Session, facts: Facts, code: str, rows: Sequence[StagedRow]) -> Iterable[int]:
        """Create the services of one provider."""
        create_services(session, provider_id=facts.providers[code].id, services=[
            NewService(
                account_id=facts.account_of(row), identifier=row.key, name=row.values["name"],
                state=ServiceState(row.values.get("state", ServiceState.ACTIVE.value)),
                started_on=row.values.get("started_on"),
            ) for row in rows
        ])
        return ()

    def finish(self, session: Session, touched: set[int]) -> ChangeSet:
        """Nothing is left to do."""
        del session, touched
        return ChangeSet.of(Changed.SERVICES)

    def known(
        self, session: Session, provider: ProviderFacts, rows: Collection[StagedRow]
    ) -> dict[str, dict[str, object]]:
        """The services that rows name, by identifier."""
        restriction = ServiceRestriction
        found = session.execute(
            select(Service.identifier, Account.code.label("account"), Service.name, Service.started_on,
                   func.coalesce(restriction.previous_state, Service.state).label("state"))
            .join(Account, Account.id == Service.account_id)
            .outerjoin(restriction, (restriction.service_id == Service.id) & restriction.lifted_on.is_(None))
            .where(Service.provider_id == provider.id, among(session, Service.identifier, keys_of(rows)))
        ).mappings()
        return {each["identifier"]: dict(each) for each in found}
