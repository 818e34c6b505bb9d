"""The rules of `core.coordinate.decide`, by what they are about: each gives a turn its disposition, or None."""
