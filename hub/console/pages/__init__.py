"""The pages for people: each room has a page a file, its template and its words beside it, and lists them in PAGES."""
