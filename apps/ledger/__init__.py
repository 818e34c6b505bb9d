"""`handrail ledger`: what is written down of all that was decided and sent, and whether it still fits together."""
