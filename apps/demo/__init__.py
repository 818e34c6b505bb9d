"""`handrail demo`: everything on one machine, the vendors played by the sandbox."""
