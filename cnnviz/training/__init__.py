"""Training runs: data sets, recipes, the reference loop, and the store and processes that keep a run safe."""
