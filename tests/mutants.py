"""Mutation testing of what allows a match: `make mutants`.

Changes guards.py, decision.py and what alike.py takes for a slip in memory, one condition, operator, level, constant or
statement at a time, and runs the tests of guards, decision and names on each change. A change that no test notices
survives. Survivors that cannot make a wrong match, or change nothing, stand in `tests/mutants.txt` with the reason; any
other ends this with status 1.
Not part of `make test`: it takes some minutes. Modules named on the command line (`guards`) are changed alone.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EVERY: frozenset[str] = frozenset()
MODULES = {
    "hub.matching.deciding.guards": EVERY,
    "hub.matching.deciding.decision": EVERY,
    "hub.matching.values.alike": frozenset(
        {"_of_unknown", "_is_short_for", "_is_slip", "_may_be_a_name", "_by_a_finger"}
    ),
}
"""Module -> its functions that are changed."""
TESTS = (
    *(f"tests/unit/matching/deciding/test_{name}.py" for name in ("decision", "guards", "few_facts", "verdict")),
    "tests/unit/matching/values/test_alike.py",
)
ACCOUNTED_FOR = ROOT / "tests" / "mutants.txt"
LONGEST = 60
"""Seconds; a mutant that hangs is noticed."""
LEVELS = ("EXACT", "SAME", "SLIP", "AKIN", "CLOSE", "PART", "DIFFERENT", "MISSING")
OTHER_OPERATORS = {
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
}
OTHER_CALLS = {"any": "all", "all": "any", "min": "max", "max": "min"}

Change = tuple[ast.AST, str]
"""What stands in the place of a node, and its description."""


class Swap(ast.NodeTransformer):
    """Puts one node in another's place."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else super().generic_visit(node)


def mutants(source: str, functions: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Description (function, line, change) and source of each."""
    tree = ast.parse(source)
    for function, node in walked(tree):
        if functions and function not in functions:
            continue
        for new, what in changes(node):
            line = source.splitlines()[node.lineno - 1].strip() if hasattr(node, "lineno") else ""
            made = replaced(tree, node, new)
            yield f"{function}: {what} in: {line}", made


def replaced(tree: ast.Module, old: ast.AST, new: ast.AST) -> str:
    copies: dict[int, ast.AST] = {}
    copy = deepcopy(tree, copies)  # type: ignore[arg-type]  # deepcopy keeps what it copied by id
    return ast.unparse(ast.fix_missing_locations(Swap(copies[id(old)], deepcopy(new)).visit(copy)))


def walked(tree: ast.AST, function: str = "module") -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(tree):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.ClassDef) else function
        yield inside, child
        if not isinstance(child, ast.ClassDef) or child.name not in ("Guard", "Rule"):
            yield from walked(child, inside)


def changes(node: ast.AST) -> Iterator[Change]:
    """Everything that can be changed of one node."""
    for kind, change in CHANGES.items():
        if isinstance(node, kind):
            yield from change(node)


def of_compare(node: ast.Compare) -> Iterator[Change]:
    for at, operator in enumerate(node.ops):
        for other in OTHER_OPERATORS.get(type(operator), ()):
            ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators), f"{type(operator).__name__} to {other.__name__}"


def of_bool(node: ast.BoolOp) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield ast.BoolOp(other, node.values), f"{type(node.op).__name__} to {type(other).__name__}"
    for at, value in enumerate(node.values):
        kept = [*node.values[:at], *node.values[at + 1 :]]
        yield (kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept)), f"without `{ast.unparse(value)}`"


def of_not(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        yield node.operand, f"without not before `{ast.unparse(node.operand)}`"


def of_arithmetic(node: ast.BinOp) -> Iterator[Change]:
    for other in OTHER_OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, other(), node.right), f"{type(node.op).__name__} to {other.__name__}"


def of_test(node: ast.If | ast.IfExp) -> Iterator[Change]:
    for value in (True, False):
        changed = deepcopy(node)
        changed.test = ast.Constant(value)
        yield changed, f"always {value}: `{ast.unparse(node.test)}`"


def of_filter(node: ast.comprehension) -> Iterator[Change]:
    for at, condition in enumerate(node.ifs):
        ifs = [*node.ifs[:at], *node.ifs[at + 1 :]]
        yield ast.comprehension(node.target, node.iter, ifs, node.is_async), f"without if `{ast.unparse(condition)}`"


def of_constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value), f"{node.value} to {not node.value}"
    elif isinstance(node.value, int | float):
        for value in (node.value + 1, node.value - 1):
            yield ast.Constant(value), f"{node.value} to {value}"


def of_level(node: ast.Attribute) -> Iterator[Change]:
    if isinstance(node.value, ast.Name) and node.value.id == "Level" and node.attr in LEVELS:
        at = LEVELS.index(node.attr)
        for level in LEVELS[max(0, at - 1) : at] + LEVELS[at + 1 : at + 2]:
            yield ast.Attribute(node.value, level, node.ctx), f"{node.attr} to {level}"


def of_call(node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in OTHER_CALLS:
        other = OTHER_CALLS[node.func.id]
        yield ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords), f"{node.func.id} to {other}"


def of_statement(node: ast.AugAssign | ast.Expr | ast.Assign) -> Iterator[Change]:
    """Left out, where it adds to guards."""
    if "fired" in ast.unparse(node).split("=")[0] or ast.unparse(node).startswith(("guards = (", "assessed.sort")):
        yield ast.Pass(), f"without `{ast.unparse(node)[:60]}`"


def of_cases(node: ast.MatchOr) -> Iterator[Change]:
    for at, pattern in enumerate(node.patterns):
        kept = [*node.patterns[:at], *node.patterns[at + 1 :]]
        yield (kept[0] if len(kept) == 1 else ast.MatchOr(kept)), f"without case {ast.unparse(pattern)}"


CHANGES: dict[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[Change]]] = {
    ast.Compare: of_compare,
    ast.BoolOp: of_bool,
    ast.UnaryOp: of_not,
    ast.BinOp: of_arithmetic,
    (ast.If, ast.IfExp): of_test,
    ast.comprehension: of_filter,
    ast.Constant: of_constant,
    ast.Attribute: of_level,
    ast.Call: of_call,
    (ast.AugAssign, ast.Expr, ast.Assign): of_statement,
    ast.MatchOr: of_cases,
}


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a changed source."""

    def __init__(self, module: str, source: str) -> None:
        self.module, self.source = module, source

    def find_spec(self, fullname, path=None, target=None):
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.module else None

    def exec_module(self, module):
        exec(compile(self.source, self.module, "exec"), module.__dict__)  # noqa: S102 - our own source, changed


def is_noticed(module: str, source: str) -> bool:
    """Run the tests on the change, in a process of its own."""
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        signal.alarm(LONGEST)
        sys.meta_path.insert(0, Changed(module, source))
        os._exit(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", *TESTS]))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def accounted_for() -> set[str]:
    """Lines of the file that are neither a reason (`#`) nor empty."""
    lines = ACCOUNTED_FOR.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> int:
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(ROOT / "deploy" / "local")]
    known, survivors, made = accounted_for(), [], 0
    wanted = sys.argv[1:]
    modules = {name: some for name, some in MODULES.items() if not wanted or name.rpartition(".")[2] in wanted}
    for module, functions in modules.items():
        source = (ROOT / Path(*module.split("."))).with_suffix(".py").read_text(encoding="utf-8")
        if gone := functions - {function for function, _ in walked(ast.parse(source))}:
            say(f"{module} has no function {', '.join(sorted(gone))}.")
            return 1
        if not is_noticed(module, "raise ImportError") or is_noticed(module, source):
            say("The tests do not pass on the code as it is, or do not run on the changed one.")
            return 1
        for what, changed in mutants(source, functions):
            made += 1
            if not is_noticed(module, changed):
                survivors.append(f"{module.rpartition('.')[2]}.{what}")
    new = [one for one in survivors if one not in known]
    say(f"{made} changes, {made - len(survivors)} noticed, {len(survivors) - len(new)} accounted for.")
    for one in new:
        say(f"survives: {one}")
    changed_alone = tuple(f"{module.rpartition('.')[2]}." for module in modules)
    for one in sorted(one for one in known - set(survivors) if one.startswith(changed_alone)):
        say(f"noticed now, take it out of tests/mutants.txt: {one}")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
