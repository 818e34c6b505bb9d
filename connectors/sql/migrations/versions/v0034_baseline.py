"""The tables of 0.1.0, all at once: what a new store is built from, and what a store of version 0034 has already.

It is frozen. A change of the tables is a further migration beside it, never an edit of this one."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import ProgrammingError

revision = "0034"
down_revision = None
branch_labels = None
depends_on = None

TEXT, INTEGER, MOMENT = sa.Text(), sa.Integer(), sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(INTEGER, "sqlite")


def upgrade() -> None:
    _work()
    _people()
    _conversations()
    _decisions()
    _knowledge()
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_full_text()
        _pgvector()
    else:
        _sqlite_full_text()
    _office()
    _outreach()


def required(type_: Any, *names: str, default: Any = None) -> list[sa.Column[Any]]:
    return [sa.Column(name, type_, nullable=False, server_default=default) for name in names]


def optional(type_: Any, *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, type_) for name in names]


def partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    """An index of those rows alone for which `where` holds."""
    rows = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=rows, postgresql_where=rows)


def _work() -> None:
    """What came in and what goes out."""
    op.create_table(
        "events",
        sa.Column("id", TEXT, primary_key=True),
        *required(TEXT, "source", "delivery_id", "kind", "subject"),
        *required(MOMENT, "occurred_at", "received_at"),
        *required(TEXT, "payload"),
        *required(TEXT, "state", default="pending"),
        *required(INTEGER, "attempts", default="0"),
        *optional(MOMENT, "claimed_at", "retry_at", "published_at"),
        *required(INTEGER, "publishes", default="0"),
        *optional(MOMENT, "finished_at"),
        *optional(TEXT, "result", "error"),
        sa.UniqueConstraint("source", "delivery_id"),
        sa.CheckConstraint("state IN ('pending', 'claimed', 'done', 'parked')", name="ck_events_state"),
        sa.Index(None, "source", "received_at"),
    )
    partial("ix_events_open", "events", ["state", "received_at"], "state <> 'done'")
    op.create_table(
        "outbox",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("id", TEXT, unique=True, nullable=False),
        sa.Column("key", TEXT, unique=True, nullable=False),
        *required(TEXT, "kind", "target", "payload", "digest", "rule", "policy_version"),
        *optional(TEXT, "approval_id"),
        sa.Column("conversation_id", TEXT, index=True),
        *required(MOMENT, "created_at"),
        *optional(MOMENT, "not_before"),
        *required(TEXT, "state"),
        *required(INTEGER, "attempts", default="0"),
        *optional(MOMENT, "claimed_at", "first_sent_at", "retry_at", "published_at"),
        *required(INTEGER, "publishes", default="0"),
        *required(MOMENT, "changed_at"),
        sa.Column("vendor_ref", TEXT, index=True),
        *optional(TEXT, "delivery", "error"),
        *required(TEXT, "facts"),
        sa.CheckConstraint(
            "state IN ('pending', 'held', 'sending', 'sent', 'unknown', 'parked', 'refused')", name="ck_outbox_state"
        ),
        sa.Index(None, "state", "serial"),
    )
    partial("ix_outbox_campaign", "outbox", ["approval_id", "state", "delivery"], "approval_id IS NOT NULL")
    partial("ix_outbox_tried", "outbox", ["changed_at"], "approval_id IS NULL")
    partial("ix_outbox_undelivered", "outbox", ["changed_at"], "delivery IN ('failed', 'undelivered')")
    op.create_table(
        "ledger",
        sa.Column("serial", SERIAL, primary_key=True, autoincrement=False),
        *required(TEXT, "kind", "at", "facts", "previous"),
        sa.Column("hash", TEXT, unique=True, nullable=False),
    )
    op.create_table(
        "cursors",
        sa.Column("name", TEXT, primary_key=True),
        *required(TEXT, "value"),
    )
    op.create_table(
        "budgets",
        sa.Column("name", TEXT, primary_key=True),
        *required(sa.BigInteger(), "spent"),
    )


def _people() -> None:
    """Customers and what is known of them."""
    op.create_table(
        "customers",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("name", TEXT, index=True, nullable=False),
        sa.Column("tier", TEXT, index=True, nullable=False),
        *required(TEXT, "locale"),
        *optional(TEXT, "time_zone"),
        sa.Column("organization", TEXT, index=True),
    )
    op.create_table(
        "customer_attributes",
        sa.Column("customer_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", TEXT, primary_key=True),
        *required(TEXT, "value"),
        sa.Index(None, "name", "customer_id"),
    )
    op.create_table(
        "identities",
        sa.Column("serial", SERIAL, primary_key=True),
        *required(TEXT, "kind", "value"),
        sa.Column("customer_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), index=True, nullable=False),
        *required(sa.Boolean(), "verified"),
        *required(INTEGER, "merged", default=sa.text("0")),
        sa.UniqueConstraint("kind", "value"),
    )
    op.create_table(
        "consents",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("id", TEXT, unique=True, nullable=False),
        sa.Column("customer_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), index=True, nullable=False),
        *required(TEXT, "channel", "purpose"),
        *required(sa.Boolean(), "granted"),
        *required(MOMENT, "at"),
        *required(TEXT, "source", "wording"),
    )
    op.create_table(
        "profile_facts",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("customer_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), index=True, nullable=False),
        *required(TEXT, "name", "value", "source"),
        *required(MOMENT, "at"),
        *required(TEXT, "by", "evidence"),
    )
    op.create_table(
        "asked_sources",
        sa.Column("customer_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("source", TEXT, primary_key=True),
        *required(MOMENT, "at"),
        *required(TEXT, "facts", "problem"),
    )
    op.create_table(
        "claims",
        sa.Column("customer_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("value", TEXT, primary_key=True),
        sa.Column("source", TEXT, primary_key=True),
        *required(TEXT, "ref"),
        *required(MOMENT, "at"),
        sa.Index(None, "kind", "value"),
    )
    op.create_table(
        "merges",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("id", TEXT, unique=True, nullable=False),
        sa.Column("kept_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), index=True, nullable=False),
        sa.Column("merged_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), index=True, nullable=False),
        *required(MOMENT, "at"),
        *required(TEXT, "by", "why", "moved"),
        *optional(MOMENT, "undone_at"),
        *required(TEXT, "undone_by", default=""),
    )
    partial("uq_merges_open", "merges", ["merged_id"], "undone_at IS NULL", unique=True)
    op.create_table(
        "different_people",
        sa.Column("first_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("second_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
        *required(TEXT, "by"),
        *required(MOMENT, "at"),
    )


def _conversations() -> None:
    """Conversations, what was said in them, and how messages came to stand where they stand."""
    op.create_table(
        "conversations",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("customer_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
        *required(TEXT, "subject", "owner_kind", "owner_id", "owner_name"),
        sa.Column("ticket_id", TEXT, unique=True),
        *required(TEXT, "channel"),
        *required(sa.Boolean(), "open"),
        *required(MOMENT, "updated_at"),
        *required(INTEGER, "version"),
        *required(TEXT, "brand", default=""),
        *optional(MOMENT, "owner_since"),
        *required(TEXT, "owner_group", default=""),
        sa.Column("solved_at", MOMENT, index=True),
        *optional(MOMENT, "followed_up_at"),
        *required(TEXT, "satisfaction", default=""),
        sa.Index(None, "customer_id", "updated_at"),
        sa.Index(None, "owner_kind", "updated_at"),
    )
    op.create_table(
        "messages",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("id", TEXT, unique=True, nullable=False),
        sa.Column("conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        *required(TEXT, "channel", "role", "author", "text"),
        *required(MOMENT, "at"),
        sa.Column("vendor_ref", TEXT, unique=True, nullable=False),
        *required(sa.Boolean(), "public"),
        *optional(TEXT, "delivery", "attachments"),
        *required(sa.Boolean(), "automatic", default=sa.false()),
        sa.Column("address", TEXT, index=True, nullable=False, server_default=""),
        *required(TEXT, "quotes", "kind", default=""),
        *optional(TEXT, "proved"),
        sa.Index(None, "conversation_id", "at"),
    )
    op.create_table(
        "joins",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("message_id", TEXT, unique=True, nullable=False),
        sa.Column(
            "conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        *required(TEXT, "ground"),
        *required(TEXT, "words", default=""),
        *optional(sa.Float(), "score"),
        *required(MOMENT, "at"),
        *required(TEXT, "by", default=""),
    )
    op.create_table(
        "linked_tickets",
        sa.Column("ticket_id", TEXT, primary_key=True),
        sa.Column(
            "conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        *required(sa.Boolean(), "open"),
        *required(MOMENT, "at"),
    )
    op.create_table(
        "moves",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("id", TEXT, unique=True, nullable=False),
        sa.Column("origin", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False),
        sa.Column("to", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False),
        *required(TEXT, "messages", "by"),
        *required(MOMENT, "at"),
        *optional(MOMENT, "undone_at"),
        *required(TEXT, "before", default="[]"),
    )
    op.create_table(
        "verifications",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("id", TEXT, unique=True, nullable=False),
        sa.Column(
            "conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        sa.Column("customer_id", TEXT, sa.ForeignKey("customers.id", ondelete="CASCADE"), index=True, nullable=False),
        *required(TEXT, "channel", "hint"),
        *required(MOMENT, "sent_at", "expires_at"),
        *required(INTEGER, "tries"),
        *required(TEXT, "state"),
        *optional(MOMENT, "until"),
        *required(TEXT, "proved_at", default=""),
    )
    op.create_table(
        "calls",
        sa.Column("sid", TEXT, primary_key=True),
        sa.Column("number", TEXT, index=True, nullable=False),
        *required(TEXT, "language"),
        *required(MOMENT, "started_at"),
        *required(TEXT, "stage"),
        sa.Column("conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="SET NULL"), index=True),
        *required(TEXT, "group", default=""),
        *optional(MOMENT, "accepted_at", "ended_at"),
        *required(TEXT, "outcome", default=""),
        *required(TEXT, "raised"),
        sa.CheckConstraint("stage IN ('assistant', 'transfer', 'person', 'ended')", name="stage"),
    )
    op.create_table(
        "call_lines",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("sid", TEXT, sa.ForeignKey("calls.sid", ondelete="CASCADE"), index=True, nullable=False),
        sa.Column("key", TEXT, unique=True, nullable=False),
        *required(TEXT, "role", "text"),
        *required(MOMENT, "at"),
        *optional(sa.Float(), "mood"),
        *required(TEXT, "beside"),
    )


def _decisions() -> None:
    """What was decided, drafted and shown, and what agents made of it."""
    op.create_table(
        "decisions",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("id", TEXT, unique=True, nullable=False),
        *required(TEXT, "event_id"),
        sa.Column(
            "conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        sa.Column("message_id", TEXT, unique=True, nullable=False),
        *required(TEXT, "action", "rule", "policy_version"),
        *required(MOMENT, "at"),
        *required(TEXT, "body"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "decision_figures",
        sa.Column("decision_id", TEXT, sa.ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("at", MOMENT, index=True, nullable=False),
        *required(TEXT, "action", "rule", "intent", "team", "abstained"),
        *optional(INTEGER, "waited"),
        *optional(sa.BigInteger(), "cost"),
        *optional(TEXT, "currency"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("decision_id", TEXT, sa.ForeignKey("decisions.id", ondelete="CASCADE"), unique=True, nullable=False),
        sa.Column("conversation_id", TEXT, index=True, nullable=False),
        *required(TEXT, "state", "language"),
        *required(sa.Float(), "confidence"),
        *required(TEXT, "composer", "body"),
    )
    op.create_table(
        "draft_sentences",
        sa.Column("draft_id", TEXT, sa.ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", INTEGER, primary_key=True),
        *required(TEXT, "kind"),
        *required(INTEGER, "paragraph"),
        *required(TEXT, "text"),
        *optional(INTEGER, "source", "quote_start", "quote_end"),
        *optional(TEXT, "record"),
    )
    op.create_table(
        "draft_sources",
        sa.Column("draft_id", TEXT, sa.ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", INTEGER, primary_key=True),
        sa.Column("passage_id", TEXT, index=True, nullable=False),
        sa.Column("article_id", TEXT, index=True, nullable=False),
        *required(TEXT, "passage"),
    )
    op.create_table(
        "feedback",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("draft_id", TEXT, sa.ForeignKey("drafts.id", ondelete="CASCADE"), index=True, nullable=False),
        *required(TEXT, "kind", "agent_id"),
        *required(MOMENT, "at"),
        *required(TEXT, "detail"),
        sa.Index(None, "kind", "at"),
    )
    op.create_table(
        "insertions",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column(
            "conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        sa.Column("draft_id", TEXT, index=True),
        *required(TEXT, "source", "ref", "text", "note", "left_out", "confirmed"),
        *required(sa.Boolean(), "copied", default=sa.false()),
        *required(TEXT, "agent_id", "agent"),
        sa.Column("at", MOMENT, index=True, nullable=False),
        *required(TEXT, "comment", default=""),
        *optional(sa.Float(), "kept"),
        *optional(INTEGER, "distance"),
    )
    op.create_table(
        "requests",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("id", TEXT, unique=True, nullable=False),
        sa.Column(
            "conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        *required(TEXT, "digest", "request"),
        *required(MOMENT, "created_at", "expires_at"),
        *required(TEXT, "state"),
        *required(TEXT, "decided_by", "decided_name", default=""),
        *optional(MOMENT, "decided_at"),
        *required(TEXT, "reason", "slack_channel", "slack_ts", default=""),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn', 'used')", name="ck_requests_state"
        ),
    )
    op.create_table(
        "intent_corrections",
        sa.Column("serial", SERIAL, primary_key=True),
        *required(TEXT, "message_id"),
        sa.Column(
            "conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        *required(TEXT, "text", "intent", "by"),
        *required(MOMENT, "at"),
    )
    op.create_table(
        "gaps",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("message_id", TEXT, unique=True, nullable=False),
        sa.Column(
            "conversation_id", TEXT, sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        *required(TEXT, "question", "language", "intent"),
        sa.Column("at", MOMENT, index=True, nullable=False),
        *required(TEXT, "nearest"),
    )


def _knowledge() -> None:
    """Articles, their passages, and what narrows a search."""
    op.create_table(
        "articles",
        sa.Column("id", TEXT, primary_key=True),
        *required(TEXT, "title", "text", "url", "section", "locale", "audience"),
        *optional(MOMENT, "updated_at"),
        sa.Column("origin", TEXT, index=True, nullable=False),
        *required(TEXT, "fingerprint"),
        *required(TEXT, "brand", default=""),
        *required(TEXT, "about", default="[]"),
        *optional(MOMENT, "expires_at"),
        *required(TEXT, "labels", default="[]"),
    )
    op.create_table(
        "passages",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("id", TEXT, unique=True, nullable=False),
        sa.Column("article_id", TEXT, sa.ForeignKey("articles.id", ondelete="CASCADE"), index=True, nullable=False),
        *required(TEXT, "title", "path", "headings", "text"),
        *required(INTEGER, "start", "end"),
        *required(TEXT, "url", "section", "locale", "audience"),
        *optional(MOMENT, "updated_at"),
        sa.Column("encoder", TEXT, index=True, nullable=False),
        *required(sa.LargeBinary(), "vector"),
        *required(TEXT, "brand", default=""),
        *required(TEXT, "about", default="[]"),
        *optional(MOMENT, "expires_at"),
        sa.Column("scope_id", INTEGER, index=True, nullable=False, server_default="0"),
        *required(TEXT, "concepts", default=""),
        sa.Column("changed", sa.BigInteger(), index=True, nullable=False, server_default="0"),
        sa.Index(None, "serial", "scope_id", "expires_at", "id"),
    )
    op.create_table(
        "passage_scopes",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("digest", TEXT, unique=True, nullable=False),
        *required(TEXT, "language", "brand", "audience", "about"),
        *required(INTEGER, "passages"),
    )
    op.create_table(
        "scope_names",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("scope_id", INTEGER, sa.ForeignKey("passage_scopes.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_table(
        "concept_counts",
        sa.Column("concept", TEXT, primary_key=True),
        *required(INTEGER, "passages"),
        *required(INTEGER, "inside", default="0"),
    )
    op.create_table(
        "index_version",
        sa.Column("id", INTEGER, primary_key=True, autoincrement=False),
        *required(INTEGER, "version"),
    )
    op.create_table(
        "index_stamps",
        sa.Column("version", sa.BigInteger(), primary_key=True, autoincrement=False),
        *required(TEXT, "stamp"),
    )
    op.create_table(
        "passages_gone",
        sa.Column("changed", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("serial", sa.BigInteger(), primary_key=True, autoincrement=False),
    )
    op.execute("INSERT INTO index_version (id, version) VALUES (1, 0)")
    # Each change of the articles has a stamp of its own, so that an index on disk knows whose store it was made from.
    op.execute(sa.text("INSERT INTO index_stamps (version, stamp) VALUES (0, :stamp)").bindparams(stamp=uuid4().hex))


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


def _sqlite_full_text() -> None:
    """What anybody may read is indexed apart from what only some may: solved tickets and macros are many.

    The indexes keep no copy of the text: they read the views, and the triggers tell them of every change. A word for
    the scope stands beside the text, so that a narrow scope is looked up like any other word."""
    columns = "title, headings, text, mark"
    of_row = "{0}.title, {0}.headings, {0}.text, 'inscope' || {0}.scope_id || 'x'"
    added, removed = "", ""
    for index, view, audience in (
        ("passages_fts", "passages_words", "= 'public'"),
        ("passages_fts_inside", "passages_inside_words", "<> 'public'"),
    ):
        op.execute(
            f"CREATE VIEW {view} AS SELECT serial, {of_row.format('passages')} AS mark"  # noqa: S608 - names of ours
            f" FROM passages WHERE passages.audience {audience}"
        )
        op.execute(
            f"""
            CREATE VIRTUAL TABLE {index} USING fts5(
                {columns},
                content='{view}', content_rowid='serial', tokenize='porter unicode61 remove_diacritics 2'
            )
            """
        )
        added += (
            f" INSERT INTO {index} (rowid, {columns})"
            f" SELECT new.serial, {of_row.format('new')} WHERE new.audience {audience};"
        )
        removed += (
            f" INSERT INTO {index} ({index}, rowid, {columns})"
            f" SELECT 'delete', old.serial, {of_row.format('old')} WHERE old.audience {audience};"
        )
    op.execute(f"CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN{added} END")
    op.execute(f"CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN{removed} END")
    op.execute(f"CREATE TRIGGER passages_changed AFTER UPDATE ON passages BEGIN{removed}{added} END")


def _office() -> None:
    """Policies, sign-ins, Slack workspaces, alerts, and the survey of the agents."""
    op.create_table(
        "policies",
        sa.Column("version", TEXT, primary_key=True),
        *required(TEXT, "text"),
        *required(MOMENT, "at"),
    )
    op.create_table(
        "policy_enactments",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("version", TEXT, sa.ForeignKey("policies.version"), nullable=False),
        *required(TEXT, "how", "by"),
        *required(MOMENT, "at"),
        *required(TEXT, "note"),
        *optional(TEXT, "replaced"),
        sa.CheckConstraint("how IN ('started', 'applied', 'restored')", name="how"),
    )
    op.create_table(
        "policy_signoffs",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("section", TEXT, index=True, nullable=False),
        *required(TEXT, "role", "person", "before", "after", "version"),
        *required(MOMENT, "at"),
        *optional(MOMENT, "spent_at"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token", TEXT, primary_key=True),
        sa.Column("expires_at", MOMENT, index=True, nullable=False),
    )
    op.create_table(
        "slack_installations",
        sa.Column("id", TEXT, primary_key=True),
        *required(INTEGER, "place"),
        *required(TEXT, "name", "enterprise_id", "bot_user_id", "scopes", "sealed", "installed_by"),
        *required(MOMENT, "installed_at"),
        *optional(MOMENT, "expires_at"),
    )
    op.create_table(
        "alerts",
        sa.Column("id", TEXT, primary_key=True),
        *required(TEXT, "kind", "state", "said", "slack_channel", "slack_ts"),
        sa.Column("open_key", TEXT, unique=True),
        sa.Column("conversation_id", TEXT, index=True),
        *required(INTEGER, "times", "revision", "shown"),
        *required(MOMENT, "first_at", "last_at"),
        *optional(MOMENT, "until", "shown_at"),
        *required(TEXT, "notes"),
        sa.Index(None, "state", "last_at"),
    )
    op.create_table(
        "alert_hits",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("source", TEXT, unique=True, nullable=False),
        *required(TEXT, "alert_id", "text", "ticket"),
        *required(MOMENT, "at"),
        sa.Index(None, "alert_id", "at"),
    )
    op.create_table(
        "pulse",
        sa.Column("week", TEXT, primary_key=True),
        sa.Column("person", TEXT, primary_key=True),
        *required(INTEGER, "shown"),
        *required(sa.Boolean(), "later"),
        *optional(INTEGER, "helps"),
        sa.CheckConstraint("helps BETWEEN 1 AND 5", name="ck_pulse_helps"),
    )


def _outreach() -> None:
    """Campaigns, their recipients, votes and seals; steps on the company's pages and offers."""
    op.create_table(
        "campaigns",
        sa.Column("id", TEXT, primary_key=True),
        *required(
            TEXT,
            "play",
            "matter",
            "purpose",
            "state",
            "digest",
            "campaign",
            "reason",
            "frozen_to",
            "slack_channel",
            "slack_ts",
            "facts",
        ),
        *required(INTEGER, "version"),
        *required(MOMENT, "created_at", "expires_at", "changed_at"),
        *optional(MOMENT, "claimed_until", "began_at", "ended_at", "shown_at"),
        sa.Index(None, "matter", "play", "created_at"),
        sa.Index(None, "state", "created_at"),
    )
    op.create_table(
        "campaign_recipients",
        sa.Column("campaign_id", TEXT, sa.ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("ordinal", INTEGER, primary_key=True),
        *required(TEXT, "customer_id", "address", "variant", "segment", "arm", "digest", "state", "fields"),
        *required(MOMENT, "opens_at"),
        *optional(TEXT, "time_zone"),
        *required(INTEGER, "parts"),
        *optional(TEXT, "effect_id"),
        *optional(MOMENT, "queued_at"),
        sa.UniqueConstraint("campaign_id", "address"),
        sa.UniqueConstraint("campaign_id", "customer_id"),
        sa.Index(None, "campaign_id", "arm", "state", "opens_at"),
    )
    partial(
        "ix_campaign_recipients_queued", "campaign_recipients", ["customer_id", "queued_at"], "queued_at IS NOT NULL"
    )
    op.create_table(
        "campaign_votes",
        sa.Column("serial", SERIAL, primary_key=True),
        sa.Column("campaign_id", TEXT, sa.ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False),
        *required(TEXT, "digest", "email", "role", "user_id", "name", "reason"),
        *required(sa.Boolean(), "yes"),
        *required(MOMENT, "at"),
        sa.UniqueConstraint("campaign_id", "digest", "email"),
    )
    op.create_table(
        "campaign_seals",
        sa.Column("campaign_id", TEXT, primary_key=True),
        *required(TEXT, "digest", "root", "whole", "policy_version", "composer", "sealers", "standing"),
        *required(INTEGER, "size"),
        *required(MOMENT, "at", "expires_at", "not_after"),
    )
    op.create_table(
        "journey_steps",
        sa.Column("serial", SERIAL, primary_key=True),
        *required(TEXT, "visitor", "kind", "page", "name"),
        *required(sa.Float(), "seconds"),
        *required(TEXT, "language"),
        sa.Column("at", MOMENT, index=True, nullable=False),
        sa.Index(None, "visitor", "at"),
    )
    op.create_table(
        "offers",
        sa.Column("id", TEXT, primary_key=True),
        *required(TEXT, "visitor", "rule", "text", "evidence", "page", "language", "state"),
        sa.Column("at", MOMENT, index=True, nullable=False),
        *required(MOMENT, "expires_at"),
        *optional(MOMENT, "shown_at", "answered_at"),
        *required(sa.Boolean(), "wrote", default=sa.false()),
        sa.Index(None, "visitor", "at"),
    )
