"""Variables that live longer than a run: globals, statics and those of a thread."""

from cpp_tree import tree_of

_CLASS_WORDS = {"class", "struct", "union"}
_NO_VARIABLES = _CLASS_WORDS | {"enum", "using", "typedef", "friend", "operator", "concept",
                                "namespace", "asm"}
_WITH_PARENTHESES = {"decltype", "alignas", "noexcept", "explicit", "requires"}


def mutable_state(code):
    """The lines that declare such a variable that can change. A pointer can unless it is const
    itself; what is declared with a macro's help is not seen."""
    lines = set()
    _walk(tree_of(code), "namespace", lines)
    return sorted(lines)


def _walk(nodes, scope, lines):
    statement = []
    for node in nodes:
        if node.text == ";":
            _judge(statement, scope, lines)
            statement = []
        elif node.text == "{":
            inner = _scope_in(_stripped(statement), scope)
            _walk(node.inside, inner or "block", lines)
            is_begun = inner in (None, "class")  # of a list of values or a class the end is ";"
            statement = statement + [node] if is_begun else []
        else:
            if node.inside:
                _walk(node.inside, "block", lines)  # lambdas among arguments
            statement.append(node)


def _scope_in(statement, scope):
    """What a brace behind `statement` opens; None for a list of values."""
    names = {node.text for node in statement}
    if "namespace" in names or (scope == "namespace" and names == {"extern", '""'}):
        return "namespace"
    head, end = _head_of(statement)
    if _CLASS_WORDS & {node.text for node in head} and end != "(":
        return "class"
    if end == "(" or not statement or not head:
        return "block"
    return "block" if statement[-1].text in ("else", "do", "try") else None


def _stripped(statement):
    """Without what stands before a declaration: labels, attributes, macros that need no ";"."""
    at = 0
    while at + 1 < len(statement):
        first, second = statement[at], statement[at + 1]
        if first.is_name and second.text == ":" or \
                first.text.isupper() and len(first.text) > 3 and second.text == "(":
            at += 2
        elif first.text == "[" or first.text == "template":
            at += 1
        else:
            break
    return statement[at:]


def _head_of(statement):
    """What names a declaration, and the token that ends this: one of = { ( or ""."""
    for at, node in enumerate(statement):
        if node.text == "(" and at and statement[at - 1].text in _WITH_PARENTHESES:
            continue
        if node.text in ("=", "{", "("):
            return statement[:at], node.text
    return statement, ""


def _judge(statement, scope, lines):
    head, end = _head_of(_stripped(statement))
    words = [node.text for node in head]
    names = [node for node in head if node.is_name]
    if len(names) < 2 or _NO_VARIABLES & set(words):
        return
    if "thread_local" in words:
        lines.add(names[-1].line)
        return
    is_lasting = scope == "namespace" or "static" in words
    is_function = end == "(" and not (scope == "block" and "static" in words)
    if not is_lasting or is_function or "constexpr" in words:
        return
    behind_pointer = words[len(words) - words[::-1].index("*"):] if "*" in words else words
    if "const" not in behind_pointer:
        lines.add(names[-1].line)
