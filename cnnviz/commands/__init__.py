"""What the commands do. Heavy imports stand inside them, so that each starts as fast as it can."""
