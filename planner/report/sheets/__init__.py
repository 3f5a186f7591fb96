"""The sheets of `tables.xlsx`, one module a subject."""
