"""What reviewers do: which child is meant, what of a text may go."""
