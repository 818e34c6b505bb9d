"""What Zendesk messaging tells us: customers' and agents' messages, delivery, who has control, who is who."""
