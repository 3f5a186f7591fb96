"""
Hashes of the data files: `python -m scripts.data_registry` rewrites them, `--check` compares.

`data/registry.toml` names every file of `data/demo` and `data/helsinki` with its sha256.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tomllib
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
FOLDERS = ("demo", "helsinki")
REGISTRY = "registry.toml"
HEAD = "# sha256 of every data file; rewritten by `python -m scripts.data_registry`.\n\n[sha256]\n"


def hash_files(data: Path) -> dict[str, str]:
    """
    Hash the data files.

    Parameters
    ----------
    data
        The folder `data`.

    Returns
    -------
    hashes
        sha256 by path, relative to `data` with forward slashes, sorted.
    """
    files = sorted(f for folder in FOLDERS for f in (data / folder).rglob("*") if f.is_file())
    return {
        f.relative_to(data).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files
    }


def write_registry(data: Path) -> None:
    """
    Rewrite the registry.

    Parameters
    ----------
    data
        The folder `data`.
    """
    lines = [f'"{name}" = "{digest}"\n' for name, digest in hash_files(data).items()]
    (data / REGISTRY).write_bytes((HEAD + "".join(lines)).encode())


def differences(data: Path) -> list[str]:
    """
    Compare the files with the registry.

    Parameters
    ----------
    data
        The folder `data`.

    Returns
    -------
    differences
        One sentence for each file that is missing, unlisted or changed.
    """
    listed = tomllib.loads((data / REGISTRY).read_text(encoding="utf-8"))["sha256"]
    found = hash_files(data)
    out = [f"{name} is listed but missing" for name in sorted(listed.keys() - found.keys())]
    out += [f"{name} is not listed" for name in sorted(found.keys() - listed.keys())]
    both = sorted(listed.keys() & found.keys())
    return out + [f"{name} has changed" for name in both if listed[name] != found[name]]


def main() -> int:
    """Rewrite or check the registry."""
    parser = argparse.ArgumentParser(prog="python -m scripts.data_registry", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; 1 if they differ")
    if not parser.parse_args().check:
        write_registry(DATA)
        return 0
    found = differences(DATA)
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
