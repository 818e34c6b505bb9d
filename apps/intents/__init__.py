"""`handrail intents`: the company's own intents, proposed from its tickets and checked."""
