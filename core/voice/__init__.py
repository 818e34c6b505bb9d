"""Calls: what is said at once, how one is put through, what an agent sees meanwhile, and what is written after."""
