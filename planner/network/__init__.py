"""Streets: from ways to junctions and edges, with walking times, kept on disk."""
