"""Slack, through slack_sdk: the supervisors' channel."""
