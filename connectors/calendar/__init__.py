"""The company's calendar, over plain HTTP."""
