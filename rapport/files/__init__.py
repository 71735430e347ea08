"""Files that belong to records: each content once, served only as a download."""
