"""The policy, sign-ins, Slack workspaces, the supervisors' alerts, and the agents' survey."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from connectors.sql.columns import Json, Moment, Private, PrivateJson, Serial, Words, metadata

# Every version of the policy, the sign-offs, and which version was in force from when on.

policies = Table(
    "policies",
    metadata,
    # Words, because addresses of pages name it.
    Column("version", Words, primary_key=True),
    Column("text", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

# The row with the highest serial is in force.
policy_enactments = Table(
    "policy_enactments",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("version", ForeignKey("policies.version"), nullable=False),
    Column("how", Text, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Words, nullable=False),
    Column("replaced", Text),
    CheckConstraint("how IN ('started', 'applied', 'restored')", name="how"),
)

policy_signoffs = Table(
    "policy_signoffs",
    metadata,
    Column("serial", Serial, primary_key=True),
    Column("section", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("person", Words, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("spent_at", Moment),
    Index(None, "section"),
)


# Which signed URLs have opened the sidebar.

sign_ins = Table(
    "sign_ins",
    metadata,
    # A hash: a token's own id may be of any length.
    Column("token", Text, primary_key=True),
    Column("expires_at", Moment, nullable=False, index=True),
)


# The Slack workspaces that have installed the app.

slack_installations = Table(
    "slack_installations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("name", Words, nullable=False),
    Column("enterprise_id", Text, nullable=False),
    Column("bot_user_id", Text, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("installed_by", Text, nullable=False),
    Column("installed_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=True),
)


# Alerts of the supervisors, and each occurrence that they count.

alerts = Table(
    "alerts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    # The key while it is open or snoozed, NULL from then on: so there is one open alert of a key at most.
    Column("open_key", Words),
    Column("state", Text, nullable=False),
    Column("times", Integer, nullable=False),
    # The newest occurrence, as JSON of `connectors.sql.codec`.
    Column("said", Private("alerts.said"), nullable=False),
    # No foreign key: what supervisors were told outlives the conversation.
    Column("conversation_id", Text),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("until", Moment),
    Column("notes", PrivateJson("alerts.notes", "[]"), nullable=False),
    Column("slack_channel", Text, nullable=False),
    Column("slack_ts", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("shown_at", Moment),
    UniqueConstraint("open_key"),
    Index(None, "state", "last_at"),
    Index(None, "conversation_id"),
)

alert_hits = Table(
    "alert_hits",
    metadata,
    Column("serial", Serial, primary_key=True),
    # What is told twice is counted once.
    Column("source", Words, nullable=False, unique=True),
    # Empty for the moment between the two statements that count it.
    Column("alert_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Private("alert_hits.text"), nullable=False),
    Column("ticket", Words, nullable=False),
    Index(None, "alert_id", "at"),
)


# The weekly question to the agents. No column says who answered, or when.

survey_answers = Table(
    "pulse",
    metadata,
    Column("week", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("shown", Integer, nullable=False),
    Column("later", Boolean, nullable=False),
    Column("helps", Integer),
    CheckConstraint("helps BETWEEN 1 AND 5", name="helps"),
)
