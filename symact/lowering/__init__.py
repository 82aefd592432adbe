"""Lowering: from mathematics to numeric programs that no float breaks."""
