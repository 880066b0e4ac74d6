"""Delivery: from a row in PostgreSQL to the recipient, in time, and the recipient's word back.

Read in this order: `retry` and `recheck` (what is decided, pure), `bulkhead` (how many at once, pure), `channels/` (one
file each), `claiming`, `settling` and `session` (the database), `lane` and `dispatcher` (who runs them), `sweep` (what
nobody answered in time), `receipts` (the recipient's word), `operating` (operators' hands).
"""
