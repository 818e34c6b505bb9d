"""`handrail style`: the style card from the command line."""
