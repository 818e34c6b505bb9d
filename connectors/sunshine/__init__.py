"""Zendesk messaging, through the Sunshine Conversations API (v2)."""
