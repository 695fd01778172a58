"""Who the customer is: codes by e-mail, and sessions that were ended before their time."""
