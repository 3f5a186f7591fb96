"""Command line: `python -m scripts.hill_district --out data/demo --seed 7`."""

from __future__ import annotations

import argparse
from pathlib import Path

from scripts.hill_district.district import make_district, write_district
from scripts.hill_district.settings import Settings


def main() -> None:
    """Make one district and write it."""
    default = Settings()
    parser = argparse.ArgumentParser(prog="python -m scripts.hill_district", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--size", type=float, default=default.size_m, help="side, metres")
    parser.add_argument("--persons", type=int, default=default.persons)
    chosen = parser.parse_args()
    settings = Settings(seed=chosen.seed, size_m=chosen.size, persons=chosen.persons)
    district = make_district(settings)
    write_district(district, chosen.out)
    print(
        f"{chosen.out}: {len(district.graph.xy)} nodes, {len(district.graph.edges)} edges, "
        f"{len(district.buildings)} buildings, {settings.persons} persons"
    )


if __name__ == "__main__":
    main()
