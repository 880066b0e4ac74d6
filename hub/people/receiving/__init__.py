"""What whoever hears of a concern does with it: read, say what was done, ask back, hand over, take along."""
