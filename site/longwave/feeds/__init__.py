"""The model becomes bytes that machines read: RSS, sitemap."""
