"""`handrail policy`: check, test, sign, apply, compare and explain the policy."""
