"""Studies of real places, made ready in a folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent


def write_porto_alegre(
    shared_data: Path, folder: Path, *, profile: str = "norm", heights: bool = False
) -> Path:
    """Write the study of Porto Alegre: 117 hexagons with healthcare stand in for centres."""
    data = shared_data / "porto-alegre"
    cells = pd.read_csv(data / "population_hexgrid.csv")
    sites = cells[cells["healthcare"] > 0]
    centres = pd.DataFrame(
        {
            "centre_id": sites["id"],
            "name": "centre " + sites["id"],
            "lon": sites["lon"],
            "lat": sites["lat"],
            "level": "community",
            "kind": "comprehensive",
            "status": "existing",
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    centres.to_csv(folder / "centres.csv", index=False)
    text = (HERE / "porto_alegre.toml").read_text("utf-8")
    text = text.replace("@DATA@", data.as_posix())
    text = text.replace("@CENTRES@", (folder / "centres.csv").as_posix())
    text = text.replace('profile = "norm"', f'profile = "{profile}"')
    if heights:
        elevation = (data / "elevation.tif").as_posix()
        text = text.replace("[walking]", f'elevation = "{elevation}"\n\n[walking]')
    study = folder / "study.toml"
    study.write_text(text, encoding="utf-8")
    return study
