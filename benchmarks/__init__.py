"""Speed of the generated code beside PyTorch's and beside the obvious line of NumPy: ``python -m benchmarks``."""
