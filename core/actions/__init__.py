"""Actions in the company's own systems: what may be done, what must hold, what was done."""
