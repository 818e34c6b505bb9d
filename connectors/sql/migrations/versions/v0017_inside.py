"""What anybody may read is counted and looked up apart from what only some may: solved tickets and macros are many."""

from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COLUMNS = ("title", "headings", "text", "mark")
PUBLIC, INSIDE = "{row}.audience = 'public'", "{row}.audience <> 'public'"


def upgrade() -> None:
    _counts()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_full_text()


def _counts() -> None:
    op.add_column("concept_counts", sa.Column("inside", sa.Integer(), server_default="0", nullable=False))
    bind = op.get_bind()
    counts: Counter[str] = Counter()
    last = 0
    portion = sa.text(
        "SELECT serial, concepts FROM passages WHERE audience <> 'public' AND serial > :last ORDER BY serial LIMIT 500"
    )
    while rows := bind.execute(portion, {"last": last}).all():
        last = rows[-1].serial
        for row in rows:
            counts.update(row.concepts.split())
    if counts:
        change = sa.text("UPDATE concept_counts SET inside = :inside WHERE concept = :concept")
        bind.execute(change, [{"concept": concept, "inside": inside} for concept, inside in sorted(counts.items())])


def _sqlite_full_text() -> None:
    for name in ("passages_added", "passages_removed", "passages_changed"):
        op.execute(f"DROP TRIGGER {name}")
    # The public ones stay where they are: there may be a million.
    op.execute(f"{_removed('passages_fts', 'passages')} FROM passages WHERE {INSIDE.format(row='passages')}")
    op.execute("DROP VIEW passages_words")
    for view, condition in (("passages_words", PUBLIC), ("passages_inside_words", INSIDE)):
        op.execute(
            f"CREATE VIEW {view} AS SELECT serial, {_words('passages')} AS mark"  # noqa: S608 - names of ours
            f" FROM passages WHERE {condition.format(row='passages')}"
        )
    op.execute(
        f"""
        CREATE VIRTUAL TABLE passages_fts_inside USING fts5(
            {", ".join(COLUMNS)},
            content='passages_inside_words', content_rowid='serial', tokenize='porter unicode61 remove_diacritics 2'
        )
        """
    )
    op.execute("INSERT INTO passages_fts_inside (passages_fts_inside) VALUES ('rebuild')")
    indexes = (("passages_fts", PUBLIC), ("passages_fts_inside", INSIDE))
    added = " ".join(f"{_added(name, 'new')} WHERE {where.format(row='new')};" for name, where in indexes)
    removed = " ".join(f"{_removed(name, 'old')} WHERE {where.format(row='old')};" for name, where in indexes)
    op.execute(f"CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN {added} END")
    op.execute(f"CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN {removed} END")
    op.execute(f"CREATE TRIGGER passages_changed AFTER UPDATE ON passages BEGIN {removed} {added} END")


def _words(row: str) -> str:
    return f"{row}.title, {row}.headings, {row}.text, 'inscope' || {row}.scope_id || 'x'"


def _added(index: str, row: str) -> str:
    return f"INSERT INTO {index} (rowid, {', '.join(COLUMNS)}) SELECT {row}.serial, {_words(row)}"


def _removed(index: str, row: str) -> str:
    columns = f"{index}, rowid, {', '.join(COLUMNS)}"
    return f"INSERT INTO {index} ({columns}) SELECT 'delete', {row}.serial, {_words(row)}"
