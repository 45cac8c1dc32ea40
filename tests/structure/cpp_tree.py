"""C++ without comments as a tree of tokens and brackets: enough to tell what belongs to what."""

import re
from dataclasses import dataclass, field

_PREPROCESSOR = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
# No ">>": it closes two lists of template arguments more often than it shifts.
_TOKEN = re.compile(
    r"""\n|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|[A-Za-z_]\w*|\.?\d(?:[eEpP][+-]|'\w|[\w.])*
      |::|->\*?|<=>|&&|\|\||<<=?|\+\+|--|[-+*/%&|^=!<]=|[^\s]""", re.VERBOSE)
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_OF_TEMPLATE_ARGUMENTS = {"::", ",", "*", "&", "&&", ".", "(", "[", "{", "="}
_BEHIND_TEMPLATE_ARGUMENTS = {"(", "{", "[", "::", ",", ">", ";", "&", "&&", "*", ".", "="}


@dataclass
class Node:
    """A token; of a bracket the opening one, with what stands in it."""

    text: str
    line: int
    inside: list = field(default_factory=list)

    @property
    def is_name(self):
        return self.text[0].isalpha() or self.text[0] == "_"


def tree_of(code):
    """The nodes of `code` (tree.code_of), without preprocessor lines and template arguments."""
    code = _PREPROCESSOR.sub(lambda match: "\n" * match.group().count("\n"), code)
    top, line = [], 1
    unclosed = [("", top)]
    for match in _TOKEN.finditer(code):
        text = match.group()
        if text == "\n":
            line += 1
        elif text in _CLOSES:
            node = Node(text, line)
            unclosed[-1][1].append(node)
            unclosed.append((_CLOSES[text], node.inside))
        elif text in _CLOSES.values():
            if unclosed[-1][0] == text:
                unclosed.pop()
        else:
            unclosed[-1][1].append(Node(text, line))
    return _without_template_arguments(top)


def _without_template_arguments(nodes):
    kept, at = [], 0
    while at < len(nodes):
        behind = _behind_template_arguments(nodes, at) if nodes[at].text == "<" else at
        if behind == at:
            nodes[at].inside = _without_template_arguments(nodes[at].inside)
            kept.append(nodes[at])
            at += 1
        at = max(at, behind)
    return kept


def _behind_template_arguments(nodes, at):
    """Where the list that `<` at `at` opens has ended; `at` when it is a comparison."""
    if at == 0 or not (nodes[at - 1].is_name or nodes[at - 1].text == "["):
        return at
    depth = 0
    for place in range(at, len(nodes)):
        node = nodes[place]
        if node.text == "<":
            depth += 1
        elif node.text == ">":
            depth -= 1
            if depth == 0:
                follows = nodes[place + 1] if place + 1 < len(nodes) else None
                is_list = (follows is None or follows.is_name
                           or follows.text in _BEHIND_TEMPLATE_ARGUMENTS)
                return place + 1 if is_list else at
        elif not (node.is_name or node.text[0].isdigit() or node.text[0] in "\"'"
                  or node.text in _OF_TEMPLATE_ARGUMENTS):
            return at
    return at


def parts_of(nodes, *separators):
    """`nodes` between the separators; at least one part."""
    parts = [[]]
    for node in nodes:
        if node.text in separators:
            parts.append([])
        else:
            parts[-1].append(node)
    return parts
