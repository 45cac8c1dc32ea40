import os
import shutil
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import check_headers
import tree


class Options(unittest.TestCase):
    def test_file_result_and_dependencies_go_the_rest_stays(self):
        command = "ccache g++ -DX -I. -O2 -MD -MT a.o -MF a.o.d -include pch.hxx -o a.o -c a.cpp"
        self.assertEqual(check_headers.options_of(command.split(), "a.cpp"),
                         ["ccache", "g++", "-DX", "-I.", "-O2"])


class CommandFor(unittest.TestCase):
    COMMANDS = {"engine/base": "base", "engine/value": "value", "studio/app": "app", ".": "root"}

    def test_own_folder_then_above_then_below(self):
        for header, command in (("engine/value/a.h", "value"), ("engine/value/x/a.h", "value"),
                                ("engine/ariadne.h", "base"), ("studio/views/a.h", "app"),
                                ("plugins/a.h", None)):
            with self.subTest(header=header):
                self.assertEqual(check_headers.command_for(header, self.COMMANDS), command)

    def test_commands_are_told_apart_by_folder(self):
        commands = check_headers.commands_by_folder(
            [{"file": "/t/a/x.cpp", "directory": "/b", "command": "g++ -DA -c /t/a/x.cpp"},
             {"file": "/t/a/y.cpp", "directory": "/b", "command": "g++ -DB -c /t/a/y.cpp"}], "/t")
        self.assertEqual(commands, {"a": (["g++", "-DA"], "/b")})


class ShownByBuild(unittest.TestCase):
    def shown(self, text, options=""):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "b", "a.cpp")
            source.parent.mkdir()
            source.write_text(text)
            entries = [{"file": str(source), "directory": "/b",
                        "command": f"g++ {options} -c {source}"}]
            return check_headers.is_shown_by_build("b/a.h", entries, folder)

    def test_first_of_its_own_source(self):
        self.assertTrue(self.shown('// What.\n#include "b/a.h"\n#include <string>\n'))

    def test_after_others_it_may_lean_on_them(self):
        self.assertFalse(self.shown('#include <string>\n#include "b/a.h"\n'))

    def test_so_it_may_on_a_precompiled_header(self):
        self.assertFalse(self.shown('#include "b/a.h"\n', "-include pch.hxx"))

    def test_without_a_source_of_its_own(self):
        self.assertFalse(check_headers.is_shown_by_build("b/a.h", [], "/"))


class CompileAlone(unittest.TestCase):
    COMPILER = os.environ.get("CXX") or shutil.which("c++") or "g++"

    def found(self, text):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "a.h").write_text(text)
            with mock.patch.object(tree, "ROOT", root):
                return check_headers.compile_alone("a.h", ([self.COMPILER], folder), root)

    def test_a_header_with_its_includes_passes(self):
        self.assertIsNone(self.found("#pragma once\n#include <string>\nstd::string f();\n"))

    def test_a_header_that_leans_on_others_is_told_of(self):
        self.assertIn("does not compile alone", str(self.found("#pragma once\nstd::string f();\n")))

    def test_a_header_nobody_builds_near_is_told_of(self):
        self.assertIn("nobody knows", str(check_headers.compile_alone("a.h", None, Path())))


if __name__ == "__main__":
    unittest.main()
