"""One file per step, run in the order of their numbers."""
