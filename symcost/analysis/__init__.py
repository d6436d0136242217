"""Analyses of equations, one question a file. They are functions, and know nothing of networks or formats."""
