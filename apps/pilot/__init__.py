"""`handrail pilot`: begin small, in the shadow, and expand when the numbers say so."""
