"""The customer's receipt: who answered, from which sources, and how to object."""
