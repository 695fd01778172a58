"""Training and evaluation of the reader. Needs torch and the data sets; nothing here runs in the product."""
