"""The work after a conversation: what it was about, what was found out and done, what remains."""
