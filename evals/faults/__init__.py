"""A language model's endpoint that fails in every known way, and the product in front of it."""
