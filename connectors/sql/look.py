"""What `handrail doctor` asks of the database itself; nothing here writes."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, inspect, select, text

from connectors.sql.engine import store_errors
from connectors.sql.schema import newest
from connectors.sql.store import SqlStore
from connectors.sql.tables import articles, events


class StoreLook:
    """Errors are those of the store. Ask `revision` first: a database of another version may lack the tables."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for a server."""
        url = self._store.writer.url
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    @property
    def newest(self) -> str:
        """The version of the tables that this Handrail works with."""
        return newest()

    def revision(self) -> str | None:
        """The version of the tables that are there; None where there are none."""
        with store_errors(), self._store.reader.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
            return None if found is None else str(found)

    def subjects(self, source: str, since: datetime) -> set[str]:
        """What the deliveries of a source were about that came at `since` or later."""
        asked = select(events.c.subject).where(events.c.source == source, events.c.received_at >= since).distinct()
        with store_errors(), self._store.reader.connect() as connection:
            return {str(subject) for subject in connection.execute(asked).scalars()}

    def articles(self, origin: str) -> int:
        """How many articles of an origin are kept."""
        asked = select(func.count()).select_from(articles).where(articles.c.origin == origin)
        with store_errors(), self._store.reader.connect() as connection:
            return int(connection.execute(asked).scalar_one())

    def changed_at(self, ids: Collection[str]) -> dict[str, datetime | None]:
        """Article id → when it was changed last, of those that are kept."""
        asked = select(articles.c.id, articles.c.updated_at).where(articles.c.id.in_(ids))
        with store_errors(), self._store.reader.connect() as connection:
            return {str(name): at for name, at in connection.execute(asked)}
