#!/usr/bin/env python3
"""What is installed for a desktop: the entry, the type of traces and the icon belong together.

desktop_files.py CMAKE BUILD FORMAT.md: installs the component "desktop" into a folder that goes
again. The validators of the desktop are used where they are installed.
"""
import configparser
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
problems = []


def check(holds, text):
    if not holds:
        problems.append(text)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
    return done.stdout


def magic_of(format_page):
    """The bytes of "magic `89 43 ...`" in the description of the file."""
    found = re.search(r"magic `((?:[0-9A-F]{2} ?)+)`", format_page)
    return bytes.fromhex(found.group(1)) if found else b""


def check_entry(path):
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    entry = parser["Desktop Entry"]
    for key, value in {"Type": "Application", "Terminal": "false",
                       "StartupWMClass": "ariadne-studio"}.items():
        check(entry.get(key) == value, f"{path.name}: {key} is {entry.get(key)}, not {value}")
    check(entry["Exec"].split() == [entry["TryExec"], "%f"], f"{path.name}: Exec {entry['Exec']}")
    check(bool(entry.get("Name")) and bool(entry.get("Comment")), f"{path.name}: it has no name")
    return entry


def check_type(path, magic):
    (one,) = xml.parse(path).getroot().findall(MIME + "mime-type")
    check([glob.get("pattern") for glob in one.findall(MIME + "glob")] == ["*.clew"],
          f"{path.name}: other names than *.clew")
    match = one.find(f"{MIME}magic/{MIME}match")
    value = match.get("value").encode().decode("unicode_escape").encode("latin-1")
    check(value == magic and match.get("offset") == "0",
          f"{path.name}: magic {value.hex()}, FORMAT.md says {magic.hex()}")
    return one.get("type")


def main():
    cmake, build, page = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        run(cmake, "--install", build, "--component", "desktop", "--prefix", folder)
        share = pathlib.Path(folder) / "share"
        entry_file = share / "applications" / "ariadne-studio.desktop"
        type_file = share / "mime" / "packages" / "ariadne-studio.xml"
        entry = check_entry(entry_file)
        magic = magic_of(pathlib.Path(page).read_text(encoding="utf-8"))
        check(len(magic) == 8, "FORMAT.md does not say the magic of a trace")
        kind = check_type(type_file, magic)
        check(entry["MimeType"] == kind + ";", f"the entry opens {entry['MimeType']}, not {kind}")
        icon = share / "icons" / "hicolor" / "scalable" / "apps" / (entry["Icon"] + ".svg")
        check(xml.parse(icon).getroot().get("viewBox") is not None, f"{icon.name} has no viewBox")
        if shutil.which("desktop-file-validate"):
            check(run("desktop-file-validate", str(entry_file)) == "", "the entry has warnings")
        if shutil.which("update-mime-database"):
            run("update-mime-database", str(share / "mime"))
            globs = (share / "mime" / "globs2").read_text(encoding="utf-8")
            check(f"{kind}:*.clew" in globs, "a desktop does not learn the type")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
