"""The company's systems in which actions are done: by HTTP, or through an adapter of the company's own."""
