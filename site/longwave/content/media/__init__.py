"""Audio files and images: paths, facts, scaled pictures, and the texts that mention them."""
