"""What Alembic runs to apply the steps on the connection that it was handed.

It knows a connection inside a transaction; it does not know which database that is.
"""

from __future__ import annotations

from alembic import context

from gateway.registry.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
