"""Asking a language model: what it is told, what is quoted to it, what that may cost and take, and its answer read."""
