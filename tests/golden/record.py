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

# Name, words behind "run"; together they have what minor 6 brought and a little of what was before.
# Those of minor 5 had, in eight files: failures, regions, supervision, faults, effects, metrics,
# choices one by one, waits in a circle, incremental snapshots, notes of a turn that is stuck.
RUNS = (
    ("hello", ["hello"]),
    ("kv_secret", ["kv_replica", "--arg", "clients=1", "--arg", "writes=1"]),
    ("inputs", ["gateway", "--arg", "requests=2", "--record", "inputs"]),
    ("events", ["lost_update", "--arg", "deposits=2", "--record", "events"]),
    ("black_box", ["dining", "--arg", "philosophers=2", "--arg", "meals=1", "--policy", "pct",
                   "--pct-depth", "2", "--seed", "3", "--black-box", "1MiB"]),
)
# Name, the file it is made of, words that make it.
MADE = (
    ("redacted", "kv_secret", ["redact"]),
    ("cut", "kv_secret", ["cut", "20..40"]),
)


def minor_of(path):
    """The version in the file header, as FORMAT.md has it."""
    major, minor = struct.unpack_from("<HH", path.read_bytes(), 8)
    return f"{major}.{minor}"


def dump(ariadne, path):
    done = subprocess.run([ariadne, "dump", path], capture_output=True, check=False)
    path.with_suffix(".txt").write_bytes(done.stdout)


def newest(name):
    return max(HERE.glob(f"*/{name}.clew"), key=lambda path: int(path.parent.name.split(".")[1]))


def keep(ariadne, name, words):
    """Lets `ariadne` make a file of that name, if there is none of its minor yet."""
    made = HERE / f"{name}.clew"
    done = subprocess.run([ariadne, *words, made], capture_output=True, check=False)
    if not made.exists():
        sys.exit(f"{name}: {done.stderr.decode().strip()}")
    target = HERE / minor_of(made) / made.name
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        made.unlink()
        return
    made.rename(target)
    dump(ariadne, target)
    print(f"{target.relative_to(HERE)}: {target.stat().st_size} bytes")


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
        keep(ariadne, name, ["run", *words, "-o"])
    for name, source, words in MADE:
        keep(ariadne, name, [words[0], newest(source), *words[1:], "-o"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
