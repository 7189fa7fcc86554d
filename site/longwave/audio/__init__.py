"""Audio files: their paths, their validators, and delivery in ranges (RFC 9110)."""
