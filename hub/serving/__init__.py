"""Addresses, HTTP servers and long-running tasks, the same for every process of the hub and its adapters."""
