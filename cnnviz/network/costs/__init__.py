"""What a network costs: receptive fields, the smallest image, and the memory of training."""
