"""Whom a campaign is for, judged and frozen line by line."""
