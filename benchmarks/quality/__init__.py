"""`make eval`: the public sets through the product's own code, beside the simple baselines."""
