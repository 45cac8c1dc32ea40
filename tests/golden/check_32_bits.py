#!/usr/bin/env python3
"""Compiles the reader for a 32-bit machine, so that what does so no more is seen at once.

    tests/golden/check_32_bits.py BUILD_FOLDER [--jobs 2]

That it also reads there what it should says other_machines.py, which takes longer and needs more.
Here only a compiler is needed: Debian's g++-i686-linux-gnu, or a g++ with the headers for -m32;
without one this says so and is skipped. The headers of the libraries are this machine's, as they
say the same everywhere. A second run takes from ccache what has not changed.
"""

import argparse
import glob
import pathlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from other_machines import FLAGS, ROOT, SOURCES

SKIPPED = 77
COMPILERS = (("i686-linux-gnu-g++",), ("g++", "-m32"))
# What is included of the libraries. Not through -I/usr/include, which has this machine's own.
HEADERS = ("absl", "boost", "capnp", "kj", "lz4.h", "xxh3.h", "xxhash.h")


def compiler():
    """The first that compiles what includes the standard library for 32 bits; None: there is none."""
    for words in COMPILERS:
        if shutil.which(words[0]) is None:
            continue
        tried = subprocess.run([*words, "-fsyntax-only", "-x", "c++", "-"],
                               input=b"#include <vector>\nstatic_assert(sizeof(void*) == 4);\n",
                               capture_output=True, check=False)
        if tried.returncode == 0:
            return words
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path, help="build folder with the schema")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    words = compiler()
    if words is None:
        print("check_32_bits: skipped, no compiler for 32 bits is here; apt-get install "
              "g++-i686-linux-gnu")
        return SKIPPED
    missing = [name for name in HEADERS if not pathlib.Path("/usr/include", name).exists()]
    if missing:
        print(f"check_32_bits: skipped, /usr/include has no {', '.join(missing)}")
        return SKIPPED

    place = asked.build.resolve() / "check_32_bits"
    include = place / "include"
    include.mkdir(parents=True, exist_ok=True)
    for name in HEADERS:
        link = include / name
        if not link.is_symlink():
            link.symlink_to(pathlib.Path("/usr/include", name))
    ccache = [] if shutil.which("ccache") is None else ["ccache"]
    # Nothing runs: what optimizing takes is saved.
    flags = [flag for flag in FLAGS if not flag.startswith("-O")]
    sources = [path for pattern in SOURCES for path in sorted(glob.glob(str(ROOT / pattern)))]

    def compile_one(source):
        done = subprocess.run(
            [*ccache, *words, *flags, "-I", ROOT, "-isystem", asked.build / "tracefmt/schema",
             "-isystem", include, "-c", source, "-o", place / f"{pathlib.Path(source).name}.o"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return source, done.returncode, done.stdout.decode(errors="replace")

    failed = 0
    with ThreadPoolExecutor(asked.jobs) as pool:
        for source, status, said in pool.map(compile_one, sources):
            if status != 0:
                failed += 1
                print(f"check_32_bits: {source} does not compile for 32 bits\n{said}",
                      file=sys.stderr)
    if failed == 0:
        print(f"check_32_bits: {len(sources)} sources compile with {' '.join(words)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
