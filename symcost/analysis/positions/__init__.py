"""Which positions of a sequence see which others: receptive fields, and paths through stacks of layers.

field             the positions that a place depends on, put together and merged
walk              a field through an equation, node by node
loops             through what repeats: repetitions, scans, prefixes
receptive_field   what a place of an output sees of an input
path_length       how many layers it takes until everything sees everything
"""
