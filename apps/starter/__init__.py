"""Files to begin with: a policy that is careful everywhere."""
