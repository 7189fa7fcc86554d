"""The page cache: whole responses, stored in memory or in Redis, in front of Flask."""
