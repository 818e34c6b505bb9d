"""What a message tells us: language, intent, sentiment, urgency, risks, each with the words that show it."""
