"""What `handrail` can be told to do. Each command imports what it needs when it runs, so that `--help` is quick."""
