"""The company's articles: cut into passages, searched, matched with a question, and checked for faults."""
