"""What must be said before the first input, in one place, and the record of when it was shown to whom (docs/disclosures.md)."""
