"""Networks and tables from files."""
