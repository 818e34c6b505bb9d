"""A pilot in figures: which channel and intents to begin with, how it goes, and when to expand."""
