"""Who acts: the policy as values, and the rules that read it in order."""
