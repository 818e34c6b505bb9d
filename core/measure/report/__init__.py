"""The report: the balanced scorecard over the outcomes of a period, what stands out in it, and what it is made of."""
