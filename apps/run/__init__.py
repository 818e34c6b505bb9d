"""`handrail run`: the loop over a file, without network."""
