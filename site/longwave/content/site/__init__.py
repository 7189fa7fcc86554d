"""``site.toml`` and what stands around the episodes: theme, redirects, profiles, categories."""
