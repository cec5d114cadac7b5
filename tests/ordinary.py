"""Three hundred lines as they stand in ordinary answers: none of them is a secret, whatever it looks like."""

import hashlib
from collections.abc import Iterator
from random import Random  # noqa: TID251 - only ever with a seed

WRITTEN = """
I suspended leaver@example.com; the account had last signed in on 2026-01-05 at 09:12 UTC.
Please reset the password for sam@example.com, and tell them that it must have 12 characters.
The password policy asks for 12 characters, one digit and one of !@#$%.
The password is case-sensitive, and was last changed in 2025.
Your password will be changed at the next sign-in, set to expire after 90 days.
Passwords, API keys and access tokens are never shown here.
The API key was rotated; the access token expires in 3600 seconds.
Which token do you mean? A token of the build or a token of the bot?
The secret is kept in ssm:/countersign/prod/google, which only the executor can read.
Two backup codes are left; new backup codes were sent to the requester.
Backup codes: ask an admin. Recovery codes: none.
The bearer of this message is allowed in; bearer authentication is used everywhere.
Authorization: see the policy, rule 7. Authorization = yes for admins.
Basic settings, basic training-materials-2026-edition, Basic plan.
AKIA is how such ids begin, ASIA too; ASIAN markets opened at 09:00.
SOUTHEAST ASIA
INTERCONTINENTAL flights are booked.
sk-learn and scikit-learn-extra are libraries; run pip install sk-learn-contrib-and-more-packages.
task-management, risk-assessment-of-the-quarter-2026 and desk-booking-for-the-new-office-3rd-floor.
eyJ begins every JWT, ya29 a Google token, ghp_ a GitHub token, xoxb- one of Slack.
Open http://localhost:8080/a@b, https://example.com:8443/path?x=1#y or ssh://git@example.com/repo.git.
See https://example.com/search?q=token&page=2&sort=key and https://example.com/?auth=sso.
Docs: https://docs.example.com/guides/security/authentication/tokens-and-sessions.html
Write to it-help@example.com or +1 (555) 010-4477; the desk is open 08:00-17:30.
arn:aws:iam::123456789012:role/AWSReservedSSO_AdministratorAccess_0123456789abcdef
arn:aws:lambda:eu-central-1:123456789012:function:countersign-prod-Plan0A1B2C3D-EXAMPLE:42
i-0abcd1234ef567890 in vpc-0a1b2c3d4e5f67890, subnet-0fedcba9876543210, ami-0123456789abcdef0
projects/example-prod-123456/secrets/google-token/versions/7 is the reference.
s3://example-logs-eu-central-1/AWSLogs/123456789012/2026/01/05/part-00042.parquet
commit 9c1e2f3a4b5c6d7e8f90123456789abcdef01234 fixed it; the tag is v2.14.0-rc.3+build.20260105
sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
digest 9c1e2f3a4b5c6d7e8f90123456789abcdef, schema 5c5c5c5c5c5c, approval 3f2a…
-----BEGIN CERTIFICATE-----
MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ
-----END CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEexampleEXAMPLEexampleEXAMPLEex sam@laptop
{"email":"sam@example.com","suspended":true,"id":"117943020418726430912","etag":"\\"abc/def\\""}
{"nextPageToken":"Q0FFU0hBZ0NFZ0lJQWc9PQ","kind":"admin#directory#users","tokens":1234}
{"input_tokens":1402,"output_tokens":88,"cache_read_tokens":0,"stop_reason":"end_turn"}
| user | suspended | last login |
|------|-----------|------------|
| sam@example.com | no | 2026-01-04 |
1. Ask for approval. 2. Wait. 3. Run. Nothing else happens in between.
> Quoted: "please suspend kemi.moreau@example.com, thanks!"
def password_of(user): return vault.read(user)  # nothing is stored
SELECT id, password_hash IS NOT NULL FROM users WHERE email LIKE '%@example.com';
rm -rf build/ && make all && git push --force-with-lease origin release/2026-01
export AWS_REGION=eu-central-1 LOG_LEVEL=debug COUNTERSIGN_ADMINS=U0ALEX001,U0MIRA001
/usr/local/lib/python3.11/site-packages/slack_sdk/web/async_client.py, line 412
Slack said invalid_blocks; the request id is 6f1c2b7e-8d3a-4a57-9c1b-0f2e3d4c5b6a.
x-amzn-RequestId: 4e5f6a7b-1c2d-4e3f-8a9b-0c1d2e3f4a5b, x-slack-req-id: 0123456789abcdef0123456789abcdef
The total is 1,234.56 EUR, of which 19 % VAT; invoice INV-2026-000123, order 4711-0815-2342.
IBAN DE00 1234 5678 9012 3456 78 belongs to Example GmbH.
Ticket OPS-1234 blocks SEC-77; see also #4455 and PR 30.
Ünïcödé, 北京, שלום and emoji 👩‍💻 ❤️ stay as they are.
It took 340 ms, 12.4 s or 1 day 2 hours, at most 3 of 4 times.
Members: U0ALEX001, U0MIRA001 and W012A3CDE; channel C0HELPDESK, group S0ITADMINS, team T0ACME01.
""".strip().split("\n")


def ordinary() -> list[str]:
    """All of them, one a line."""
    made = _made(Random(7))
    return [*WRITTEN, *(next(made) for _ in range(300 - len(WRITTEN)))]


def _made(rng: Random) -> Iterator[str]:
    while True:
        number, word = rng.randrange(10**6, 10**7), rng.choice(["mira", "kemi", "robin", "alex", "sam"])
        digest = hashlib.sha256(f"{number}".encode()).hexdigest()
        yield f"{word}.{number}@example.com was suspended as request {digest[:32]}."
        yield f"The file report-{number}.pdf has SHA-256 {digest} and {number:,} bytes."
        yield f"commit {digest[:40]} by {word} <{word}@example.com> on 2026-0{1 + number % 9}-1{number % 10}"
        yield f"id {digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]} of {word}"
        yield f"https://{word}.example.com/tickets/{number}?view=full&page={number % 9}#comment-{number}"
        yield f"arn:aws:iam::{number}12345:user/{word}/{digest[:12]} last used {number % 60} minutes ago"
        yield f'Etag W/"{digest[:20]}", revision {number}, md5 {digest[:32]}'
        yield f"{word}: password changed {number % 30} days ago, {number % 5} tokens revoked, key {number} kept"
