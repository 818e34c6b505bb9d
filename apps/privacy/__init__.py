"""One person's data: exported, erased, and who looked at it; the page that tells customers about all of it."""
