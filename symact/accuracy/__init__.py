"""Accuracy: how far the machine is from the truth."""
