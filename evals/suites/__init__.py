"""Suites of cases: readable YAML files that say what a customer does and what must be true at the end.

`case.py` is the form of a case, `files.py` reads suites and names file and line of what is wrong in them. The shipped suites
lie in `evals/cases/`, one folder for each, a file for a subject, many cases to a file.
"""
