"""A Twilio account: messages, numbers, templates, look-ups, and the phones at the other end."""
