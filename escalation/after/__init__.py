"""What comes after a conversation: whether it is over, what the customer says of it, and whether they come back with it."""
