"""The fault matrix: what is broken, how, and what must hold all the same (docs/reliability.md)."""
