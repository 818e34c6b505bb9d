"""What supervisors ask: their home in Slack, commands, search."""
