"""Procedures of the policy: steps that the assistant goes through with a customer, each one to be seen."""
