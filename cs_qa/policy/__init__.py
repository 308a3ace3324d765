"""Policy accuracy: dated packs of a shop, what an agent states, and whether it agrees."""
