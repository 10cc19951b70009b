"""A calculation as text: results, the working as an indented tree, closing balances."""

import json
from collections.abc import Mapping
from typing import Any

from royalties.engine.calculate import Calculation
from royalties.engine.explain import lines_behind
from royalties.engine.groups import PLACE
from royalties.engine.results import rows
from royalties.engine.values import balance, readable, text
from royalties.engine.working_nodes import Node

WIDTH = 72


def printed(calculation: Calculation) -> str:
    """Return a calculation as lines of text for a terminal."""
    result = calculation.result
    lines = [f"{result['deal']}, period {result['period']}, in {result['currency']}", ""]
    for payee, root in calculation.working.items():
        lines += [payee, *_tree(root, 1)]
        lines += [line for each in root.get("paid_apart", ()) for line in _tree(each, 1)]
        lines.append("")
    for group, loose in result["untaken"].items():
        if loose["lines"]:
            named = f" of group {group}" if group else ""
            lines.append(f"No clause{named} took {loose['lines']} lines ({_shown(loose)}).")
    for over in result["overlaps"]:
        lines.append(
            f"{over['clause']} took {over['lines']} lines ({_shown(over)}) that {over['also']} "
            "would also have taken."
        )
    lines += ["Closing balances:", json.dumps(result["closing"], indent=2, ensure_ascii=False)]
    lines.append(f"Results hash: {calculation.results_hash}")
    return "\n".join(lines)


def lines_printed(calculation: Calculation) -> str:
    """Return, for each statement row, the lines behind it: row × rate × factor = exact earnings."""
    said = ["The lines behind each row (exact, before division among payees):"]
    for cell in rows(calculation.cells):
        shares = lines_behind(calculation, cell)
        if not shares:
            continue
        place = " · ".join(cell[n] for n in PLACE if cell[n]) or "without a work"
        said.append(f"  {cell['payee']}, {cell['clause']}, {place}: {cell['amount']}")
        for each in shares:
            measure = each.units if each.of_units or each.base is None else each.base
            file = f"{each.file} " if each.file else ""
            factor = f" × {text(each.factor)}" if each.factor != 1 else ""
            rate = readable(each.rate) if each.of_units else f"{readable(each.rate * 100)} %"
            product = f"{text(measure)} × {rate}{factor} = {readable(each.earned)}"
            said.append(f"    {file}row {each.row}: {product}")
    return "\n".join(said)


def _shown(each: Mapping[str, Any]) -> str:
    return readable(balance(each["amount"]))


def _tree(node: Node, depth: int) -> list[str]:
    label = "  " * depth + node["label"]
    note = f"   ({node['note']})" if node.get("note") else ""
    line = f"{label.ljust(WIDTH - 16)} {node['amount'].rjust(15)}{note}"
    return [line, *(each for child in node.get("children", ()) for each in _tree(child, depth + 1))]
