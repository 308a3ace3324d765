"""Training the models from the seed data, and measuring them."""
