"""One run of a module that nobody here wrote, without data and without touching it: what ran, in which order."""
