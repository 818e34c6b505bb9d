"""What Twilio tells us: texts, WhatsApp messages, and what became of ours."""
