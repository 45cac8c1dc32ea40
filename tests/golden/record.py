#!/usr/bin/env python3
"""Adds the files of the present format to the golden corpus: small runs of the samples and of the
test programs, and what `ariadne dump` says of each.

    tests/golden/record.py build/release            # into tests/golden/MAJOR.MINOR
    tests/golden/record.py build/release --dumps    # only the texts, of all files that are there

Run it once for every minor that changes what is written, and commit what it makes. Files that are
there are never made again: they are what an older Ariadne wrote.
"""

import argparse
import pathlib
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

# Name, words behind "run". Together: failures, regions, supervision, faults, effects, metrics,
# choices one by one, waits in a circle, incremental snapshots, notes of a turn that is stuck.
RUNS = (
    ("hello", ["hello"]),
    ("lost_update", ["lost_update", "--arg", "deposits=2"]),
    ("dining", ["dining", "--policy", "pct", "--pct-depth", "2", "--seed", "3",
                "--arg", "philosophers=2", "--arg", "meals=1"]),
    ("kv_replica", ["kv_replica", "--arg", "clients=2", "--arg", "writes=1"]),
    ("supervised_shop", ["supervised_shop", "--arg", "orders=3", "--arg", "workers=2",
                         "--arg", "crash_per_mille=500", "--metrics", "25"]),
    ("bookings", ["bookings", "--arg", "bookings=2", "--arg", "seats=1",
                  "--faults", "drop=20000,delay=50000:5ms"]),
    ("gateway", ["gateway", "--arg", "requests=2"]),
    ("stuck", ["patient", "--watchdog", "0.05"]),
)


def minor_of(path):
    """The version in the file header, as FORMAT.md has it."""
    major, minor = struct.unpack_from("<HH", path.read_bytes(), 8)
    return f"{major}.{minor}"


def dump(ariadne, path):
    done = subprocess.run([ariadne, "dump", path], capture_output=True, check=False)
    path.with_suffix(".txt").write_bytes(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path, help="build folder with ariadne and programs")
    parser.add_argument("--dumps", action="store_true", help="write the texts again, nothing else")
    asked = parser.parse_args()
    ariadne = asked.build / "bin" / "ariadne"
    if asked.dumps:
        for path in sorted(HERE.glob("*/*.clew")):
            dump(ariadne, path)
        return 0
    for name, words in RUNS:
        made = HERE / f"{name}.clew"
        # "patient" waits until its input ends.
        with subprocess.Popen(["sleep", "0.3"], stdout=subprocess.PIPE) as waited_for:
            done = subprocess.run(
                [ariadne, "--programs", asked.build / "tests" / "programs" / "patient", "run",
                 *words, "-o", made], stdin=waited_for.stdout, capture_output=True, check=False)
        if not made.exists():
            print(f"{name}: {done.stderr.decode().strip()}", file=sys.stderr)
            return 1
        folder = HERE / minor_of(made)
        folder.mkdir(exist_ok=True)
        target = folder / made.name
        if target.exists():
            made.unlink()
            continue
        made.rename(target)
        dump(ariadne, target)
        print(f"{target.relative_to(HERE)}: {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
