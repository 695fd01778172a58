"""What people read of runs: a report, a comparison, and an export for other tools. Reads `evals/runs`; plays nothing."""
