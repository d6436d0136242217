"""Drawings of networks: one description, positions for it, and a template for each format."""
