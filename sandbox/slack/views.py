"""Modals and Home tabs that are open now."""

from sandbox.clock import Clock
from sandbox.feed import Feed
from sandbox.payload import Json
from sandbox.slack.blocks import completed
from sandbox.slack.contract import limit
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Ids
from sandbox.slack.workspace import Workspace

PLAIN = ("callback_id", "private_metadata", "external_id")
FLAGS = ("clear_on_close", "notify_on_close")
TEXTS = ("title", "submit", "close")


class Views:
    """Each person has at most one stack of three modals, and one Home tab."""

    def __init__(self, workspace: Workspace, clock: Clock, ids: Ids, feed: Feed) -> None:
        self._workspace = workspace
        self._clock = clock
        self._ids = ids
        self._feed = feed
        self._stacks: dict[str, list[Json]] = {}
        self._homes: dict[str, Json] = {}

    def stack(self, user: str) -> list[Json]:
        """The person's modals, the one in front last."""
        return list(self._stacks.get(user, []))

    def home(self, user: str) -> Json | None:
        return self._homes.get(user)

    def owner(self, view_id: str) -> str | None:
        """The person who has that modal open."""
        return next((user for user, stack in self._stacks.items() if any(v["id"] == view_id for v in stack)), None)

    def find(self, view_id: str = "", external_id: str = "") -> Json | None:
        """A modal or Home tab by its id, or by the id the app gave it."""
        everything = [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())
        wanted = ("id", view_id) if view_id else ("external_id", external_id)
        return next((view for view in everything if wanted[1] and view[wanted[0]] == wanted[1]), None)

    def open(self, user: str, view: Json) -> Json:
        """A new stack; what was open before is gone."""
        self._require_new_external_id(view)
        opened = self._new(view)
        self._stacks[user] = [opened | {"root_view_id": opened["id"]}]
        return self._show(user)

    def push(self, user: str, view: Json) -> Json:
        """One more modal on top. Raises SlackError: not_found without a stack, push_limit_reached above three."""
        stack = self._stacks.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= limit("view.stack"):
            raise SlackError("push_limit_reached")
        self._require_new_external_id(view)
        below = stack[-1]
        stack.append(self._new(view) | {"root_view_id": below["root_view_id"], "previous_view_id": below["id"]})
        return self._show(user)

    def update(self, old: Json, view: Json, expected_hash: str = "") -> Json:
        """Changes a view in place, so that its id stays. Raises SlackError: hash_conflict."""
        if expected_hash and expected_hash != old["hash"]:
            raise SlackError("hash_conflict")
        if view.get("external_id") != old["external_id"]:
            self._require_new_external_id(view)
        kept = {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
        old.update(self._new(view) | kept)
        user = self.owner(old["id"])
        self._feed.publish("view", {"view": old}, {user} if user else self._residents(old))
        return old

    def publish(self, user: str, view: Json, expected_hash: str = "") -> Json:
        """The person's Home tab. Raises SlackError: hash_conflict."""
        old = self._homes.get(user)
        if old is not None:
            return self.update(old, view, expected_hash)
        if expected_hash:
            raise SlackError("hash_conflict")
        self._require_new_external_id(view)
        published = self._new(view)
        self._homes[user] = published | {"root_view_id": published["id"]}
        self._feed.publish("view", {"view": self._homes[user]}, {user})
        return self._homes[user]

    def close(self, user: str, view: Json) -> None:
        """Takes that modal away; the one below comes to the front."""
        self._keep(user, [other for other in self.stack(user) if other["id"] != view["id"]])

    def clear(self, user: str) -> list[Json]:
        """Takes the whole stack away and returns it, the one in front first."""
        closed = self.stack(user)[::-1]
        self._keep(user, [])
        return closed

    def _keep(self, user: str, left: list[Json]) -> None:
        self._stacks[user] = left
        self._feed.publish("views_closed", {"stack": left}, {user})

    def _show(self, user: str) -> Json:
        top = self._stacks[user][-1]
        self._feed.publish("view", {"view": top, "stack": self.stack(user)}, {user})
        return top

    def _residents(self, view: Json) -> set[str]:
        return {user for user, home in self._homes.items() if home["id"] == view["id"]}

    def _require_new_external_id(self, view: Json) -> None:
        if view.get("external_id") and self.find(external_id=view["external_id"]):
            raise SlackError("duplicate_external_id")

    def _new(self, view: Json) -> Json:
        app, team = self._workspace.app, self._workspace.team
        shown: Json = {
            "id": self._ids.new("V"),
            "team_id": team.id,
            "type": view["type"],
            "blocks": completed(view["blocks"], self._ids),
            "state": {"values": {}},
            "hash": f"{int(self._clock.now().timestamp())}.{self._ids.new('').lower()}",
            "previous_view_id": None,
            "root_view_id": None,
            "app_id": app.id,
            "app_installed_team_id": team.id,
            "bot_id": app.bot_id,
        }
        shown |= {key: view.get(key) or "" for key in PLAIN}
        shown |= {key: bool(view.get(key)) for key in FLAGS}
        texts = {key: view.get(key) for key in TEXTS}
        return shown | {key: text and {"emoji": True} | text for key, text in texts.items()}
