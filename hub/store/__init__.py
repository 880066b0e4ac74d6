"""PostgreSQL: migrations, and the SQL of the hub's own tables. The register's SQL lives with matching."""
