"""Secrets as services give them out: the form is right, the value is drawn."""

import base64
import json
import random
from collections.abc import Callable

from benchmarks.labelled.markup import Value
from benchmarks.labelled.online import ALNUM, HEX, some, uuid

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BASE32 = UPPER + "234567"
BASE64 = ALNUM + "+/"
URLSAFE = ALNUM + "-_"

FORMS: tuple[tuple[str, str, tuple[tuple[str, str | int], ...]], ...] = (
    ("aws", "SECRET_CLOUD_KEY", (("AKIA", BASE32), ("", 16))),
    ("google", "SECRET_CLOUD_KEY", (("AIza", URLSAFE), ("", 35))),
    ("digitalocean", "SECRET_CLOUD_KEY", (("dop_v1_", HEX), ("", 64))),
    ("github", "SECRET_FORGE_TOKEN", (("ghp_", ALNUM), ("", 36))),
    ("github_app", "SECRET_FORGE_TOKEN", (("ghs_", ALNUM), ("", 36))),
    ("gitlab", "SECRET_FORGE_TOKEN", (("glpat-", ALNUM), ("", 20))),
    ("npm", "SECRET_FORGE_TOKEN", (("npm_", ALNUM), ("", 36))),
    ("pypi", "SECRET_FORGE_TOKEN", (("pypi-AgEIcHlwaS5vcmc", URLSAFE), ("", 120))),
    ("rubygems", "SECRET_FORGE_TOKEN", (("rubygems_", HEX), ("", 48))),
    ("stripe", "SECRET_API_KEY", (("sk_live_", ALNUM), ("", 24))),
    ("stripe_restricted", "SECRET_API_KEY", (("rk_live_", ALNUM), ("", 24))),
    ("twilio", "SECRET_API_KEY", (("SK", HEX), ("", 32))),
    ("huggingface", "SECRET_API_KEY", (("hf_", ALNUM), ("", 34))),
    ("anthropic", "SECRET_API_KEY", (("sk-ant-api03-", URLSAFE), ("", 93), ("AA", ""))),
    ("shopify", "SECRET_API_KEY", (("shpat_", HEX), ("", 32))),
    ("mailchimp", "SECRET_API_KEY", (("", HEX), ("", 32), ("-us12", ""))),
    ("linear", "SECRET_API_KEY", (("lin_api_", ALNUM), ("", 40))),
    ("postman", "SECRET_API_KEY", (("PMAK-", HEX), ("", 24), ("-", ""), ("", 34))),
    ("newrelic", "SECRET_API_KEY", (("NRAK-", UPPER + "0123456789"), ("", 27))),
    ("grafana", "SECRET_API_KEY", (("glsa_", ALNUM), ("", 32), ("_", HEX), ("", 8))),
    ("telegram", "SECRET_API_KEY", (("", "123456789"), ("", 10), (":AA", URLSAFE), ("", 33))),
    ("sendgrid", "SECRET_API_KEY", (("SG.", ALNUM), ("", 22), (".", ""), ("", 43))),
    ("databricks", "SECRET_API_KEY", (("dapi", HEX), ("", 32))),
    ("square", "SECRET_API_KEY", (("sq0atp-", ALNUM), ("", 22))),
    ("airtable", "SECRET_API_KEY", (("pat", ALNUM), ("", 14), (".", HEX), ("", 64))),
    ("slack", "SECRET_API_KEY", (("xoxb-", "123456789"), ("", 12), ("-", ""), ("", 12), ("-", ALNUM), ("", 24))),
)


def _formed(parts: tuple[tuple[str, str | int], ...], rng: random.Random) -> str:
    """A literal with the alphabet that holds from here, or a count of characters of that alphabet."""
    alphabet, text = ALNUM, ""
    for literal, what in parts:
        text += literal
        if isinstance(what, int):
            text += some(rng, alphabet, what)
        elif what:
            alphabet = what
    return text


def _url64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def password(rng: random.Random) -> str:
    """A password as people choose or are given them."""
    word = rng.choice(("Winter", "sunshine", "Merlin", "dragon", "Kaffee", "Lisboa", "tigre", "Zomer", "wiosna"))
    return rng.choice(
        [
            f"{word}{rng.randrange(10, 9999)}!",
            f"{word}_{some(rng, ALNUM, 5)}",
            some(rng, ALNUM + "!#%*-", 12) + "7q",
            some(rng, ALNUM, 16),
        ]
    )


def jwt(rng: random.Random) -> Value:
    """A signed web token."""
    head = _url64({"alg": "HS256", "typ": "JWT"})
    body = _url64({"sub": str(rng.randrange(10**6, 10**7)), "iat": rng.randrange(1_600_000_000, 1_760_000_000)})
    return Value(f"{head}.{body}.{some(rng, URLSAFE, 43)}", "SECRET_JWT")


def private_key(rng: random.Random) -> Value:
    """A private key in PEM."""
    kind = rng.choice(("RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY"))
    lines = "\n".join(some(rng, BASE64, 64) for _ in range(rng.randint(3, 8)))
    return Value(f"-----BEGIN {kind}-----\nMII{lines}\n-----END {kind}-----", "SECRET_PRIVATE_KEY")


def connection(rng: random.Random) -> Value:
    """A connection string with a password."""
    scheme, port = rng.choice((("postgresql", 5432), ("postgres", 5432), ("mysql", 3306), ("amqp", 5672)))
    user, secret = rng.choice(("app", "svc_orders", "admin", "etl")), some(rng, ALNUM, rng.randint(9, 18))
    host = f"db{rng.randrange(1, 9)}.{rng.choice(('corp', 'intern', 'prod'))}.{rng.choice(('net', 'io'))}"
    mongo = f"mongodb+srv://{user}:{secret}@cluster{rng.randrange(9)}.{some(rng, HEX, 5)}.mongodb.net/shop"
    redis = f"redis://:{secret}@{host}:6379/0"
    return Value(
        rng.choice([f"{scheme}://{user}:{secret}@{host}:{port}/shop", mongo, redis]), "SECRET_CONNECTION_STRING"
    )


def webhook(rng: random.Random) -> Value:
    """An address that takes messages without a further key."""
    slack = f"https://hooks.slack.com/services/T{some(rng, UPPER, 8)}/B{some(rng, UPPER, 10)}/{some(rng, ALNUM, 24)}"
    discord = f"https://discord.com/api/webhooks/{rng.randrange(10**17, 10**18)}/{some(rng, URLSAFE, 68)}"
    return Value(rng.choice([slack, discord]), "SECRET_WEBHOOK", ("URL",))


def password_hash(rng: random.Random) -> Value:
    """A bcrypt hash."""
    return Value(f"$2{rng.choice('aby')}$1{rng.randrange(3)}${some(rng, ALNUM + './', 53)}", "SECRET_PASSWORD_HASH")


def token(rng: random.Random) -> Value:
    """A key or token of a service."""
    _, entity, parts = rng.choice(FORMS)
    return Value(_formed(parts, rng), entity)


def aws_secret(rng: random.Random) -> Value:
    """The secret part of an AWS key."""
    return Value(some(rng, BASE64, 40), "SECRET_CLOUD_KEY")


def hex_key(rng: random.Random) -> Value:
    """A key without a telling form."""
    return Value(
        rng.choice([some(rng, HEX, 32), some(rng, HEX, 40), some(rng, ALNUM, 32), uuid(rng)]), "SECRET_API_KEY"
    )


SECRETS: dict[str, Callable[[random.Random], Value]] = {
    "token": token,
    "jwt": jwt,
    "pem": private_key,
    "connection": connection,
    "webhook": webhook,
    "pwhash": password_hash,
    "password": lambda rng: Value(password(rng), "SECRET_PASSWORD"),
    "aws_secret": aws_secret,
    "hex_key": hex_key,
}
