import unittest

import check_tree


def texts(findings):
    return [str(finding) for finding in findings]


class TopNames(unittest.TestCase):
    def test_known_names_and_dot_files_pass(self):
        for path in ("engine/base/ids.h", "dev", "README.md", ".clang-tidy", ".ci/run"):
            with self.subTest(path=path):
                self.assertEqual(check_tree.check_top_name(path), [])

    def test_others_are_told_of(self):
        self.assertIn("top-level", texts(check_tree.check_top_name("scripts/x.sh"))[0])


class MachinePaths(unittest.TestCase):
    def test_the_folders_of_a_machine_are_told_of(self):
        for folder in ("work", "root", "home/ann", "Users"):
            with self.subTest(folder=folder):
                line = f'open("/{folder}/' + 'x")'
                self.assertEqual(len(check_tree.check_machine_paths("a.py", line)), 1)

    def test_relative_and_system_paths_pass(self):
        for line in ("build/work" + "/x", "/usr/share/fonts/", "${here}/root" + "/x", "http://a/b/"):
            with self.subTest(line=line):
                self.assertEqual(check_tree.check_machine_paths("a.py", line), [])


class Size(unittest.TestCase):
    def test_the_bound_is_inclusive(self):
        self.assertEqual(check_tree.check_size("a.svg", check_tree.BYTES_MAX), [])
        self.assertEqual(len(check_tree.check_size("a.svg", check_tree.BYTES_MAX + 1)), 1)


class Blanks(unittest.TestCase):
    def test_clean_text_passes(self):
        self.assertEqual(check_tree.check_blanks("a.h", "int a;\n\n    int b;\n"), [])
        self.assertEqual(check_tree.check_blanks("a.h", ""), [])

    def test_tabs_trailing_blanks_and_a_missing_newline_are_told_of(self):
        self.assertEqual(texts(check_tree.check_blanks("a.h", "\tint a;\nint b; \nint c;")),
                         ["a.h:1: a tab; write spaces",
                          "a.h:2: blanks at the end of the line",
                          "a.h:3: no newline at the end of the file"])

    def test_expected_output_may_hold_any_blanks(self):
        self.assertFalse(check_tree.is_text("tests/golden/dump.md"))
        self.assertTrue(check_tree.is_text("tests/base/CMakeLists.txt"))


class Headers(unittest.TestCase):
    def test_purpose_and_guard_pass(self):
        self.assertEqual(check_tree.check_header("a.h", "// Why.\n#pragma once\n"), [])

    def test_either_missing_is_told_of(self):
        self.assertIn("what it is for", texts(check_tree.check_header("a.h", "#pragma once\n"))[0])
        self.assertIn("#pragma once", texts(check_tree.check_header("a.h", "// Why.\n"))[0])

    def test_sources_need_neither(self):
        self.assertEqual(check_tree.check_header("a.cpp", "int a;\n"), [])


class Globs(unittest.TestCase):
    def test_listed_sources_pass(self):
        self.assertEqual(check_tree.check_globs("a/CMakeLists.txt", "# no file(GLOB)\nf(x.cpp)"), [])

    def test_globbed_sources_do_not(self):
        for line in ("file(GLOB s *.cpp)", "FILE( GLOB_RECURSE s *.cpp)"):
            with self.subTest(line=line):
                self.assertEqual(len(check_tree.check_globs("a/CMakeLists.txt", line)), 1)


class TestsListed(unittest.TestCase):
    def listed(self, files):
        return texts(check_tree.check_tests_listed(list(files), files.get))

    def test_listed_beside_or_above_passes(self):
        self.assertEqual(self.listed({
            "tests/base/CMakeLists.txt": "ariadne_test(NAME tst_a SOURCES tst_a.cpp)",
            "tests/base/tst_a.cpp": ""}), [])
        self.assertEqual(self.listed({
            "tests/studio/CMakeLists.txt": "SOURCES views/tst_b.cpp)",
            "tests/studio/views/tst_b.cpp": ""}), [])

    def test_a_longer_name_is_another_test(self):
        self.assertEqual(len(self.listed({
            "tests/base/CMakeLists.txt": "SOURCES my_tst_a.cpp old/tst_a.cpp",
            "tests/base/tst_a.cpp": ""})), 1)

    def test_a_list_in_a_folder_next_door_does_not_count(self):
        self.assertEqual(len(self.listed({
            "tests/value/CMakeLists.txt": "SOURCES tst_a.cpp",
            "tests/base/tst_a.cpp": ""})), 1)

    def test_other_files_need_no_list(self):
        self.assertEqual(self.listed({"tests/support/death.h": "", "tests/base/words.cpp": ""}), [])


if __name__ == "__main__":
    unittest.main()
