"""Addresses, sockets and HTTP servers, the same for every process of the hub and its adapters."""
