"""The page that a customer reads: how their message was answered, and how to object."""
