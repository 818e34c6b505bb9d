"""Customers, their conversations, and what was decided in them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _customers()
    _consents()
    _conversations()
    _customer_attributes()
    _identities()
    _decisions()
    _messages()
    _drafts()
    _draft_sentences()
    _draft_sources()
    _feedback()


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("tier", TEXT, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("time_zone", TEXT),
        sa.Column("organization", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_index("ix_customers_organization", "customers", ["organization"])
    op.create_index("ix_customers_tier", "customers", ["tier"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("wording", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_consents_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("serial", name="pk_consents"),
        sa.UniqueConstraint("id", name="uq_consents_id"),
    )
    op.create_index("ix_consents_customer_id", "consents", ["customer_id"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("owner_kind", TEXT, nullable=False),
        sa.Column("owner_id", TEXT, nullable=False),
        sa.Column("owner_name", TEXT, nullable=False),
        sa.Column("ticket_id", TEXT),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_conversations_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("ticket_id", name="uq_conversations_ticket_id"),
    )
    op.create_index("ix_conversations_customer_id_updated_at", "conversations", ["customer_id", "updated_at"])


def _customer_attributes() -> None:
    op.create_table(
        "customer_attributes",
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_customer_attributes_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", "name", name="pk_customer_attributes"),
    )
    op.create_index("ix_customer_attributes_name", "customer_attributes", ["name"])


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_identities_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("serial", name="pk_identities"),
        sa.UniqueConstraint("kind", "value", name="uq_identities_kind_value"),
    )
    op.create_index("ix_identities_customer_id", "identities", ["customer_id"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("message_id", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("policy_version", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_decisions_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("serial", name="pk_decisions"),
        sa.UniqueConstraint("id", name="uq_decisions_id"),
        sa.UniqueConstraint("message_id", name="uq_decisions_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decisions_conversation_id", "decisions", ["conversation_id"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("vendor_ref", TEXT, nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("delivery", TEXT),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_messages_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("serial", name="pk_messages"),
        sa.UniqueConstraint("id", name="uq_messages_id"),
        sa.UniqueConstraint("vendor_ref", name="uq_messages_vendor_ref"),
    )
    op.create_index("ix_messages_conversation_id_at", "messages", ["conversation_id", "at"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("decision_id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("composer", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_drafts_decision_id_decisions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint("decision_id", name="uq_drafts_decision_id"),
    )
    op.create_index("ix_drafts_conversation_id", "drafts", ["conversation_id"])


def _draft_sentences() -> None:
    op.create_table(
        "draft_sentences",
        sa.Column("draft_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("source", sa.Integer()),
        sa.Column("quote_start", sa.Integer()),
        sa.Column("quote_end", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name="fk_draft_sentences_draft_id_drafts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_draft_sentences"),
    )


def _draft_sources() -> None:
    op.create_table(
        "draft_sources",
        sa.Column("draft_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("passage_id", TEXT, nullable=False),
        sa.Column("article_id", TEXT, nullable=False),
        sa.Column("passage", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name="fk_draft_sources_draft_id_drafts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_draft_sources"),
    )
    op.create_index("ix_draft_sources_article_id", "draft_sources", ["article_id"])
    op.create_index("ix_draft_sources_passage_id", "draft_sources", ["passage_id"])


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("draft_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("agent_id", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_feedback_draft_id_drafts", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("serial", name="pk_feedback"),
    )
    op.create_index("ix_feedback_draft_id", "feedback", ["draft_id"])
