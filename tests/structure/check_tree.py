"""What the tree itself promises: names at the top, no machine's paths, small clean files, no test
that nobody builds."""

import re

import tree
from tree import Finding

TOP = {
    "ARCHITECTURE.md", "CMakeLists.txt", "CMakePresets.json", "CONTRIBUTING.md", "LICENSE",
    "README.md", "dev", "engine", "plugins", "recorder", "samples", "studio", "tests", "tracefmt",
}
BYTES_MAX = 300_000

# Put together from parts, so that this file does not catch itself.
_MACHINE_PATH = re.compile(r"(?<![\w./$}-])/(?:work|root|Users|home/\w+)" + "/")
_TEXT = (".h", ".cpp", ".py", ".cmake", ".capnp", ".json", ".md", ".sh", ".toml", ".svg",
         "CMakeLists.txt", "dev", ".ci/run", ".clang-format", ".clang-tidy", ".gitignore")


def is_text(path):
    """True for what people write by hand, where blanks and tabs are slips."""
    return path.endswith(_TEXT) and not path.startswith("tests/golden/")


def check_top_name(path):
    top = path.split("/")[0]
    if top in TOP or top.startswith("."):
        return []
    return [Finding(path, 0, f'"{top}" is not one of the top-level names; '
                             f"put it into the folder it belongs to")]


def check_machine_paths(path, text):
    return [Finding(path, number, f'"{match.group()}" is the path of one machine; '
                                  f"make it relative to the tree")
            for number, line in enumerate(text.split("\n"), 1)
            for match in _MACHINE_PATH.finditer(line)]


def check_size(path, size_bytes):
    if size_bytes <= BYTES_MAX:
        return []
    return [Finding(path, 0, f"{size_bytes} bytes, more than {BYTES_MAX}; "
                             f"generate it, or keep less of it")]


def check_blanks(path, text):
    findings = []
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            findings.append(Finding(path, number, "a tab; write spaces"))
        if line != line.rstrip():
            findings.append(Finding(path, number, "blanks at the end of the line"))
    if text and not text.endswith("\n"):
        findings.append(Finding(path, text.count("\n") + 1, "no newline at the end of the file"))
    return findings


def check_header(path, text):
    """A header opens with what it is for, and is guarded."""
    findings = []
    if not path.endswith(".h"):
        return findings
    if not text.startswith("// "):
        findings.append(Finding(path, 1, "a header opens with one line that says what it is for"))
    if not re.search(r"^#pragma once$", text, re.MULTILINE):
        findings.append(Finding(path, 1, "no #pragma once"))
    return findings


def check_globs(path, text):
    if not path.endswith(("CMakeLists.txt", ".cmake")):
        return []
    return [Finding(path, number, "sources are listed, not globbed")
            for number, line in enumerate(text.split("\n"), 1)
            if re.search(r"file\s*\(\s*GLOB", line.split("#")[0], re.IGNORECASE)]


def check_tests_listed(paths, read):
    """`read(path)` gives the text of a file. A test is listed in the CMakeLists.txt beside it, or
    in one further up with the folder in its name."""
    findings = []
    for path in paths:
        if not re.fullmatch(r"tests/(.*/)?tst_\w+\.cpp", path):
            continue
        folders = path.split("/")[:-1]
        for depth in range(len(folders), 0, -1):
            lists = "/".join((*folders[:depth], "CMakeLists.txt"))
            name = "/".join(path.split("/")[depth:])
            if lists in paths and re.search(rf"(?<![\w/.]){re.escape(name)}(?!\w)", read(lists)):
                break
        else:
            findings.append(Finding(path, 0, "no CMakeLists.txt lists this test, so nobody runs it"))
    return findings


def check():
    paths = tree.files()
    findings = check_tests_listed(paths, tree.read)
    for path in paths:
        text = tree.read(path)
        findings += check_top_name(path)
        findings += check_size(path, (tree.ROOT / path).stat().st_size)
        findings += check_machine_paths(path, text)
        findings += check_header(path, text)
        findings += check_globs(path, text)
        if is_text(path):
            findings += check_blanks(path, text)
    return findings, len(paths)


if __name__ == "__main__":
    tree.main(check)
