"""The page Appeals."""
