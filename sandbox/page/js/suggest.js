// What a composer offers after @ and #, and after a / at its start.

/** The word being typed at the caret: {mark, query, from} or null. */
export function openWord(value, caret) {
  const command = /^\/\S*$/.exec(value.slice(0, caret));
  if (command) return { mark: "/", query: command[0].toLowerCase(), from: 0 };
  const found = /(?:^|[\s(])([@#])([^\s@#]*)$/.exec(value.slice(0, caret));
  return found && { mark: found[1], query: found[2].toLowerCase(), from: caret - found[2].length - 1 };
}

/** At most eight matches: [{insert, title, note}]. */
export function suggestions({ mark, query }, names) {
  if (mark === "/") return commands(names).filter(({ insert }) => insert.startsWith(query));
  const all = mark === "@" ? [...people(names), ...groups(names), ...broadcasts()] : channels(names);
  return all.filter(({ search }) => search.some((word) => word.toLowerCase().startsWith(query))).slice(0, 8);
}

function people({ workspace }) {
  const bot = (user) => user.id === workspace.bot_user_id;
  return [...workspace.users]
    .sort((a, b) => bot(b) - bot(a))
    .map((user) => ({
      insert: `@${bot(user) ? user.real_name : user.name}`,
      title: user.real_name,
      note: user.is_bot ? "App" : user.role,
      search: [user.name, ...user.real_name.split(" ")],
      user,
    }));
}

function commands({ workspace }) {
  return (workspace.app?.commands ?? []).map((name) => ({ insert: name, title: name, note: "Command" }));
}

function groups({ workspace }) {
  return workspace.usergroups.map((group) => ({
    insert: `@${group.handle}`,
    title: `@${group.handle}`,
    note: `${group.users.length} people`,
    search: [group.handle],
  }));
}

function broadcasts() {
  return ["here", "channel"].map((range) => ({
    insert: `@${range}`,
    title: `@${range}`,
    note: "Notifies everybody here",
    search: [range],
  }));
}

function channels(names) {
  return names.joined
    .filter((channel) => channel.name)
    .map((channel) => ({ insert: `#${channel.name}`, title: `#${channel.name}`, note: "", search: [channel.name] }));
}
