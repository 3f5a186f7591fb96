"""
Seeded generator of a synthetic hill district (山城示范区).

Everything it makes is invented: no real street, building, person or office is described.
Streets are *contour lines* of a gently tilted terrain (so they are near level and never
cross), bridges and tunnels are *chords* between two points of one such contour, and
everything else runs across: switchback climbs at a fixed grade, and lines of steepest
descent that become lanes, footpaths or stairs by their slope.

Read the modules in the order they work: `settings`, `terrain`, then the streets
(`town`, `contours`, `spans`, `climbs`, `crossings`), the walkable graph (`graph`, `heights`,
`compounds`, `ascents`), people (`buildings`, `communities`, `plan`), and the files (`district`).
All of them work in local metres from the south-western corner.
"""
