"""How the tables came to be, through Alembic; the same steps on both databases."""
