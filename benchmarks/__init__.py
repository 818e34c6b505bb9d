"""The numbers that Handrail promises, measured: `make bench`, or `python -m benchmarks --quick` for a small sample."""
