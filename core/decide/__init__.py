"""Who acts on a turn: the policy applied to what was read, found and known."""
