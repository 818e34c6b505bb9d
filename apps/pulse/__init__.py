"""`handrail pulse`: what agents say about the suggestions."""
