"""What the hub says back: whether it knows this adapter, and how far each event came."""
