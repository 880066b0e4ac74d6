"""What hospitals, surgeries and their integration engines send."""
