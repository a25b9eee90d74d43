"""The entries of LESSONS, a literal dict for each role."""
