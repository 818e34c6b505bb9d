"""What Alembic runs: the migrations on the connection that `connectors.sql.schema` opened."""

from alembic import context

from connectors.sql.tables import metadata

# One transaction for all steps, on both databases: a broken migration leaves nothing half done.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
