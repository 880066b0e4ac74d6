"""What operators do: what is late, held, dead or quarantined, and their hand on it."""
