"""All settings. Development, tests and production differ in the environment's values only."""

from pathlib import Path

from config import environment as env
from config import logs

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env.text("MEDIATRACK_STATE", str(BASE_DIR / ".state")))
DEMO = env.flag("MEDIATRACK_DEMO")
HTTPS = env.flag("MEDIATRACK_HTTPS")
MAY_FLUSH = DEMO  # `flush` destroys all data
BASE_URL = env.text("MEDIATRACK_BASE_URL", "http://localhost:8000").rstrip("/")

DEBUG = False
SECRET_KEY = env.secret_key(STATE_DIR)
ALLOWED_HOSTS = env.text("MEDIATRACK_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "foundation",
    "audit",
    "accounts",
    "territories",
    "holders",
    "catalog",
    "rights",
    "licenses",
    "royalties",
    "notifications",
    "integrations",
    "demo",
    "config.operations.Operations",  # after the apps: theirs come before its own templates
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "foundation.middleware.RequestMiddleware",
    "audit.middleware.request_context",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimits",
    "accounts.middleware.SecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "foundation.pages.middleware.PageMiddleware",
    "foundation.middleware.TenantMiddleware",
    "rights.middleware.GateMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# The application's role owns nothing; migrations run as another role (`migrate` chooses it).
DATABASES = {
    "default": {
        **env.database(env.text("DATABASE_URL", "postgresql:///mediatrack")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
MIGRATE_DATABASE = env.database(env.text("DATABASE_MIGRATE_URL", "postgresql:///mediatrack"))
DATABASE_OWNER = "mediatrack_owner"
DATABASE_APP = "mediatrack_app"
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

# Answers which organisation a request works for: a dotted path to request -> UUID or None.
TENANT_OF_REQUEST = "accounts.selectors.organisations.of_request"
TENANT_BY_SLUG = "accounts.selectors.organisations.by_slug"
TENANTS = "accounts.selectors.organisations.every"
PAGE_SURROUNDINGS = "accounts.selectors.surroundings.of_request"

# How many proxies of ours stand in front; each adds one address to X-Forwarded-For.
PROXY_HOPS = env.whole("MEDIATRACK_PROXY_HOPS", 0)
# Where addresses are: MaxMind-format databases, put there by `manage.py geoip_update`.
GEOIP_DIR = Path(env.text("MEDIATRACK_GEOIP", str(STATE_DIR / "geoip")))
# The second place of the audit trail's checkpoints: another disk or machine in production.
CHECKPOINT_DIR = Path(env.text("MEDIATRACK_CHECKPOINTS", str(STATE_DIR / "checkpoints")))

KEY_DIR = Path(env.text("MEDIATRACK_KEYS", str(STATE_DIR / "keys")))
FILE_DIR = Path(env.text("MEDIATRACK_FILES", str(STATE_DIR / "files")))

# Mail goes out by SMTP where a host is given; a demo keeps it for a page; anything else refuses.
EMAIL_HOST = env.text("MEDIATRACK_SMTP_HOST", "")
EMAIL_PORT = env.whole("MEDIATRACK_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("MEDIATRACK_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("MEDIATRACK_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("MEDIATRACK_SMTP_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("MEDIATRACK_MAIL_FROM", "mediatrack@localhost")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "foundation.mail.Keeping"
    if DEMO
    else "foundation.mail.Refusing"
)

REDIS_URL = env.text("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# The product's pages are Jinja2; Django's own templates serve other packages' pages.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "foundation.pages.environment.environment",
            "context_processors": ["foundation.pages.context.shell"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# Grants on single rows are guardian's direct-key ones; nothing of its generic side is used.
GUARDIAN_MONKEY_PATCH_USER = GUARDIAN_MONKEY_PATCH_GROUP = False
# Its backend is left out on purpose: `can` and `scope` ask for object grants themselves. A warning
# would stand in front of every command's problem document.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
ANONYMOUS_USER_NAME = None

# Signing in: people are invited, sign in with their address, and (all but creators) give a second
# factor. Rate limits count in the cache, which is shared by all processes where Redis is.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.signing_in.SignInForm",
    "request_login_code": "accounts.forms.signing_in.CodeByMailForm",
    "reset_password": "accounts.forms.signing_in.ForgottenPasswordForm",
    "add_email": "accounts.forms.signing_in.AnotherAddressForm",
    "change_email": "accounts.forms.signing_in.CorrectedAddressForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "MediaTrack Pro: "
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "api_token": "30/m/ip"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.forms.signing_in.SecondFactorForm",
    "reauthenticate": "accounts.forms.signing_in.StepUpForm",
    "login_webauthn": "accounts.forms.signing_in.PasskeySignInForm",
    "authenticate_webauthn": "accounts.forms.signing_in.PasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.signing_in.PasskeyStepUpForm",
    "add_webauthn": "accounts.forms.signing_in.NewPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # localhost; our forms check the origin
MFA_TOTP_PERIOD, MFA_TOTP_TOLERANCE = 30, 1  # clocks may be half a minute apart
MFA_TOTP_ISSUER = "MediaTrack Pro"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 600
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 30 * 24 * 3600
IDP_OIDC_ADAPTER = "accounts.adapters.ClientAdapter"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "accounts.passwords.ClientSecrets",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.NotOfOurWords"},
]
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 12 * 3600

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "foundation.statics.HashedStatics"},
}
WHITENOISE_USE_FINDERS = True

LOGGING = logs.configure(env.text("MEDIATRACK_LOG_LEVEL", "INFO"))
logs.report_errors(env.text("SENTRY_DSN", ""), release=env.text("MEDIATRACK_RELEASE", "unreleased"))

REST_FRAMEWORK = {
    "URL_FORMAT_OVERRIDE": None,  # `format` is a parameter of our own
    "EXCEPTION_HANDLER": "foundation.api.problems.answer",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "COERCE_DECIMAL_TO_STRING": True,
    "STRICT_JSON": True,
    "NUM_PROXIES": env.whole("MEDIATRACK_PROXIES", 0),
}

# Webhooks go to public addresses by https alone; tests and a demo on one machine may lift that.
OUTBOUND_ANYWHERE = env.flag("MEDIATRACK_OUTBOUND_ANYWHERE")

# Requests a minute of one client, person or address.
API_LIMITS = {"read": 600, "write": 240}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "foundation.pages.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
# Asked on plain http from inside; and the proxy's word for https counts only where one is declared.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|workerz|beatz)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and PROXY_HOPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "report-to": "csp",
    }
}
