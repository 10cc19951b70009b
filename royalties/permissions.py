"""What somebody may do with deals."""

from accounts.permissions import ADMINISTRATOR, ANALYST, LEGAL, RIGHTS, declare

DEAL_SEE = declare("royalties.deal.see", "See deals", roles=[ADMINISTRATOR, ANALYST, LEGAL, RIGHTS])
DEAL_ENTER = declare(
    "royalties.deal.enter", "Enter deals and ask for their signature", roles=[ANALYST]
)
DEAL_SIGN = declare(
    "royalties.deal.sign", "Sign deals and their amendments", roles=[ADMINISTRATOR], high=True
)
