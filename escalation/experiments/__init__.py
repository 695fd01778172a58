"""Experiments on live traffic: a variant beside the product as it is, by lot, watched, and stopped when it does harm."""
