"""What helps the agent beside the draft: what to do next, what must be said, what colleagues did before."""
