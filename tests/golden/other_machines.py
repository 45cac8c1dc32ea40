#!/usr/bin/env python3
"""Reads traces on a 32-bit machine and on a big-endian one, and compares with this machine.

    tests/golden/other_machines.py BUILD_FOLDER [FILE.clew...]    # without files: the golden corpus

Builds tests/golden/plain_dump.cpp with the format library for i386 and s390x (Debian's cross
compilers g++-i686-linux-gnu and g++-s390x-linux-gnu, and the libraries of those machines unpacked
below BUILD_FOLDER, nothing of the system is changed) and runs it under qemu-user. `./dev soak` does
this; what it prints must be equal to the last byte.
"""

import argparse
import glob
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Architecture of Debian, prefix of its compiler, folder of its libraries, what runs its programs.
MACHINES = (
    ("i386", "i686-linux-gnu", "i386-linux-gnu", "qemu-i386"),
    ("s390x", "s390x-linux-gnu", "s390x-linux-gnu", "qemu-s390x"),
)
PACKAGES = ("libcapnp-dev", "libabsl-dev", "liblz4-dev", "libxxhash-dev")
SOURCES = ("tests/golden/plain_dump.cpp", "tracefmt/*.cpp", "engine/base/*.cpp")
FLAGS = ("-std=c++20", "-O1", "-ffp-contract=off", "-D_FILE_OFFSET_BITS=64", "-Wall", "-Wextra",
         "-Werror", '-DARIADNE_VERSION="0.1.0"')


def run(words, **how):
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **how)
    if done.returncode != 0:
        print(done.stdout.decode(errors="replace")[-4000:], file=sys.stderr)
        sys.exit(f"other_machines: {words[0]} ended with status {done.returncode}")


def unpack_libraries(machine, place):
    """Headers and static libraries of that architecture, in `place`/root."""
    if (place / "unpacked").exists():
        return
    for folder in ("state/lists/partial", "cache/archives/partial", "packages"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    (place / "status").touch()
    apt = ["apt-get", "-qq", "-o", f"APT::Architecture={machine}", "-o",
           f"APT::Architectures={machine}", "-o", f"Dir::State={place}/state", "-o",
           f"Dir::State::status={place}/status", "-o", f"Dir::Cache={place}/cache", "-o",
           "APT::Sandbox::User=root"]
    # A list that cannot be had (a mirror in the middle of its own update) need not matter.
    subprocess.run([*apt, "update"], stderr=subprocess.DEVNULL, check=False)
    run([*apt, "download", *PACKAGES], cwd=place / "packages")
    for package in sorted((place / "packages").glob("*.deb")):
        run(["dpkg-deb", "-x", package, place / "root"])
    # Headers only, the same everywhere; not through -I/usr/include, which has this machine's own.
    (place / "root/usr/include/boost").symlink_to("/usr/include/boost")
    (place / "unpacked").touch()


def build(build_folder, machine, prefix, libraries):
    place = build_folder / "other_machines" / machine
    place.mkdir(parents=True, exist_ok=True)
    unpack_libraries(machine, place)
    schema = build_folder / "tracefmt/schema"
    include = ["-I", ROOT, "-isystem", schema, "-isystem", place / "root/usr/include"]
    compiler = f"{prefix}-g++"
    sources = [path for pattern in SOURCES for path in sorted(glob.glob(str(ROOT / pattern)))]
    sources.append(schema / "tracefmt/trace.capnp.c++")
    objects = []

    def compile_one(source):
        name = place / (pathlib.Path(source).name + ".o")
        words = ["-w"] if str(source).endswith(".c++") else []
        run([compiler, *FLAGS, *words, *include, "-x", "c++", "-c", source, "-o", name])
        return name

    with ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(compile_one, sources))
    archives = place / "root/usr/lib" / libraries
    absl = sorted(archives.glob("libabsl_*.a"))
    program = place / "plain_dump"
    run([compiler, "-static", *objects, "-Wl,--start-group", *absl, archives / "libcapnp.a",
         archives / "libkj.a", archives / "liblz4.a", archives / "libxxhash.a", "-Wl,--end-group",
         "-pthread", "-o", program])
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path, help="build folder with ariadne-plain-dump")
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="traces")
    asked = parser.parse_args()
    files = asked.files or sorted((ROOT / "tests/golden").glob("*/*.clew"))
    here = subprocess.run([asked.build / "tests/ariadne-plain-dump", *files],
                          stdout=subprocess.PIPE, check=False)
    if here.returncode != 0 or not here.stdout:
        sys.exit(f"other_machines: this machine's own reader ended with status {here.returncode}")
    bad = 0
    for machine, prefix, libraries, runner in MACHINES:
        program = build(asked.build.resolve(), machine, prefix, libraries)
        there = subprocess.run([runner, program, *files], stdout=subprocess.PIPE, check=False)
        if there.stdout == here.stdout and there.returncode == 0:
            print(f"{machine}: {len(files)} traces, {len(here.stdout.splitlines())} lines: equal")
            continue
        bad += 1
        ours, theirs = here.stdout.splitlines(), there.stdout.splitlines()
        at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b),
                  min(len(ours), len(theirs)))
        print(f"{machine}: differs at line {at + 1} (status {there.returncode})\n"
              f"  here:  {ours[at:at + 1]}\n  there: {theirs[at:at + 1]}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
