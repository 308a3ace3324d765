"""Measuring the models on labelled data: what `cs-qa evaluate` does."""
