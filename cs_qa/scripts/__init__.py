"""Scripted text: what a message says without its values and courtesy, and how alike two are."""
