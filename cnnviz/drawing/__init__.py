"""Pictures and tables of a summary: nothing here measures, and nothing here shows."""
