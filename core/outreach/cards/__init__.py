"""The card of a campaign in each of its states, and what is done on it."""
