"""Every header of the product compiles alone, with the options its own folder is built with. Those
of the tests are read by nobody but the tests, which the build compiles.

A header that its own source includes before everything else was compiled so by the build; the
others are compiled here.

usage: check_headers.py BUILD_FOLDER [--jobs N]
"""

import argparse
import json
import os
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tree
from tree import Finding

FOLDERS = ("engine", "tracefmt", "recorder", "studio", "samples", "plugins")

# Options that say where the result goes, or bring in something the header did not ask for.
_WITH_VALUE = {"-o", "-MF", "-MT", "-MQ", "-include"}
_ALONE = {"-c", "-MD", "-MMD", "-MP", "-Winvalid-pch", "-fpch-preprocess"}


def options_of(command, source):
    """The compile command of `source` without its file and where that goes; a ccache in front
    stays, for then an unchanged header costs nothing."""
    kept, words = [], iter(command)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif word not in _ALONE and word != source:
            kept.append(word)
    return kept


def commands_by_folder(entries, root):
    """Folder relative to `root` -> (options, folder to run in) of its first source."""
    commands = {}
    for entry in entries:
        folder = os.path.relpath(os.path.realpath(os.path.dirname(entry["file"])), root)
        words = entry.get("arguments") or shlex.split(entry["command"])
        commands.setdefault(folder, (options_of(words, entry["file"]), entry["directory"]))
    return commands


def command_for(header, commands):
    """The command of the header's folder, of the nearest one above, or of any below its top
    folder; None when nothing there is built."""
    folder = os.path.dirname(header)
    while folder:
        if folder in commands:
            return commands[folder]
        below = [name for name in sorted(commands) if name.startswith(folder + "/")]
        if below:
            return commands[below[0]]
        folder = os.path.dirname(folder)
    return None


def is_shown_by_build(header, entries, root):
    """The build compiles a source of the same name whose first #include is `header`, with nothing
    included in front of it."""
    source = os.path.splitext(os.path.join(root, header))[0] + ".cpp"
    for entry in entries:
        words = entry.get("arguments") or shlex.split(entry["command"])
        if os.path.realpath(entry["file"]) == os.path.realpath(source) and "-include" not in words:
            with open(source, encoding="utf-8") as text:
                first = next((line for line in text if line.startswith("#include")), "")
            return first.split() == ["#include", f'"{header}"']
    return False


def compile_alone(header, command, scratch):
    """None, or the finding with the compiler's first errors."""
    if command is None:
        return Finding(header, 0, "no source near it is built, so nobody knows how to compile it")
    options, directory = command
    stem = scratch / header.replace("/", "__")
    source = stem.with_suffix(".cpp")
    text = f'#include "{header}"\n'
    if not source.exists() or source.read_text() != text:
        source.write_text(text)
    result = subprocess.run(
        [*options, "-O0", "-I", str(tree.ROOT), "-c", str(source), "-o", str(stem) + ".o"],
        cwd=directory, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None
    errors = [line for line in result.stderr.splitlines() if "error" in line] or ["no message"]
    return Finding(header, 0, "does not compile alone:\n    " + "\n    ".join(errors[:4]))


def check(build, jobs):
    headers = [path for path in tree.cpp_files(*FOLDERS) if path.endswith(".h")]
    entries = json.loads((build / "compile_commands.json").read_text())
    left = [path for path in headers if not is_shown_by_build(path, entries, tree.ROOT)]
    commands = commands_by_folder(entries, tree.ROOT)
    scratch = build / "tests" / "headers"
    scratch.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(
            lambda header: compile_alone(header, command_for(header, commands), scratch), left))
    return [finding for finding in results if finding], len(headers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    tree.main(lambda: check(arguments.build, arguments.jobs))
