"""`handrail actions`: what is done in the company's own systems."""
