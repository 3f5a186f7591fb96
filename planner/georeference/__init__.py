"""Where things are: coordinate systems, and places on the streets."""
