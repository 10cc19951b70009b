"""What somebody may do with deals, sales, runs and statements."""

from accounts.permissions import (
    ADMINISTRATOR,
    ANALYST,
    CLIENT,
    CREATOR,
    LEGAL,
    RIGHTS,
    declare,
)

DEAL_SEE = declare("royalties.deal.see", "See deals", roles=[ADMINISTRATOR, ANALYST, LEGAL, RIGHTS])
DEAL_ENTER = declare(
    "royalties.deal.enter", "Enter deals and ask for their signature", roles=[ANALYST]
)
DEAL_SIGN = declare(
    "royalties.deal.sign", "Sign deals and their amendments", roles=[ADMINISTRATOR], high=True
)
SALES_SEE = declare(
    "royalties.sales.see", "See sales files", roles=[ADMINISTRATOR, ANALYST, LEGAL, CLIENT]
)
SALES_IMPORT = declare(
    "royalties.sales.import", "Import sales files and take them back", roles=[ANALYST, CLIENT]
)
COMPLIANCE_SEE = declare(
    "royalties.compliance.see",
    "See what licensees used and paid, held against their licences",
    roles=[ADMINISTRATOR, ANALYST, LEGAL, CLIENT],
)
SOURCE_SET = declare(
    "royalties.source.set", "Set how often each source reports, and when", roles=[ANALYST]
)
EXCEPTION_DECIDE = declare(
    "royalties.exception.decide", "Decide which work a line is", roles=[ANALYST, RIGHTS]
)
RUN_SEE = declare("royalties.run.see", "See royalty runs", roles=[ADMINISTRATOR, ANALYST, LEGAL])
RUN_CALCULATE = declare("royalties.run.calculate", "Calculate royalty runs", roles=[ANALYST])
RUN_REVIEW = declare(
    "royalties.run.review", "Review royalty runs and ask for their approval", roles=[ANALYST]
)
RUN_APPROVE = declare(
    "royalties.run.approve",
    "Approve royalty runs, and set what posting one needs",
    roles=[ADMINISTRATOR],
    high=True,
)
RUN_POST = declare("royalties.run.post", "Post royalty runs", roles=[ANALYST])
STATEMENT_SEE = declare(
    "royalties.statement.see",
    "See statements: all of them, or those of one's own holders",
    roles=[ADMINISTRATOR, ANALYST, LEGAL, CREATOR, CLIENT],
)
PORTAL_SEE = declare("royalties.portal.see", "See one's own royalties first", roles=[CREATOR])
STATEMENT_ALL = declare(
    "royalties.statement.all",
    "See every holder's statements",
    roles=[ADMINISTRATOR, ANALYST, LEGAL, CLIENT],
)
STATEMENT_PUBLISH = declare(
    "royalties.statement.publish",
    "Publish statements, hold them back, set the days of publishing and paying",
    roles=[ANALYST],
)
QUESTION_ASK = declare(
    "royalties.question.ask", "Ask about lines of one's own statements", roles=[CREATOR]
)
QUESTION_ANSWER = declare(
    "royalties.question.answer", "Read and answer questions about statements", roles=[ANALYST]
)
GIVEN_ENTER = declare(
    "royalties.given.enter", "Enter costs, rate tables and exchange rates", roles=[ANALYST]
)
