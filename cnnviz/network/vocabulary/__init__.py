"""The entries of `LAYERS`, a literal dict for each role."""
