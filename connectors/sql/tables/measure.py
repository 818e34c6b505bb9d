"""What came of every matter: the roll-up that reports are made of, and what is to be counted again."""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, text

from connectors.sql.columns import (
    Json,
    Moment,
    Private,
    PrivateJson,
    Serial,
    Words,
    metadata,
)

# One row a conversation, without a word of anybody. It goes with its conversation.
matters = Table(
    "matters",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("day", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("intent", Words, nullable=False),
    Column("automation", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("group", Words, nullable=False),
    Column("brand", Words, nullable=False),
    Column("agent", Words, nullable=False),
    Column("rule", Text, nullable=False),
    Column("answered_after", Integer),
    Column("answered_by", Text, nullable=False),
    Column("handled", Integer),
    Column("drafting", Integer, nullable=False),
    Column("closed_at", Moment),
    Column("watched_until", Moment),
    Column("contained", Boolean),
    Column("verified", Boolean),
    Column("reopened", Integer, nullable=False),
    Column("recontacted_at", Moment),
    Column("handovers", Integer, nullable=False),
    Column("handover_rule", Text, nullable=False),
    Column("transfers", Integer, nullable=False),
    Column("bypassed", Boolean),
    Column("customer_messages", Integer, nullable=False),
    Column("assistant_messages", Integer, nullable=False),
    Column("agent_messages", Integer, nullable=False),
    Column("reasked", Integer, nullable=False),
    Column("repeated", Integer, nullable=False),
    Column("drafts_used", Integer, nullable=False),
    Column("drafts_edited", Integer, nullable=False),
    Column("drafts_ignored", Integer, nullable=False),
    Column("drafts_sent", Integer, nullable=False),
    Column("facts_known", Integer, nullable=False),
    Column("facts_used", Integer, nullable=False),
    Column("corrected", Boolean, nullable=False),
    Column("mood_start", Float),
    Column("mood_lowest", Float),
    Column("mood_end", Float),
    Column("recovered", Boolean),
    Column("satisfied", Boolean),
    Column("rating", Integer),
    Column("recommends", Integer),
    Column("likely_dissatisfied", Float),
    # Millionths of the currency.
    Column("cost", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("texts", Integer, nullable=False),
    Index(None, "began_at"),
    Index(None, "customer_id", "intent", "began_at"),
)

# Written by triggers of the database itself, whoever changes what a matter is made of (migration 0052); a conversation
# may stand here many times, so that nobody waits for anybody.
stale_matters = Table(
    "stale_matters",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    sqlite_autoincrement=True,
)

# What people did with drafts, without a word of anybody: counted again with its matter, and gone with its conversation.
source_votes = Table(
    "source_votes",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("intent", Words, primary_key=True),
    Column("article_id", Words, primary_key=True),
    Column("voter", Words, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("worth", Float, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "intent", "at"),
)

judged_drafts = Table(
    "judged_drafts",
    metadata,
    Column("draft_id", Text, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("intent", Words, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("good", Boolean, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# Votes that count no more, by somebody's word; and the curves of each night.
learning_resets = Table(
    "learning_resets",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False),
    Column("article_id", Words, nullable=False),
    Column("intent", Words, nullable=False),
)

calibrations = Table(
    "calibrations",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False),
    Column("curves", Json, nullable=False),
)


# What is proposed because agents changed drafts alike, and what people said of it.

# The words are masked before they come here; `evidence` goes with the conversation it is from.
proposals = Table(
    "proposals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("title", Private("proposals.title"), nullable=False),
    Column("says", Private("proposals.says"), nullable=False),
    Column("change", PrivateJson("proposals.change", "{}"), nullable=False),
    Column("matters", Integer, nullable=False),
    Column("agents", Integer, nullable=False),
    Column("customers", Integer, nullable=False),
    Column("could", Integer, nullable=False),
    Column("words", Integer, nullable=False),
    Column("replayed", Words, nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("decided_by", Words, nullable=False),
    Column("decided_at", Moment),
    Column("decided_with", Integer, nullable=False),
    Column("outcome", Words, nullable=False),
    Index(None, "state", "found_at"),
)

proposal_evidence = Table(
    "proposal_evidence",
    metadata,
    Column("proposal_id", ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("customer_id", Text, nullable=False),
    Column("ticket_id", Text, nullable=False),
    Column("agent", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("before", Private("proposal_evidence.before"), nullable=False),
    Column("after", Private("proposal_evidence.after"), nullable=False),
)

# Cases of the regression suite and exercises, masked. No foreign key: they outlive their conversation, and go when
# its customer is erased.
suite_cases = Table(
    "suite_cases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("case", PrivateJson("suite_cases.case", "{}"), nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("training", PrivateJson("suite_cases.training", "{}"), nullable=False, server_default=text("'{}'")),
)
