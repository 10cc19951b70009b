"""A deal's worked examples, run within limits: what is asked for while somebody waits."""

import time

from kernel.errors import DomainError
from royalties.engine.examples import ExampleResult, run_examples
from royalties.engine.given import Matcher
from royalties.engine.terms import Deal

SECONDS = 10.0  # of the processor, so that a busy machine refuses nothing


class ExamplesTooSlow(DomainError):
    """The worked examples took longer than anybody waits for them."""

    code = "examples_too_slow"
    status = 422


def run(terms: Deal, *, matcher: Matcher) -> list[ExampleResult]:
    """Return each example with its differences. Raises ExamplesTooSlow between two periods."""
    ends = time.thread_time() + SECONDS

    def pause() -> None:
        if time.thread_time() > ends:
            raise ExamplesTooSlow(
                f"The deal's worked examples calculate for more than {SECONDS:g} seconds. Give "
                "them fewer lines, or calculate the deal as a run.",
                seconds=f"{SECONDS:g}",
            )

    return run_examples(terms, matcher=matcher, pause=pause)
