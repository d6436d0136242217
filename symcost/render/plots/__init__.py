"""Plots: what they say, how they are laid out, and the formats in which they are written."""
