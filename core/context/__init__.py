"""Who this is and what went before: identity, profile, one timeline over all channels."""
