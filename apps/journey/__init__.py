"""The beacon for the company's own pages: its script, the offers that it shows, what they did."""
