"""A run as files that others read: weights, metrics, PyTorch source and ONNX."""
