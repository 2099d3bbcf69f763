"""Run recipes one after the other, all of them even when one fails: python -m tools.suite RECIPE...

The last line counts them; the exit code is 1 when any failed.
"""

from __future__ import annotations

import os
import sys
import time

from tools.processes import Stopped, Supervisor


def run_all(supervisor: Supervisor, recipes: list[str]) -> list[str]:
    """Run the recipes and return the names of those that failed."""
    failed: list[str] = []
    lines: list[str] = []
    for recipe in recipes:
        print(f"\n=== make {recipe}", flush=True)
        began = time.monotonic()
        status = supervisor.run([os.environ.get("MAKE", "make"), "--no-print-directory", recipe])
        lines.append(f"  {recipe:14s} {'failed' if status else 'passed'}  {time.monotonic() - began:5.0f} s")
        if status:
            failed.append(recipe)
    print("\n" + "\n".join(lines))
    return failed


def main(recipes: list[str]) -> int:
    """Command line."""
    # The recipes end children of their own: they get more time than those.
    with Supervisor(dict(os.environ), grace_s=60.0) as supervisor:
        try:
            failed = run_all(supervisor, recipes)
        except Stopped as stopped:
            print("Stopped: not everything was run.")
            return stopped.exit_code
    if failed:
        print(f"Failed: {', '.join(failed)}. Once more, alone: make {failed[0]}")
    print(f"parts: {len(recipes) - len(failed)} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
