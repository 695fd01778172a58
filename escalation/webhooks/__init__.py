"""Webhooks: what happens is told to other systems as Standard Webhooks (docs/webhooks.md).

`catalogue` names the events. Database triggers (migration 0018) write each into the outbox in the transaction in which it
happens, so none is lost, none is told that was rolled back, and without an endpoint nothing is written. `courier` delivers
at least once; `endpoints` is what an operator does.
"""
