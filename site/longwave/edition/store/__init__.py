"""The index folder: each edition's databases and templates, the build lock, and the pointer to the current edition."""
