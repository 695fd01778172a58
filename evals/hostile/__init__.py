"""A hostile model against the tools, judged on the records of both sides."""
