"""Files to records: readers collect every fault of a file and raise once."""
