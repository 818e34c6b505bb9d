"""What supervisors are told while something can still be done, and what they do about it."""
