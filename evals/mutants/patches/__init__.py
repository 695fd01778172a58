"""Ways to break the product, by room. Each function gives the swaps that make a mutant; nothing of the product is changed by it."""
