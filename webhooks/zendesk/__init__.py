"""What Zendesk tells us: event subscriptions and our own trigger."""
