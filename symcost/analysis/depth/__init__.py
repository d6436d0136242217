"""Depth and width: time is a delay on an edge."""
