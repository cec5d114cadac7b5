// Who and what the ids of the workspace stand for, as the current person sees them.

/** `joined` are the channels the person is in; `channel(id)` also finds the public ones they may look into.
 * `permalink(url)` is the place in this page that a message link points at, or null. */
export function createNames(workspace, me) {
  const users = new Map(workspace.users.map((user) => [user.id, user]));
  const groups = new Map(workspace.usergroups.map((group) => [group.id, group]));
  const guest = users.get(me)?.is_guest;
  const sees = (channel) => channel.members.includes(me) || (!guest && (channel.kind ?? "channel") === "channel");
  const channels = new Map(workspace.channels.filter(sees).map((channel) => [channel.id, channel]));
  return {
    me,
    workspace,
    user: (id) => users.get(id),
    group: (id) => groups.get(id),
    channel: (id) => channels.get(id),
    joined: [...channels.values()].filter((channel) => channel.members.includes(me)),
    people: workspace.users.filter((user) => !user.is_bot),
    isApprover: (id) => workspace.usergroups.some((group) => group.users.includes(id)),
    hasHome: (id) => Boolean(workspace.app?.home_tab) && isApp(channels.get(id), workspace),
    channelTitle: (channel) => title(channel, users, me),
    permalink: (url) => permalink(url, channels),
  };
}

function title(channel, users, me) {
  if (!isDirect(channel)) return channel.name;
  const other = channel.members.find((id) => id !== me) ?? me;
  return users.get(other)?.real_name ?? other;
}

/** The direct messages with the app. */
function isApp(channel, { bot_user_id: bot }) {
  return Boolean(channel) && isDirect(channel) && channel.members.includes(bot);
}

export function isDirect(channel) {
  return channel.is_im === true || channel.kind === "im" || channel.id.startsWith("D");
}

function permalink(url, channels) {
  const found = /^https?:\/\/[^/]+\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})(?:\?(.*))?$/.exec(url);
  if (!found || !channels.has(found[1])) return null;
  const ts = `${found[2]}.${found[3]}`;
  const thread = new URLSearchParams(found[4]).get("thread_ts");
  return thread ? `#/c/${found[1]}/t/${thread}/m/${ts}` : `#/c/${found[1]}/m/${ts}`;
}
