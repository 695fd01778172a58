"""The retail world of tau2-bench as a shop, and its right actions driven through our own tools."""
