"""`handrail eval`: how good the answers are, on anybody's own labelled files."""
