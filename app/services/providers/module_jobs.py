"""What the window asks for about modules: each question and command one job."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.providers.modules import (
    Capabilities,
    Module,
    ProviderModules,
    capabilities,
    modules_of_providers,
    switch_module,
)


@dataclass(frozen=True, slots=True)
class ModuleSheet:
    """All modules of all providers within reach."""

    providers: tuple[ProviderModules, ...]
    may_switch: bool


def read_capabilities(database: Database, context: JobContext) -> Capabilities:
    """What the window shows and hides."""
    del context
    with database.read() as session:
        return capabilities(session)


def read_modules(database: Database, context: JobContext) -> ModuleSheet:
    """Every provider with its modules, and whether the person may switch them."""
    del context
    with database.read() as session:
        return ModuleSheet(tuple(modules_of_providers(session)), capabilities(session).may_switch)


def set_module(
    database: Database, context: JobContext, *, provider_id: int, module: Module, on: bool | None
) -> ChangeSet:
    """Switch a module of a provider; None follows the provider above again."""
    del context
    with database.write() as session:
        return switch_module(session, provider_id=provider_id, module=module, on=on)
