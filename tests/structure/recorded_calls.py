"""Calls that draw or are recorded, where compilers may choose which of them comes first."""

from cpp_tree import parts_of, tree_of

_RECEIVERS = {"cx", "context", "turn", "turn_", "core", "core_"}
_RECORDED = set("""
    random draw send sendExpiring ask reply answer forward after every setTimer cancel spawn spawnIn
    spawnActor spawnActorIn monitor demonitor stop openRegion close closeRegion atClose addFinalizer
    spend link unlink reserve commit oblige lease abort resolve transfer perform performAgain
    cancelEffect stash unstashAll note log receive sleep join""".split())
_DRAWS = {"below", "between", "unit", "oneIn"}

# C++17 settles the order around these, and of what stands between braces.
_SEQUENCED = {";", ",", "&&", "||", "?", ":", "<<", "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=",
              "^=", "<<="}
_UNSEQUENCED = ("+", "-", "*", "/", "%", "|", "&", "^", "==", "!=", "<", ">", "<=", ">=", "<=>")

_STATEMENTS = {"if", "while", "for", "switch", "catch"}
_UNEVALUATED = {"sizeof", "decltype", "noexcept", "alignof", "static_assert"}
_NO_CALLEES = {"return", "co_return", "co_await", "co_yield", "throw", "case"}
_BEFORE_BLOCKS = {")", "else", "do", "try", "const", "override", "final", "noexcept"}
_TYPES = {"struct", "class", "union", "enum", "namespace"}


def recorded_calls_side_by_side(code):
    """The lines where a second call of one full expression is neither before nor behind the
    first. Calls are known by name: what is called on `cx`, and what `cx` is handed to."""
    lines = set()
    _evaluate(tree_of(code), lines)
    return sorted(lines)


def _evaluate(nodes, lines):
    """The recorded calls in `nodes`, which may be statements or a list; adds to `lines`."""
    calls, piece, lambda_begun = [], [], False
    for node in nodes:
        if node.text in _SEQUENCED:
            calls += _operands(piece, lines)
            piece, lambda_begun = [], False
        elif node.text == "{" and not lambda_begun and _is_block(piece, node):
            _operands(piece, lines)
            _evaluate(node.inside, lines)
            piece = []
        else:
            if node.text == "[":
                lambda_begun = lambda_begun or _begins_lambda(piece[-1] if piece else None, node)
            elif node.text == "{":
                lambda_begun = False
            piece.append(node)
    return calls + _operands(piece, lines)


def _is_block(piece, brace):
    return (bool(piece) and piece[-1].text in _BEFORE_BLOCKS
            or any(node.text in _TYPES for node in piece)
            or any(node.text == ";" for node in brace.inside))


def _begins_lambda(before, bracket):
    is_attribute = bool(bracket.inside) and bracket.inside[0].text == "["
    is_index = before is not None and (before.text in (")", "]", "(", "[", "{") or
                                       before.is_name and before.text not in _NO_CALLEES)
    return not is_attribute and not is_index


def _operands(piece, lines):
    return _side_by_side([_chain(part, lines) for part in parts_of(piece, *_UNSEQUENCED)], lines)


def _side_by_side(groups, lines):
    """All calls of `groups`, of which only one may have any."""
    groups = [group for group in groups if group]
    lines.update(group[0].line for group in groups[1:])
    return [call for group in groups for call in group]


def _chain(nodes, lines):
    """One operand, such as a.b(c).d[e]: from left to right."""
    calls, at = [], 0
    while at < len(nodes):
        node, before = nodes[at], nodes[at - 1] if at else None
        if node.text == "[" and _begins_lambda(before, node):
            while at < len(nodes) and nodes[at].text != "{":
                at += 1
            if at < len(nodes):
                _evaluate(nodes[at].inside, lines)  # when it is called is another question
        elif node.text == "(":
            calls += _call(nodes, at, lines)
        elif node.inside:
            calls += _evaluate(node.inside, lines)
        at += 1
    return calls


def _call(nodes, at, lines):
    """What stands in the parentheses at `at`, and the call itself."""
    inside, before = nodes[at].inside, nodes[at - 1].text if at else ""
    if before in _UNEVALUATED:
        return []
    if not before or before in _NO_CALLEES or before in _STATEMENTS:
        return _evaluate(inside, lines)
    arguments = parts_of(inside, ",")
    calls = _side_by_side([_evaluate(argument, lines) for argument in arguments], lines)
    is_handed_on = any([node.text for node in argument] == ["cx"] for argument in arguments)
    return calls + [nodes[at - 1]] if is_handed_on or _is_recorded(nodes[:at]) else calls


def _is_recorded(callee):
    if len(callee) < 3 or callee[-2].text not in (".", "->"):
        return False
    receiver, method = callee[-3].text, callee[-1].text
    return receiver in _RECEIVERS and method in _RECORDED or \
        method in _DRAWS and receiver != "("
