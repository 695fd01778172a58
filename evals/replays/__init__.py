"""Past conversations played again, offline, under both variants of an experiment."""
