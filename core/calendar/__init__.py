"""Appointments with a customer: how times are said, which one is meant, what is asked."""
