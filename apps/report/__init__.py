"""`handrail report`: the balanced scorecard of a period, as text, a page, JSON or CSV."""
