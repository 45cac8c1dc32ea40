import unittest

from tree import code_of, includes_of


class CodeOf(unittest.TestCase):
    def test_blanks_comments_and_keeps_line_numbers(self):
        self.assertEqual(code_of("a; // rand()\nb; /* rand()\n */ c;"), "a;  \nb;  \n c;")

    def test_blanks_strings_unless_kept(self):
        self.assertEqual(code_of('f("rand()", \'"\'); g();'), 'f("", \' \'); g();')
        self.assertEqual(code_of('f("%p");', keep_strings=True), 'f("%p");')

    def test_comment_marks_inside_a_string_are_no_comment(self):
        self.assertEqual(code_of('f("//"); g();'), 'f(""); g();')

    def test_an_escaped_quote_does_not_end_a_string(self):
        self.assertEqual(code_of(r'f("a\"//"); g();'), 'f(""); g();')

    def test_digit_separators_are_no_characters(self):
        self.assertEqual(code_of("x = 1'000'000; y = 2'0; // c"), "x = 1'000'000; y = 2'0;  ")

    def test_raw_strings_end_at_their_own_delimiter(self):
        self.assertEqual(code_of('R"x( )" rand() \n)x"; g();'), '""\n; g();')

    def test_code_inside_a_comment_that_never_ends_is_blank(self):
        self.assertEqual(code_of("a; /* b\nc"), "a;  \n")


class IncludesOf(unittest.TestCase):
    def test_lists_line_name_and_form(self):
        source = '#pragma once\n#include "engine/base/ids.h"\n# include <vector>  // why\n'
        self.assertEqual(
            list(includes_of(source)),
            [(2, "engine/base/ids.h", True), (3, "vector", False)])

    def test_leaves_out_what_is_commented(self):
        self.assertEqual(list(includes_of('// #include <a>\n/*\n#include <b>\n*/')), [])


if __name__ == "__main__":
    unittest.main()
