"""The supervisor's clicks in Slack, through Bolt."""
