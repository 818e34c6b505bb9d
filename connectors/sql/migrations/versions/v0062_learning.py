"""What people did with answers, as votes on articles and judgements on drafts, and what was learned from it."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0060"
branch_labels = None
depends_on = None

TEXT, MOMENT = sa.Text(), sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "source_votes",
        sa.Column("conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
        *(sa.Column(name, TEXT, primary_key=True) for name in ("intent", "article_id", "voter", "day")),
        sa.Column("worth", sa.Float(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_source_votes_intent_at", "source_votes", ["intent", "at"])
    op.create_table(
        "judged_drafts",
        sa.Column("draft_id", TEXT, primary_key=True),
        sa.Column("conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("intent", TEXT, nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    for column in ("conversation_id", "at"):
        op.create_index(f"ix_judged_drafts_{column}", "judged_drafts", [column])
    op.create_table(
        "learning_resets",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("by", "article_id", "intent")),
    )
    op.create_table(
        "calibrations",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("curves", TEXT, nullable=False),
    )
    # A thumb has its matter counted again, as all else does that is said of one (0052).
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER stale_feedback_insert AFTER INSERT ON feedback BEGIN INSERT INTO stale_matters "
            "(conversation_id) SELECT conversation_id FROM drafts WHERE id = NEW.draft_id; END"
        )
    else:
        op.execute(_FUNCTION)
        op.execute(
            "CREATE TRIGGER stale_feedback_insert AFTER INSERT ON feedback FOR EACH ROW "
            "EXECUTE FUNCTION note_stale_matter_by_draft()"
        )
    # What was said before is counted too.
    op.execute(
        "INSERT INTO stale_matters (conversation_id) SELECT DISTINCT drafts.conversation_id FROM drafts "
        "JOIN feedback ON feedback.draft_id = drafts.id"
    )


_FUNCTION = """
CREATE FUNCTION note_stale_matter_by_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stale_matters (conversation_id) SELECT conversation_id FROM drafts WHERE id = NEW.draft_id;
    RETURN NULL;
END $$
"""
