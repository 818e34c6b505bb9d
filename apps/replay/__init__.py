"""`handrail replay`: your last tickets decided again as they came, held against what your agents did."""
