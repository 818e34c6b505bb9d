"""What supervisors are told at once: grouped, counted, silenced for a while, and acted on from Slack."""
