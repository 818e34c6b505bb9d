"""The pieces that cards for supervisors are made of."""
