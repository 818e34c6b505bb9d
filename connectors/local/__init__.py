"""Models and files on this machine: encoder, intent, sentiment, language, articles."""
