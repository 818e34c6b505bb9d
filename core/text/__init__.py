"""Text as channels carry it."""
