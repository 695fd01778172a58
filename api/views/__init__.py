"""Records as the JSON of the HTTP interface (docs/architecture.md), by subject.

A shape is a `TypedDict`: mypy sees that the code builds it, FastAPI describes it in the OpenAPI and checks what leaves, and
streams send the very same dictionaries.
"""
