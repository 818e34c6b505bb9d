"""The company's order system, over plain HTTP."""
