// What each server-sent event of the sandbox changes in the store.

const STATUS_SECONDS = 120; // Slack drops a status after two minutes without a message
const TYPING_SECONDS = 6;

/** `sync` loads what an event only points at. */
export function eventHandlers(sync) {
  const { store } = sync;
  return {
    message: (data) => arrived(sync, data),
    ephemeral: (data) => {
      arrived(sync, { ...data, message: { ephemeral: true, ...data.message } });
      store.setUnread(data.channel, data.channel !== store.route.channel);
    },
    message_deleted: ({ channel, ts }) => store.dropMessage(channel, ts),
    view: ({ view }) => (view?.type === "home" ? store.set("home", view) : sync.loadViews()),
    views_closed: () => sync.loadViews(),
    typing: (data) => showStatus(store, data, `${nameOf(store, data.user)} is typing…`, TYPING_SECONDS),
    status: (data) => showStatus(store, data, data.status ? statusWords(store, data) : "", STATUS_SECONDS),
    // Steps are numbered without gaps; one that is ahead of what is known means that some were missed.
    step: (step) => (step.n === (store.steps.at(-1)?.n ?? 0) + 1 ? store.addSteps([step]) : sync.loadSteps()),
    bot: (bot) => store.set("bot", bot),
    unread: ({ channel, unread = true }) => store.setUnread(channel, unread && waits(store, channel)),
  };
}

function arrived(sync, { channel, message }) {
  const { store } = sync;
  if (!store.workspace.channels.some(({ id }) => id === channel)) sync.loadWorkspace();
  store.putMessage(channel, message);
  clearStatus(store, channel, message);
  if (channel === store.route.channel && !document.hidden) sync.markRead(channel);
}

/** The person is in that channel and does not look at it now. */
function waits(store, channel) {
  const joined = store.names.joined.some(({ id }) => id === channel);
  return joined && channel !== store.route.channel;
}

function nameOf(store, user) {
  return store.names.user(user)?.real_name ?? "Somebody";
}

function statusWords(store, { user, status }) {
  const name = nameOf(store, user ?? store.workspace.bot_user_id);
  return status.startsWith(name) ? status : `${name} ${status}`;
}

function showStatus(store, { channel, thread_ts: thread }, words, seconds) {
  store.setStatus(channel, thread, words);
  if (!words) return;
  setTimeout(() => {
    if (store.status(channel, thread) === words) store.setStatus(channel, thread, "");
  }, seconds * 1000);
}

function clearStatus(store, channel, message) {
  if (message.user === store.names.me) return;
  store.setStatus(channel, null, "");
  store.setStatus(channel, message.thread_ts ?? message.ts, "");
}
