"""Tests that try to break the laws of the product, with real parts and hostile models, people and timing."""
