"""What may leave the house: approvals, consent, allowed hours."""
