"""Ways out of a matter that the company's own rules allow, with their amounts computed, for an agent to choose from."""
