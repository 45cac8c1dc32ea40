"""What every structure check needs: the files of the tree, C++ without comments, and the verdict."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CPP_SUFFIXES = (".h", ".cpp")
_NOT_SOURCES = {"build", ".git", ".cache", "__pycache__"}


@dataclass(frozen=True, order=True)
class Finding:
    """One place that breaks a rule, and what to do about it."""

    path: str
    line: int  # from 1; 0 = the file as a whole
    text: str

    def __str__(self):
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.text}"


def files():
    """Paths relative to ROOT, sorted: what git tracks or would take. Outside a repository,
    everything but build folders."""
    try:
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard"],
            capture_output=True, check=True).stdout.decode().split("\0")
        found = {name for name in listed if name}
    except (OSError, subprocess.CalledProcessError):
        found = set()
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [name for name in folders if name not in _NOT_SOURCES]
            found.update(os.path.relpath(os.path.join(folder, name), ROOT) for name in names)
    return sorted(name for name in found if (ROOT / name).is_file())


def cpp_files(*folders):
    return [f for f in files() if f.endswith(CPP_SUFFIXES) and f.split("/")[0] in folders]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


# Names and numbers are tokens of their own, so that the ' of 1'000 and the R of a raw string are
# not taken for something else.
_TOKEN = re.compile(
    r"""(?P<comment>//(?:\\\n|[^\n])*|/\*.*?(?:\*/|\Z))
      |(?P<raw>\b(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")
      |(?P<include>^[ \t]*\#[ \t]*include[ \t]*[<"][^>"\n]*[>"])
      |(?P<string>"(?:\\.|[^"\\\n])*")
      |(?P<character>'(?:\\.|[^'\\\n])+')
      |(?P<word>\.?\d(?:[eEpP][+-]|'\w|[\w.])*|[A-Za-z_]\w*)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE)


@lru_cache(maxsize=8)
def code_of(source, keep_strings=False):
    """`source` with comments blanked, and the text of string literals too unless kept. Lines stay
    where they are; the names in #include lines stay."""

    def replace(match):
        text = match.group()
        if match.lastgroup == "comment":
            return " " + "\n" * text.count("\n")
        if match.group("raw") and not keep_strings:
            return '""' + "\n" * text.count("\n")
        if match.group("string") and not keep_strings:
            return '""'
        if match.group("character") and not keep_strings:
            return "' '"
        return text

    return _TOKEN.sub(replace, source)


def includes_of(source):
    """(line, name, is_quoted) of each #include in code."""
    pattern = re.compile(r'^\s*#\s*include\s*(?:"([^"]*)"|<([^>]*)>)')
    for number, line in enumerate(code_of(source, keep_strings=True).split("\n"), 1):
        if match := pattern.match(line):
            yield number, match.group(1) or match.group(2) or "", match.group(1) is not None


def conclude(findings, checked):
    """Prints the findings and a last line; returns the exit status."""
    for finding in sorted(findings):
        print(finding)
    print(f"{len(findings)} findings in {checked} files")
    if checked == 0:
        print("nothing was checked, which cannot be right")
    return 1 if findings or checked == 0 else 0


def main(check):
    sys.exit(conclude(*check()))
