"""One file per format: each turns a file's bytes into a title and the plain form of its text."""
