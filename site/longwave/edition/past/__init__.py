"""The history of a site: what was published before, so that guids and addresses stay as they were."""
