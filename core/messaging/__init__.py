"""What a messaging conversation tells besides a customer's words, and what agents move between conversations."""
