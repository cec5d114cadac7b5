"""Who the app itself is in the workspace."""

from typing import Protocol


class BotIdentity(Protocol):
    """Answered from memory: every field is empty as long as Slack has not told it. Nothing waits for it."""

    @property
    def team(self) -> str:
        """The workspace in which the app is installed."""
        ...

    @property
    def bot_user(self) -> str:
        """The user id that people mention."""
        ...

    @property
    def bot_id(self) -> str:
        """The id that the app's own messages carry."""
        ...

    @property
    def app_id(self) -> str:
        """The app's id; payloads of any other app are ignored."""
        ...
