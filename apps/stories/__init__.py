"""Stories that a person can read, played through the vendors' side and checked after every step."""
