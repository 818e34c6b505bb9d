"""`handrail improve`: lessons from what agents change in drafts."""
