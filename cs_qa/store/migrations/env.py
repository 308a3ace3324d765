"""What Alembic runs to apply the steps, on the connection that `migrate` hands it."""

from __future__ import annotations

from alembic import context

from cs_qa.store.schema import VERSION_TABLE, metadata


def run() -> None:
    """Apply the steps inside the caller's transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        version_table=VERSION_TABLE,
    )
    with context.begin_transaction():
        context.run_migrations()


# Alembic runs this file under its own name; importing it as a module must do nothing.
if __name__ == "env_py":
    run()
