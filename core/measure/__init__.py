"""What became of a suggestion, and what is learned from it."""
