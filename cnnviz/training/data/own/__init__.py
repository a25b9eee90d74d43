"""A person's own images: a folder or zip of them, read once and kept as a data set under a name."""
