"""From question to cited draft: retrieve, compose, ground, guard. Without a source there is no answer."""
