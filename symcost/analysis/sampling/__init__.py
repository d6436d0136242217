"""Sampling: what each step of a network over time waits for, and what is kept from one step to the next."""
