"""Media: audio and image files, their metadata, scaled pictures, and the references to media in texts."""
