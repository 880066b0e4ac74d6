"""The console: HTTP for recipients (inbox and receipts) and for whoever watches the hub (health)."""
