"""What a message tells us: language, intent, sentiment, urgency, risks, each with its words."""
