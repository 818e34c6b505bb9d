"""What speaks against a campaign, before anybody is asked."""
