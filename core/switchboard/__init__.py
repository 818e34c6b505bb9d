"""Control of messaging conversations: it is passed to agents and back, and whoever has it owns the conversation."""
