"""What came of every matter: one row each, computed from what is stored of it, kept as it changes."""
