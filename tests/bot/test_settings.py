"""What an operator can set, and what is said when it is wrong."""

import base64
from dataclasses import fields
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.settings import PREFIX, REPLACED, Settings

NOT_YML = ("A: " + "[" * 3_000, "A: !!set {a: null}", "A: !!python/object:os.system x", "? [a]\n: b", "a: 1\n---\nb: 2")
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def load(*files: Path, **environ: str) -> Settings:
    return Settings.load({**TOKENS, **environ}, *files)


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


@pytest.fixture
def yml(tmp_path: Path) -> Path:
    return tmp_path / "countersign.yml"


def test_two_tokens_are_enough() -> None:
    settings = load()
    assert (settings.slack_bot_token, settings.aws_region) == ("xoxb-1", "us-east-1")
    assert settings.database_path == Path("countersign.sqlite3")
    assert settings.google_environ == {}


@pytest.mark.parametrize(
    ("hosts", "fine"),
    [
        ("", True),
        ("media.example.com, *.gifs.example", True),
        ("*", False),
        ("*.com", False),
        ("https://media.example.com", False),
        ("media.example.com/x", False),
        ("exa*mple.com", False),
    ],
)
def test_hosts_of_images_are_named_one_by_one(hosts: str, fine: bool) -> None:
    given = {**TOKENS, "COUNTERSIGN_IMAGE_HOSTS": hosts}
    if fine:
        assert Settings.load(given).image_hosts == hosts
    else:
        with pytest.raises(BadInput, match="COUNTERSIGN_IMAGE_HOSTS"):
            Settings.load(given)


def test_the_environment_wins_over_dotenv_that_over_yml_that_over_the_default(dotenv: Path, yml: Path) -> None:
    names = ["GOOGLE_API_URL", "ENVIRONMENT", "BEDROCK_MODEL_ID"]
    yml.write_text("\n".join(f"{name}: yml" for name in names))
    dotenv.write_text("\n".join(f"{name}=dotenv" for name in names[:2]))
    settings = load(dotenv, yml, GOOGLE_API_URL="environment")
    found = (settings.google_api_url, settings.environment, settings.model_id, settings.log_level)
    assert found == ("environment", "dotenv", "yml", "INFO")


def test_a_flag_laid_over_the_environment_wins() -> None:
    environ, flags = {**TOKENS, "ENVIRONMENT": "environment"}, {"ENVIRONMENT": "flag"}
    assert Settings.load({**environ, **flags}).environment == "flag"


def test_an_empty_value_counts_as_not_given(dotenv: Path, yml: Path) -> None:
    dotenv.write_text("AWS_REGION=\n")
    yml.write_text("ENVIRONMENT: ''\nBEDROCK_MODEL_ID:\nAWS_REGION: eu-north-1\n")
    settings = load(dotenv, yml, AWS_REGION="")
    assert (settings.aws_region, settings.environment) == ("eu-north-1", "dev")
    assert settings.model_id == load().model_id


def test_files_that_are_not_there_are_passed_over(tmp_path: Path) -> None:
    assert load(tmp_path / ".env", tmp_path / "countersign.yml") == load()


def test_dotenv_lines_may_be_comments_exports_and_quoted(dotenv: Path) -> None:
    dotenv.write_text(
        "# ours\n\nexport AWS_REGION='eu-north-1'\n ENVIRONMENT = \"live\" \nBEDROCK_MODEL_ID=a=b\n"
        'GOOGLE_TOKEN_JSON={"a":"b"}\nGOOGLE_API_URL="it\'s"\nCOUNTERSIGN_TRUSTED_SERVERS="\n'
    )
    settings = load(dotenv)
    assert (settings.aws_region, settings.environment, settings.model_id) == ("eu-north-1", "live", "a=b")
    assert (settings.google_token, settings.google_api_url, settings.trusted_servers) == ('{"a":"b"}', "it's", '"')


def test_a_dotenv_line_without_a_sign_is_named_by_its_number(dotenv: Path) -> None:
    dotenv.write_text("AWS_REGION=a\n\njust words\n")
    with pytest.raises(BadInput) as refused:
        load(dotenv)
    assert refused.value.where == ".env, line 3"


@pytest.mark.parametrize(
    "text", ["- a\n", "word\n", "a: [\n", "COUNTERSIGN_ADMINS: [U1]\n", "AWS_REGION: {a: b}\n", *NOT_YML]
)
def test_a_yml_that_is_not_names_and_values_is_refused(yml: Path, text: str) -> None:
    yml.write_text(text)
    with pytest.raises(BadInput) as refused:
        load(yml)
    assert "countersign.yml" in refused.value.where


def test_an_empty_yml_says_nothing(yml: Path) -> None:
    yml.write_text("# soon\n")
    assert load(yml) == load()


def test_numbers_in_yml_are_read_as_text(yml: Path) -> None:
    yml.write_text("COUNTERSIGN_MAX_TOKENS: 512\n")
    assert load(yml).max_tokens == "512"


def test_an_unknown_name_of_ours_is_an_error_that_lists_the_known_ones(dotenv: Path) -> None:
    with pytest.raises(BadInput) as refused:
        load(COUNTERSIGN_ADMIN="U1")
    assert refused.value.where == "COUNTERSIGN_ADMIN"
    assert "COUNTERSIGN_ADMINS" in refused.value.mend
    dotenv.write_text("COUNTERSIGN_ADMIN=U1")
    with pytest.raises(BadInput):
        load(dotenv)


def test_names_of_others_are_none_of_our_business() -> None:
    assert load(PATH="/bin", AWS_PROFILE="x") == load()


@pytest.mark.parametrize("name", sorted(REPLACED))
def test_a_name_that_does_nothing_here_is_refused_with_what_to_do_instead(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(**{name: "x"})
    assert (refused.value.where, refused.value.mend) == (name, REPLACED[name])


def test_no_name_is_both_known_and_replaced() -> None:
    names = [one.metadata["env"] for one in fields(Settings)]
    assert not set(names) & set(REPLACED)
    assert len(names) == len(set(names))
    assert not any(name.startswith(PREFIX) for name in REPLACED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1"),
        ("SLACK_APP_TOKEN", "xoxb-1"),
        ("DATABASE_URL", "postgres://db.example.com/x"),
        ("COUNTERSIGN_MAX_TOKENS", "many"),
        ("COUNTERSIGN_MAX_TOKENS", "255"),
        ("COUNTERSIGN_MAX_TOKENS", "-1000"),
        ("COUNTERSIGN_MAX_TOKENS", "9" * 5_000),
        ("COUNTERSIGN_MAX_TOKENS", "١٢٣٤"),
        ("COUNTERSIGN_MAX_TOKENS", "0777"),
        ("COUNTERSIGN_DAY_TOKENS", "9" * 5_000),
        ("COUNTERSIGN_DAY_TOKENS", "٥٠٠٠"),
        ("SLACK_BOT_TOKEN", "xoxb-"),
        ("SLACK_APP_TOKEN", "xapp-"),
        ("SLACK_APP_TOKEN", "file:a\0b"),
        ("COUNTERSIGN_ADMINS", "@it-admins"),
        ("COUNTERSIGN_ADMINS", "U0123ABCD, bob"),
        ("COUNTERSIGN_ADMINS", "U0123ABCD mail@example.com"),
        ("COUNTERSIGN_LEASE", "0"),
        ("COUNTERSIGN_WRITE_TIMEOUT", "1000"),
        ("COUNTERSIGN_WRITE_GRACE", "1.5"),
        ("COUNTERSIGN_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(**{name: value})
    assert refused.value.where == name
    assert refused.value.mend


def test_admins_are_user_ids_or_mail_addresses() -> None:
    assert load(COUNTERSIGN_ADMINS=" U0123ABCD, mira@example.com,").admins.startswith(" U0123ABCD")


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    wrong = {
        "SLACK_BOT_TOKEN": f"file:{tmp_path}/missing",
        "SLACK_APP_TOKEN": "xoxb-1",
        "COUNTERSIGN_LEASE": "0",
        "COUNTERSIGN_ADMIN": "U1",
        "TABLE_NAME": "x",
    }
    with pytest.raises(BadInput) as refused:
        Settings.load(wrong)
    first, *lines = str(refused.value).split("\n")
    assert first == "5 settings are wrong:"
    assert sorted(line.strip().split(":")[0] for line in lines) == sorted(wrong)
    assert "  COUNTERSIGN_LEASE: not a number of seconds (write one from 1 to 999)" in lines


@pytest.mark.parametrize("name", TOKENS)
def test_a_missing_token_is_named(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        Settings.load({key: value for key, value in TOKENS.items() if key != name})
    assert refused.value.where == name


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("xoxb-from-a-file\n")
    assert load(SLACK_BOT_TOKEN=f"file:{secret}").slack_bot_token == "xoxb-from-a-file"
    settings = load(GOOGLE__PRIVATE_KEY=f"file:{secret}")
    assert settings.google_environ == {"GOOGLE__PRIVATE_KEY": "xoxb-from-a-file"}


def test_what_is_no_secret_is_taken_literally() -> None:
    assert load(ENVIRONMENT="file:/x").environment == "file:/x"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["missing", "not text"])
def test_a_file_that_cannot_be_read_is_refused_under_the_setting_s_name(tmp_path: Path, content: bytes | None) -> None:
    secret = tmp_path / "token"
    if content is not None:
        secret.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        load(SLACK_APP_TOKEN=f"file:{secret}")
    assert (refused.value.where, refused.value.mend) == ("SLACK_APP_TOKEN", "check the path")


@pytest.mark.parametrize("scheme", ["ssm", "secretsmanager"])
def test_references_that_are_still_to_come_are_refused(scheme: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(SLACK_BOT_TOKEN=f"{scheme}:/slack/token")
    assert scheme in refused.value.what


def test_google_gets_its_own_names() -> None:
    settings = load(GOOGLE_TOKEN_JSON="e30=", GOOGLE_API_URL="http://127.0.0.1:1", GOOGLE__CLIENT_EMAIL="a@example.com")
    assert settings.google_environ == {
        "GOOGLE_TOKEN_JSON": "e30=",
        "GOOGLE_API_URL": "http://127.0.0.1:1",
        "GOOGLE__CLIENT_EMAIL": "a@example.com",
    }


def test_settings_that_are_printed_show_no_secret() -> None:
    shown = repr(load(GOOGLE_TOKEN_JSON="c2VjcmV0", GOOGLE__PRIVATE_KEY="key-material"))
    assert "us-east-1" in shown
    for secret in (*TOKENS.values(), "c2VjcmV0", "key-material"):
        assert secret not in shown


HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s3", "COUNTERSIGN_HTTP_PORT": "8080"}


def test_a_signing_secret_and_a_port_stand_in_for_the_app_token() -> None:
    settings = Settings.load(HTTP)
    assert (settings.over_http, settings.http_port, settings.http_bind) == (True, "8080", "127.0.0.1")
    assert "s3" not in repr(settings)


def test_the_app_token_wins_over_the_signing_secret() -> None:
    assert not Settings.load(HTTP | TOKENS).over_http


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "  "}, "SLACK_SIGNING_SECRET"),
        ({"COUNTERSIGN_HTTP_PORT": ""}, "COUNTERSIGN_HTTP_PORT"),
        ({"COUNTERSIGN_HTTP_PORT": "http"}, "COUNTERSIGN_HTTP_PORT"),
        ({"COUNTERSIGN_HTTP_PORT": "65536"}, "COUNTERSIGN_HTTP_PORT"),
        ({"SLACK_SIGNING_SECRET": "", "COUNTERSIGN_HTTP_PORT": ""}, "SLACK_APP_TOKEN"),
    ],
)
def test_half_of_either_way_to_slack_is_not_enough(changes: dict[str, str], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        Settings.load(HTTP | changes)
    assert refused.value.where == where


def test_a_secret_file_that_is_empty_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(BadInput) as refused:
        Settings.load(HTTP | {"SLACK_SIGNING_SECRET": f"file:{tmp_path / 'secret'}"})
    assert refused.value.where == "SLACK_SIGNING_SECRET"


@pytest.mark.parametrize("value", ["hunter2", "c2hvcnQ=", "A" * 44, "é" * 44, f"{'A' * 43}="[1:]])
def test_a_secret_key_that_is_none_is_answered_with_the_command_that_makes_one(value: str) -> None:
    with pytest.raises(BadInput, match="countersign key") as wrong:
        load(COUNTERSIGN_SECRET_KEY=value)
    assert (wrong.value.where, value in str(wrong.value)) == ("COUNTERSIGN_SECRET_KEY", False)


def test_a_secret_key_may_stand_in_a_file_and_shows_in_no_repr(tmp_path: Path) -> None:
    key = base64.b64encode(bytes(range(32))).decode()
    (tmp_path / "key").write_text(f"{key}\n")
    settings = load(COUNTERSIGN_SECRET_KEY=f"file:{tmp_path / 'key'}")
    assert (settings.secret_key, key in repr(settings)) == (key, False)
    assert load().secret_key == ""
