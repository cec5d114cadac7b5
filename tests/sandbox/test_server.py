"""One address for everything."""

import pytest

from tests.sandbox.slack.stage import open_stage


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "html"), ("/js/main.js", "javascript"), ("/page/js/main.js", "javascript")],
)
async def test_the_page_is_served(path: str, kind: str) -> None:
    async with open_stage() as stage, stage.http.get(stage.address + path) as response:
        assert (response.status, response.content_type.rpartition("/")[2]) == (200, kind)


async def test_google_and_bedrock_stand_beside_slack() -> None:
    async with open_stage() as stage:
        header = {"Authorization": "Bearer sandbox-google-token"}
        users = f"{stage.address}/google/admin/directory/v1/users/leaver@example.com"
        async with stage.http.get(users, headers=header) as response:
            assert (await response.json())["primaryEmail"] == "leaver@example.com"
        async with stage.http.post(f"{stage.address}/bedrock/model/any/invoke", json={}) as response:
            assert response.status in (400, 403)
        assert {"google", "model"} <= {step.kind for step in stage.sandbox.log.after(0)}
