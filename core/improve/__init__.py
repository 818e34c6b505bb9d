"""Lessons from what agents change in drafts, as proposals that a person accepts, edits or refuses."""
