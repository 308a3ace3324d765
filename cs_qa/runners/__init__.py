"""Runners: the same batch function in one process, several, or on a cluster."""
