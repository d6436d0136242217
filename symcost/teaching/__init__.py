"""A lecture: its slides as a table, and the document that answers them."""
