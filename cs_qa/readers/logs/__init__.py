"""Chat logs: text as a messenger or a desktop client saves it."""
