"""Zendesk messaging: the app's API, its webhooks, the customers' windows, and the agents' side of it."""
