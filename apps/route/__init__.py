"""`handrail route`: who would have got what, on the company's own past."""
