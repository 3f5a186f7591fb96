"""Many studies, or many plans of one study, each run by itself in a process of several."""
