"""What starts a campaign: facts that a play needs, status pages, timetables, what follows from a resolved matter."""
