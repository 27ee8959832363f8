"""Joint campaigns: one page each, with partners, posters, a short address, and counts of nobody."""
