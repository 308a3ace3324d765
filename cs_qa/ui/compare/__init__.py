"""The page Second reviews."""
