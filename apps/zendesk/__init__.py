"""The agent's sidebar in Zendesk: its page, its sessions, its API."""
