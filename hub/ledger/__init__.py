"""The append-only log: every decision, disclosure, receipt and review as a salted commitment."""
