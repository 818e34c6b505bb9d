"""Zendesk, through zenpy: tickets, people, articles, webhooks and triggers."""
