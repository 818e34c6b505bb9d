"""What narrows a search, how rare each word is, and what changed since an index last looked."""

import json
from collections import Counter
from uuid import uuid4

import numpy as np
import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import ProgrammingError

from connectors.sql.articles_scope import digest, language_of
from core.knowledge.synonyms import concepts

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _scopes()
    _concept_counts()
    _versions()
    for table in ("articles", "passages"):
        op.add_column(table, sa.Column("brand", TEXT, server_default="", nullable=False))
        op.add_column(table, sa.Column("about", TEXT, server_default="[]", nullable=False))
        op.add_column(table, sa.Column("expires_at", MOMENT))
    op.add_column("articles", sa.Column("labels", TEXT, server_default="[]", nullable=False))
    op.add_column("passages", sa.Column("scope_id", sa.Integer(), server_default="0", nullable=False))
    op.add_column("passages", sa.Column("concepts", TEXT, server_default="", nullable=False))
    op.add_column("passages", sa.Column("changed", sa.BigInteger(), server_default="0", nullable=False))
    _take_in()
    op.create_index("ix_passages_scope_id", "passages", ["scope_id"])
    op.create_index("ix_passages_changed", "passages", ["changed"])
    op.create_index("ix_passages_serial_scope_id_expires_at_id", "passages", ["serial", "scope_id", "expires_at", "id"])
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_full_text()
    else:
        _pgvector()


def _scopes() -> None:
    op.create_table(
        "passage_scopes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("brand", TEXT, nullable=False),
        sa.Column("audience", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passage_scopes"),
        sa.UniqueConstraint("digest", name="uq_passage_scopes_digest"),
    )
    op.create_table(
        "scope_names",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scope_id"], ["passage_scopes.id"], name="fk_scope_names_scope_id_passage_scopes", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("name", "scope_id", name="pk_scope_names"),
    )


def _concept_counts() -> None:
    op.create_table(
        "concept_counts",
        sa.Column("concept", TEXT, nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("concept", name="pk_concept_counts"),
    )


def _versions() -> None:
    op.create_table(
        "index_stamps",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stamp", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_index_stamps"),
    )
    op.create_table(
        "passages_gone",
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("changed", "serial", name="pk_passages_gone"),
    )


def _take_in() -> None:
    """Give the passages that are stored already their scopes and words."""
    bind = op.get_bind()
    numbers: dict[tuple[str, str], int] = {}
    sizes: Counter[int] = Counter()
    counts: Counter[str] = Counter()
    last = 0
    portion = sa.text(
        "SELECT serial, title, path, text, locale, audience FROM passages"
        " WHERE serial > :last ORDER BY serial LIMIT 500"
    )
    change = sa.text(
        "UPDATE passages SET scope_id = :scope_id, concepts = :concepts,"
        " changed = (SELECT max(version) FROM index_version) WHERE serial = :serial"
    )
    while rows := bind.execute(portion, {"last": last}).all():
        last = rows[-1].serial
        changes = []
        for row in rows:
            words = concepts(f"{' – '.join((row.title, *json.loads(row.path)))}\n{row.text}")
            counts.update(words)
            key = (language_of(row.locale), row.audience)
            number = numbers.setdefault(key, len(numbers) + 1)
            sizes[number] += 1
            changes.append({"serial": row.serial, "scope_id": number, "concepts": " ".join(sorted(words))})
        bind.execute(change, changes)
    scope = sa.text(
        "INSERT INTO passage_scopes (id, digest, language, brand, audience, about, passages)"
        " VALUES (:id, :digest, :language, '', :audience, '[]', :passages)"
    )
    for (language, audience), number in numbers.items():
        named = digest(language, "", audience, ())
        fields = {"id": number, "digest": named, "language": language, "audience": audience}
        bind.execute(scope, {**fields, "passages": sizes[number]})
    count = sa.text("INSERT INTO concept_counts (concept, passages) VALUES (:concept, :passages)")
    for concept, seen in counts.items():
        bind.execute(count, {"concept": concept, "passages": seen})
    stamp = sa.text("INSERT INTO index_stamps (version, stamp) SELECT version, :stamp FROM index_version")
    bind.execute(stamp, {"stamp": uuid4().hex})
    if numbers and bind.dialect.name == "postgresql":
        op.execute("SELECT setval('passage_scopes_id_seq', (SELECT max(id) FROM passage_scopes))")


def _sqlite_full_text() -> None:
    # A word for the scope stands beside the text: a narrow scope is then looked up like any other word.
    for name in ("passages_added", "passages_removed", "passages_changed"):
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP TABLE passages_fts")
    op.execute(
        "CREATE VIEW passages_words AS"
        " SELECT serial, title, headings, text, 'inscope' || scope_id || 'x' AS mark FROM passages"
    )
    op.execute(
        """
        CREATE VIRTUAL TABLE passages_fts USING fts5(
            title, headings, text, mark,
            content='passages_words', content_rowid='serial', tokenize='porter unicode61 remove_diacritics 2'
        )
        """
    )
    op.execute("INSERT INTO passages_fts (passages_fts) VALUES ('rebuild')")
    added = """
        INSERT INTO passages_fts (rowid, title, headings, text, mark)
        VALUES (new.serial, new.title, new.headings, new.text, 'inscope' || new.scope_id || 'x');
    """
    removed = """
        INSERT INTO passages_fts (passages_fts, rowid, title, headings, text, mark)
        VALUES ('delete', old.serial, old.title, old.headings, old.text, 'inscope' || old.scope_id || 'x');
    """
    op.execute(f"CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN {added} END")
    op.execute(f"CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN {removed} END")
    op.execute(f"CREATE TRIGGER passages_changed AFTER UPDATE ON passages BEGIN {removed} {added} END")


def _pgvector() -> None:
    """Room for vectors that PostgreSQL can compare, where it can; without it they are compared in our processes."""
    bind = op.get_bind()
    ready = "SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"
    if bind.execute(sa.text(ready)).scalar_one_or_none() is None:
        return
    try:
        with bind.begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except ProgrammingError:
        return  # not ours to install in this database
    if bind.execute(sa.text("SELECT to_regtype('halfvec')")).scalar_one() is None:
        return  # older than 0.7
    op.execute("ALTER TABLE passages ADD COLUMN embedding halfvec")
    last = 0
    portion = sa.text("SELECT serial, vector FROM passages WHERE serial > :last ORDER BY serial LIMIT 500")
    change = sa.text("UPDATE passages SET embedding = CAST(:vector AS halfvec) WHERE serial = :serial")
    while rows := bind.execute(portion, {"last": last}).all():
        last = rows[-1].serial
        vectors = [np.frombuffer(row.vector, "<f4").tolist() for row in rows]
        bind.execute(
            change, [{"serial": row.serial, "vector": str(vector)} for row, vector in zip(rows, vectors, strict=True)]
        )
