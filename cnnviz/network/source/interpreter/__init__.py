"""A small reader of Python: names stand for layers and tensors of PyTorch, of which nothing is made or executed."""
