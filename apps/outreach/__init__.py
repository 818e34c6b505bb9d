"""`handrail outreach`: campaigns, and the switch for all that leaves by itself."""
