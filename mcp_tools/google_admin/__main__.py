"""`python -m mcp_tools.google_admin`: the server on stdio."""

import os

from mcp_tools.google_admin.server import build_server
from mcp_tools.google_admin.settings import GoogleSettings, SettingsError
from mcp_tools.google_admin.workspace import connect


def main() -> None:
    try:
        directory = connect(GoogleSettings.load(os.environ))  # noqa: TID251 - a program of its own reads its settings here
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    build_server(directory).run(transport="stdio", show_banner=False)


if __name__ == "__main__":
    main()
