"""The history of a site: a record of everything published before, by which guids and addresses stay the same."""
