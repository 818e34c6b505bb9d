"""How what supervisors are shown looks in Slack: the core's values as Block Kit."""
