"""Celery on an embedded Redis-compatible server, or on Redis by URL."""
