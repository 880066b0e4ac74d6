"""A person is asked (`tasks`), a desk is told (`notices`), whose desk that is (`desks`); `store` writes them."""
