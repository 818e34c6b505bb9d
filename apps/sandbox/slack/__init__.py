"""A Slack workspace: its Web API, its channels, and the people who click in them."""
