"""Processes and faces: the outermost room, and the only one that builds connectors."""
