"""`handrail knowledge`: the articles, and what is found in them."""
