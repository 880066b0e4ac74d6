"""What every format shares in reading: strict JSON, faults that quote nothing, clean text."""
