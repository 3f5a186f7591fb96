"""One map, one table, one list: what people take to the meeting."""
