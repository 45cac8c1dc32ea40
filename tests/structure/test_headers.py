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
