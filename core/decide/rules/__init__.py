"""The rules of `core.decide.table`, by what they are about: each gives a turn its disposition, or None."""
