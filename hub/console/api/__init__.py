"""The HTTP API of recipients' own systems: inbox and receipts."""
