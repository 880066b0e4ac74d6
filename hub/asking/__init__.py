"""A person is asked, and a desk is told: tasks and notices, each in one place."""
