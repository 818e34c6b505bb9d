"""Articles, their passages and the version of the index over them."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from connectors.sql.columns import Json, Moment, Serial, Words
from connectors.sql.tables.base import metadata

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("url", Text, nullable=False),
    Column("section", Words, nullable=False),
    Column("locale", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("updated_at", Moment),
    Column("origin", Text, nullable=False, index=True),
    Column("fingerprint", Text, nullable=False),
)

# Full text stands beside this table: passages_fts on SQLite, the column `search` on PostgreSQL.
passages = Table(
    "passages",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("title", Words, nullable=False),
    Column("path", Json, nullable=False),
    Column("headings", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("section", Words, nullable=False),
    Column("locale", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("updated_at", Moment),
    Column("encoder", Text, nullable=False, index=True),
    Column("vector", LargeBinary, nullable=False),
)

index_version = Table(
    "index_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)
