"""The demonstration: the whole way on embedded parts, with sample agencies and simulated recipients."""
