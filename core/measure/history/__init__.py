"""A company's past tickets, taken again as they came and held against what its agents did."""
