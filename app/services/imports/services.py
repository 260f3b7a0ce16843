"""Importing services of accounts; one row may stand for several of them, each with an identifier of its own.

A service that automation restricts at the moment is compared with the state it will get back, so that a file can be
read again whatever a scan did meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.service import Service, ServiceRestriction
from app.models.values import ServiceState
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import among
from app.services.hierarchy.accounts import NewService, create_services
from app.services.imports.judging import (
    Judgement,
    by_provider,
    keys_of,
    known_accounts,
    sort_rows,
    unknown_account,
)
from app.services.imports.providers import ProviderFacts, providers_of, unknown_provider
from app.services.imports.staging import Stage, StagedRow
from app.services.jobs import JobContext, Progress


class ServicesImport:
    """Judges and writes staged rows of services."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def judge(self, session: Session) -> Judgement:
        """Compare the staged services with what is there."""
        providers = providers_of(session, self._stage)
        accounts: dict[tuple[str, str], int] = {}
        judgement = Judgement(facts=(providers, accounts))
        judgement.errors.extend(unknown_provider(self._stage, row) for row in self._stage.unfolded
                                if row.provider and row.provider not in providers)
        for provider, rows in by_provider(self._stage.unfolded, providers):
            codes = dict.fromkeys(row.values["account"] for row in rows if "account" in row.values)
            found = known_accounts(session, provider.id, codes)
            accounts.update({(provider.code, code): id_ for code, id_ in found.items()})
            judgement.errors.extend(unknown_account(self._stage, row) for row in rows
                                    if row.values.get("account") is not None and row.values["account"] not in found)
        for provider, rows in by_provider(self._stage.rows, providers):
            sort_rows(self._stage, judgement, rows, _known(session, provider, rows), lambda row: row.values)
        return judgement

    def write(self, session: Session, judgement: Judgement, context: JobContext) -> ChangeSet:
        """Create the services, provider by provider."""
        providers: Mapping[str, ProviderFacts]
        providers, accounts = judgement.facts
        done = 0
        for code, rows in judgement.new.items():
            create_services(session, provider_id=providers[code].id, services=[
                NewService(
                    account_id=accounts[code, row.values["account"]], identifier=row.key, name=row.values["name"],
                    state=ServiceState(row.values.get("state", ServiceState.ACTIVE.value)),
                    started_on=row.values.get("started_on"),
                ) for row in rows
            ])
            done += len(rows)
            context.report(Progress(done=done, total=judgement.added, note=f"Services of {code}"))
            context.raise_if_cancelled()
        return ChangeSet.of(Changed.SERVICES)


def _known(
    session: Session, provider: ProviderFacts, rows: Collection[StagedRow]
) -> dict[str, dict[str, object]]:
    """What the database says of the services that rows name, by identifier."""
    restriction = ServiceRestriction
    found = session.execute(
        select(Service.identifier, Account.code.label("account"), Service.name, Service.started_on,
               func.coalesce(restriction.previous_state, Service.state).label("state"))
        .join(Account, Account.id == Service.account_id)
        .outerjoin(restriction, (restriction.service_id == Service.id) & restriction.lifted_on.is_(None))
        .where(Service.provider_id == provider.id, among(session, Service.identifier, keys_of(rows)))
    ).mappings()
    return {each["identifier"]: dict(each) for each in found}
