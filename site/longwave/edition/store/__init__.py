"""The files of an edition in the index folder: its databases, its templates, the lock and the pointer."""
