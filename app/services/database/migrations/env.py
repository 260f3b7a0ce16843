"""Alembic environment: it always works on the connection that `upgrade` hands in."""

from __future__ import annotations

from alembic import context

from app.models.all_entities import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=False,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
