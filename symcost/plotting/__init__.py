"""Plots of networks, layers and costs: scaling, crossovers, regimes."""
