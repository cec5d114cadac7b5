"""What the model may call, and how the operator sees it."""

from dataclasses import dataclass

from bot.models.requirement import Effect


@dataclass(frozen=True, slots=True)
class Probe:
    """A read of the same server that shows, after a call was cut short, how things are; pinned by the operator.

    `arguments` pairs each argument of `tool` with the argument of the call that it takes its value from. `field` is the
    member of the structured answer to look at, `happened` the JSON text that it holds if the call happened.
    """

    tool: str
    arguments: tuple[tuple[str, str], ...]
    field: str
    happened: str


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool as a server offered it. `schema` is its input schema as canonical JSON text.

    `schema_digest` covers name, description and schema; `server_digest` the server's configuration. For cards: `verb`,
    `target` (the argument that names what is acted upon), `system`, `undo` (the action that takes it back), `secrets`
    (arguments that the schema marks secret). `timeout` is in seconds. `probe` looks what became of a lost call.
    Results of a `trusted` tool do not taint.
    """

    server: str
    name: str
    description: str
    schema: str
    schema_digest: str
    server_digest: str
    effect: Effect
    category: str = ""
    verb: str = ""
    target: str = ""
    system: str = ""
    undo: str = ""
    timeout: float = 60.0
    secrets: tuple[str, ...] = ()
    probe: Probe | None = None
    trusted: bool = False

    @property
    def full_name(self) -> str:
        """The name that the model and the policy use: `alias__tool`."""
        return f"{self.server}__{self.name}"


@dataclass(frozen=True, slots=True)
class Toolset:
    """The tools of a request, snapshotted at its start; `missing` names servers that did not answer."""

    digest: str
    tools: tuple[Tool, ...]
    missing: tuple[str, ...] = ()

    @property
    def gap(self) -> str:
        """What is to be said of the servers that did not answer, or nothing."""
        if not self.missing:
            return ""
        one = len(self.missing) == 1
        named = ", ".join(f"`{alias}`" for alias in self.missing)
        return f"The tool {'server' if one else 'servers'} {named} did not answer when this request began."

    def find(self, full_name: str) -> Tool | None:
        """The tool with exactly this name."""
        return next((tool for tool in self.tools if tool.full_name == full_name), None)
