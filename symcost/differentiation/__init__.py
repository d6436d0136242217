"""The backward pass as an equation: what an equation's operations make of the gradients of what it hands out."""
