"""Dated rule sets and what they say of each centre."""
