"""Control of a messaging conversation: who has it at the vendor, and how it follows the owner here."""
