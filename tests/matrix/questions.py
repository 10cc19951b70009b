"""Questions about statements: the statement asked about isn't the creator's."""

from decimal import Decimal

from royalties.models import Question
from tests import factories
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("statement_ask", "GET",                 IN, 404, 404, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("statement_ask", "POST",                IN, 404, 404, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("own_questions", "GET",                 IN, 403, 403, 403, 403, 200, 403,  IN, ORG, 403,  IN),
    ("own_question", "GET",                  IN, 404, 404, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("own_question", "POST",                 IN, 404, 404, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("questions", "GET",                     IN, 403, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("question", "GET",                      IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("question", "POST",                     IN, 404,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("api:questions", "GET",                401, 403, 200, 403, 403, 403, 403, 200, 403, 403, 401),
    ("api:question", "GET",                 401, 404, 200, 404, 404, 404, 404, 200, 403, 404, 401),
    ("api:question_answer", "POST",         401, 404, 200, 404, 404, 404, 404, 200, 403, 404, 401),
    ("api:question_close", "POST",          401, 404, 200, 404, 404, 404, 404, 200, 403, 404, 401),
]
# fmt: on


def question(world: World) -> dict[str, object]:
    """Return an open question about the statement that nobody here has to do with."""
    from tests.access_matrix import statement

    if "question" not in world.made:
        world.made["question"] = Question.objects.create(
            statement=statement(world),
            amount=Decimal(0),
            author=factories.TESTS.actor_id,
            text="Why is it nothing?",
            asked_at=factories.LONG_AGO,
            waits_since=factories.LONG_AGO,
        )
    return {"pk": world.made["question"].pk}


def asked_about(world: World) -> dict[str, object]:
    """Return the statement."""
    from tests.access_matrix import statement

    return {"pk": statement(world).pk}


ARGUMENTS: Arguments = {
    "statement_ask": asked_about,
    "own_question": question,
    "question": question,
    **dict.fromkeys(("api:question", "api:question_answer", "api:question_close"), question),
}
SENT: Sent = {
    ("statement_ask", "POST"): lambda world: {"text": "Why?"},
    ("own_question", "POST"): lambda world: {"text": "And why?", "version": "1"},
    ("question", "POST"): lambda world: {"text": "Nothing was sold.", "version": "1"},
    ("api:question_answer", "POST"): lambda world: {"text": "Nothing was sold."},
    ("api:question_close", "POST"): lambda world: {"text": "Nothing was sold."},
}
