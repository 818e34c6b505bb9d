"""Twilio, through its SDK: SMS and WhatsApp messages, templates, lookups."""
