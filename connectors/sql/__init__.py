"""The store on SQLite or PostgreSQL, through SQLAlchemy."""
