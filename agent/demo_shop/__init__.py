"""Tarn & Thistle, the fictional shop that Candor ships for trying out: an SQL implementation of `agent.shop.Shop`."""
