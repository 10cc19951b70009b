"""What somebody may do with licences."""

from accounts.permissions import ADMINISTRATOR, ANALYST, CLIENT, LEGAL, RIGHTS, declare

LICENSE_SEE = declare(
    "licenses.license.see",
    "See licences",
    roles=[ADMINISTRATOR, ANALYST, LEGAL, RIGHTS, CLIENT],
)
LICENSE_ENTER = declare(
    "licenses.license.enter",
    "Enter licences, ask for their signature or termination",
    roles=[RIGHTS, LEGAL],
)
LICENSE_SIGN = declare(
    "licenses.license.sign",
    "Sign and terminate licences",
    roles=[ADMINISTRATOR],
    high=True,
)
LICENSE_PAY = declare(
    "licenses.instalment.pay", "Record that an instalment was paid", roles=[ANALYST]
)
