"""Who is who: match at arrival, merge, un-merge."""
