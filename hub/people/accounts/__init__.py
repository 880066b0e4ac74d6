"""Who people are: their rows, posts, sessions and tokens."""
