"""Articles, their passages and the version of the index over them; questions that no article answers."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from connectors.sql.columns import Json, Moment, Private, Serial, Words, metadata

_EMPTY = text("''")

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
    Column("brand", Words, nullable=False, server_default=_EMPTY),
    Column("about", Json, nullable=False, server_default="[]"),
    Column("labels", Json, nullable=False, server_default="[]"),
    Column("expires_at", Moment),
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
    Column("brand", Words, nullable=False, server_default=_EMPTY),
    Column("about", Json, nullable=False, server_default="[]"),
    Column("expires_at", Moment),
    Column("scope_id", Integer, nullable=False, index=True, server_default="0"),
    Column("concepts", Words, nullable=False, server_default=_EMPTY),
    # The version of the index that this row came with.
    Column("changed", BigInteger, nullable=False, index=True, server_default="0"),
    # All that is asked of a row before it is read: a row is long, and a search looks at thousands.
    Index("ix_passages_serial_scope_id_expires_at_id", "serial", "scope_id", "expires_at", "id"),
)

# Each combination of what narrows a search, once: few, where passages are many.
passage_scopes = Table(
    "passage_scopes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("language", Text, nullable=False),
    Column("brand", Words, nullable=False),
    Column("audience", Text, nullable=False),
    Column("about", Json, nullable=False),
    Column("passages", Integer, nullable=False),
)

scope_names = Table(
    "scope_names",
    metadata,
    Column("name", Words, primary_key=True),
    Column("scope_id", ForeignKey("passage_scopes.id", ondelete="CASCADE"), primary_key=True),
)

concept_counts = Table(
    "concept_counts",
    metadata,
    Column("concept", Words, primary_key=True),
    Column("passages", Integer, nullable=False),
    # Of them those that not everybody may read.
    Column("inside", Integer, nullable=False, server_default="0"),
)

# Rows that an index may still hold. A serial may be used again: gone is what came with an earlier version than this.
passages_gone = Table(
    "passages_gone",
    metadata,
    Column("changed", BigInteger, primary_key=True, autoincrement=False),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
)

index_version = Table(
    "index_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)

# A word of chance for each version: an index of another database, or of one set back since, is not taken for ours.
index_stamps = Table(
    "index_stamps",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("stamp", Text, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("question", Private("gaps.question"), nullable=False),
    Column("language", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("nearest", Text, nullable=False),
)
