import unittest

import check_bans
from check_bans import BANS, findings_of


def ban_named(name):
    return next(ban for ban in BANS if ban.name == name)


class EachBan(unittest.TestCase):
    """One test per ban, made of the examples that stand beside its pattern."""

    def assert_examples(self, ban):
        self.assertTrue(ban.catches and ban.passes, "a ban shows what it catches and what not")
        for line in ban.catches:
            with self.subTest(catches=line):
                self.assertEqual(len(findings_of(ban, "engine/x.cpp", line)), 1)
        for line in ban.passes:
            with self.subTest(passes=line):
                self.assertEqual(findings_of(ban, "engine/x.cpp", line), [])


def add_test(ban):
    name = "test_" + ban.name.replace(" ", "_").replace("-", "_")
    setattr(EachBan, name, lambda self: self.assert_examples(ban))


for each in BANS:
    add_test(each)


class Findings(unittest.TestCase):
    def test_name_place_and_replacement(self):
        found = findings_of(ban_named("environment"), "engine/x.cpp", "int a;\ngetenv(name);\n")
        self.assertEqual([str(finding) for finding in found],
                         ["engine/x.cpp:2: environment: make it an argument of the program; "
                          "arguments are recorded"])

    def test_comments_and_strings_are_not_code(self):
        for line in ("// std::cout", "/* std::cout */ int x;", 'auto s = "std::cout";'):
            with self.subTest(line=line):
                self.assertEqual(findings_of(ban_named("console"), "engine/x.cpp", line), [])

    def test_the_escape_needs_a_reason(self):
        ban = ban_named("volatile")
        self.assertEqual(findings_of(ban, "engine/x.cpp", "volatile int x;  // ban-ok: probe"), [])
        self.assertEqual(len(findings_of(ban, "engine/x.cpp", "volatile int x;  // ban-ok:")), 1)

    def test_the_place_that_reports_failed_checks_may_print(self):
        ban = ban_named("console")
        self.assertEqual(findings_of(ban, "engine/base/check.cpp", "std::puts(text);"), [])
        self.assertEqual(len(findings_of(ban, "engine/base/event.cpp", "std::puts(text);")), 1)

    def test_a_call_on_a_line_of_its_own_is_found_and_excused_there(self):
        ban = ban_named("recorded calls side by side")
        self.assertEqual([finding.line for finding in
                          findings_of(ban, "samples/x.cpp", "f(draw(cx),\n  1,\n  draw(cx));")], [3])
        self.assertEqual(findings_of(ban, "samples/x.cpp",
                                     "f(draw(cx),\n  draw(cx));  // ban-ok: the same"), [])

    def test_names_of_bans_are_different(self):
        self.assertEqual(len({ban.name for ban in BANS}), len(BANS))

    def test_build_files_are_looked_at_for_compiler_options(self):
        ban = ban_named("floating-point shortcuts")
        self.assertTrue(ban.in_build_files)
        self.assertEqual(len(findings_of(ban, "CMakeLists.txt", "-Wall -ffast-math")), 1)


if __name__ == "__main__":
    unittest.main()
