"""The search of one edition: schema, writing, reading, understanding a query, hits and moments."""
