"""Exports in JSON: service systems', and our own format as one document."""
