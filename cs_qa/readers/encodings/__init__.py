"""Character sets: found out, decoded strictly, never replaced in silence."""
