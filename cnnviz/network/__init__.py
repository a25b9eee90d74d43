"""What a network is: its spec, its text, its layers' vocabulary, and what is known about it without running it."""
