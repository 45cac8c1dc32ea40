#!/usr/bin/env python3
"""Builds the fuzz targets (preset fuzz) and runs them: with a fixed number of inputs and a fixed
seed in every run of the tests, for as long as somebody likes otherwise.

    tests/fuzz/run.py --runs 20000              # the same inputs every time
    tests/fuzz/run.py --seconds 3600            # each focus; what it learns stays in build/fuzz
    tests/fuzz/run.py --focus events --runs 0   # only the seeds

Seeds are the golden traces. What is found is written to build/fuzz/found; put it into tests/fuzz/found
when it is mended, and it is run first for ever. Exit status 77: there is no clang++ with libFuzzer.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "fuzz"
# Readers promise 512 MiB and 2 s for a file of 64 MiB; these files are small, the sanitizers are not.
LIMITS = ("-rss_limit_mb=1024", "-timeout=10", "-max_len=200000", "-len_control=0")
FOCUSES = ("any", "frames", "meta", "tables", "events", "snapshots", "index")


def has_libfuzzer():
    if not shutil.which("clang++"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "t.cpp"
        source.write_text('extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) '
                          "{ return 0; }\n")
        return subprocess.run(["clang++", "-fsanitize=fuzzer,address", source, "-o",
                               source.with_suffix("")], capture_output=True,
                              check=False).returncode == 0


def build(jobs):
    options = []
    if shutil.which("ccache"):
        options += [f"-DCMAKE_{language}_COMPILER_LAUNCHER=ccache" for language in ("C", "CXX")]
    subprocess.run(["cmake", "--preset", "fuzz", *options], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", BUILD, "--parallel", str(jobs), "--target", "fuzz_trace"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def seeds(folder):
    for path in sorted([*(ROOT / "tests" / "golden").glob("*/*.clew"),
                        *(HERE / "found").glob("*.clew")]):
        shutil.copyfile(path, folder / f"{path.parent.name}-{path.name}")


def run(focus, asked):
    found = BUILD / "found"
    found.mkdir(exist_ok=True)
    kept = BUILD / "corpus" / focus
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        seeds(folder)
        corpus = [folder]
        if asked.seconds:
            kept.mkdir(parents=True, exist_ok=True)
            corpus = [kept, folder]
        amount = f"-max_total_time={asked.seconds}" if asked.seconds else f"-runs={asked.runs}"
        began = time.monotonic()
        done = subprocess.run(
            [BUILD / "tests" / "fuzz_trace", *corpus, amount, f"-seed={asked.seed}", *LIMITS,
             f"-artifact_prefix={found}/", f"--focus={focus}"],
            capture_output=True, text=True, check=False,
            env={**os.environ, "ASAN_OPTIONS": "allocator_may_return_null=1"})
        seconds = time.monotonic() - began
    ended = re.search(r"^Done (\d+) runs", done.stderr, re.MULTILINE)
    runs = ended.group(1) if ended else "not all"
    print(f"fuzz {focus}: {runs} inputs in {seconds:.0f} s: "
          f"{'nothing found' if done.returncode == 0 else 'found something'}", flush=True)
    if done.returncode != 0:
        print("\n".join(done.stderr.split("\n")[-60:]))
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=20000)
    parser.add_argument("--seconds", type=int, default=0, help="each; instead of --runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--focus", choices=FOCUSES, action="append")
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    if not has_libfuzzer():
        print("no clang++ with libFuzzer here")
        return 77
    build(asked.jobs)
    went_well = [run(focus, asked) for focus in asked.focus or FOCUSES]
    return 0 if all(went_well) else 1


if __name__ == "__main__":
    sys.exit(main())
