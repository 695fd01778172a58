"""Evals of evals: the product is broken on purpose, and the suites must notice.

`mutants.yaml` lists the mutants: what each breaks, which harm that is, and the cases that should notice. How a mutant breaks the product
stands in `patches/`, a function for each way, which says what is put in the place of what while its cases are played.
"""
