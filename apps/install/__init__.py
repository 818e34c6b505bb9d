"""Setting Handrail up on real accounts: `handrail init`, `handrail connect` and `handrail disconnect`."""
