"""Plans for key customers: who decides there, where they do not buy yet, goals, risks and what comes next."""
