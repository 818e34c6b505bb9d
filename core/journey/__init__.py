"""Help offered at the right moment to who is on the company's pages: rules, caps, what came of it."""
