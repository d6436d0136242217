"""Tables of expressions, and the formats in which they are written."""
