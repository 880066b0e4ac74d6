"""The one place where parts are wired. Nothing imports it but commands, the processes that they run, and tests.

By who asks, lightest first, for a command loads all that its module imports: `desk` is what most commands need,
`register` holds the children, `parts` are those of a process, `persons` act on what processes decide, `pages`
are made of the parts of the console.
"""
