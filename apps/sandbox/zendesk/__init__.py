"""A stand-in for one Zendesk account: tickets, people, help centre, triggers, webhooks."""
