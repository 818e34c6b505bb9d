"""Articles, passages and their full text."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _articles()
    _index_version()
    _passages()
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_full_text()
    else:
        _sqlite_full_text()


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("section", TEXT, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("audience", TEXT, nullable=False),
        sa.Column("updated_at", MOMENT),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_index("ix_articles_origin", "articles", ["origin"])


def _index_version() -> None:
    op.create_table(
        "index_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_index_version"),
    )
    op.execute("INSERT INTO index_version (id, version) VALUES (1, 0)")


def _passages() -> None:
    op.create_table(
        "passages",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("article_id", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("headings", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("section", TEXT, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("audience", TEXT, nullable=False),
        sa.Column("updated_at", MOMENT),
        sa.Column("encoder", TEXT, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_passages_article_id_articles", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("serial", name="pk_passages"),
        sa.UniqueConstraint("id", name="uq_passages_id"),
    )
    op.create_index("ix_passages_article_id", "passages", ["article_id"])
    op.create_index("ix_passages_encoder", "passages", ["encoder"])


def _postgresql_full_text() -> None:
    op.execute(
        """
        ALTER TABLE passages ADD COLUMN search tsvector GENERATED ALWAYS AS (
            setweight(to_tsvector('english', title), 'A')
            || setweight(to_tsvector('english', headings), 'B')
            || setweight(to_tsvector('english', text), 'C')
        ) STORED
        """
    )
    op.execute("CREATE INDEX ix_passages_search ON passages USING gin (search)")


def _sqlite_full_text() -> None:
    # The index keeps no copy of the text: it reads `passages`, and the triggers tell it of every change.
    op.execute(
        """
        CREATE VIRTUAL TABLE passages_fts USING fts5(
            title, headings, text,
            content='passages', content_rowid='serial', tokenize='porter unicode61 remove_diacritics 2'
        )
        """
    )
    added = """
        INSERT INTO passages_fts (rowid, title, headings, text)
        VALUES (new.serial, new.title, new.headings, new.text);
    """
    removed = """
        INSERT INTO passages_fts (passages_fts, rowid, title, headings, text)
        VALUES ('delete', old.serial, old.title, old.headings, old.text);
    """
    op.execute(f"CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN {added} END")
    op.execute(f"CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN {removed} END")
    op.execute(f"CREATE TRIGGER passages_changed AFTER UPDATE ON passages BEGIN {removed} {added} END")
