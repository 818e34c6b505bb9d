"""Every version of the policy, the sign-offs, and which version was in force from when on."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("version", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_policies"),
    )
    op.create_table(
        "policy_enactments",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("how", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("replaced", TEXT),
        sa.PrimaryKeyConstraint("serial", name="pk_policy_enactments"),
        sa.ForeignKeyConstraint(["version"], ["policies.version"], name="fk_policy_enactments_version_policies"),
        sa.CheckConstraint("how IN ('started', 'applied', 'restored')", name=op.f("ck_policy_enactments_how")),
    )
    op.create_table(
        "policy_signoffs",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("section", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("before", TEXT, nullable=False),
        sa.Column("after", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("spent_at", MOMENT),
        sa.PrimaryKeyConstraint("serial", name="pk_policy_signoffs"),
    )
    op.create_index("ix_policy_signoffs_section", "policy_signoffs", ["section"])
