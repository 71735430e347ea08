"""Every business fact, recorded once; jobs and live pages start from it."""
