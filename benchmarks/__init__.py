"""Side-by-side timings; figures go into README.md beside this file."""
