"""What the vendor vouched for when a message came: who gives a conversation back later still knows the sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("proved", sa.Text(), nullable=True))
