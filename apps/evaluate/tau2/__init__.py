"""tau2-bench's retail tasks as tests of the gate that actions stand behind. The tasks themselves are not in here."""
