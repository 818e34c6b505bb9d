"""`handrail train`: agents practise on simulated tickets with the real sidebar."""
