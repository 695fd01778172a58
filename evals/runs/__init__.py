"""Runs of suites: what became of every case, kept in a folder, and read by reports, comparisons and the QA page."""
