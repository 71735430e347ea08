"""Lists of records: the page that each of them shares, and views of them that people save, share and pin."""
