// What the page knows. Every change is an event: "workspace", "route", "messages", "unread", "status", "views", "home",
// "steps", "bot", "connected".

import { createNames } from "./names.js";

export class Store extends EventTarget {
  route = { channel: null, thread: null, message: null, as: null, drawer: null, tab: null };
  names = null;
  workspace = null;
  views = [];
  home = null;
  steps = [];
  bot = { state: "none" };
  connected = true;
  unread = new Set();
  statuses = new Map();
  #messages = new Map();
  #changes = new Map();

  on(name, listener) {
    this.addEventListener(name, (event) => listener(event.detail));
  }

  emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  setWorkspace(workspace, me) {
    this.workspace = workspace;
    this.names = createNames(workspace, me);
    this.emit("workspace");
  }

  setRoute(route) {
    const before = this.route;
    this.route = route;
    this.emit("route", { before });
  }

  forget() {
    this.#messages.clear();
    this.unread.clear();
    this.statuses.clear();
  }

  /** null while the channel has not been loaded. */
  messages(channel) {
    const known = this.#messages.get(channel);
    return known ? [...known.values()].sort(byTime) : null;
  }

  setMessages(channel, messages) {
    this.#messages.set(channel, new Map(messages.map((message) => [keyOf(message), message])));
    this.emit("messages", { channel, fresh: null });
  }

  /** A number that grows with every message put or dropped. */
  changes(channel) {
    return this.#changes.get(channel) ?? 0;
  }

  /** Adds or replaces one message; `fresh` in the event is the message when it was not known before. */
  putMessage(channel, message) {
    this.#changes.set(channel, this.changes(channel) + 1);
    const known = this.#messages.get(channel);
    if (!known) return;
    const fresh = known.has(keyOf(message)) ? null : message;
    known.set(keyOf(message), message);
    this.emit("messages", { channel, fresh });
  }

  dropMessage(channel, ts) {
    this.#changes.set(channel, this.changes(channel) + 1);
    const known = this.#messages.get(channel);
    if (!known) return;
    known.delete(ts);
    known.delete(`${ts} ephemeral`);
    this.emit("messages", { channel, fresh: null });
  }

  setUnread(channel, on) {
    if (on === this.unread.has(channel)) return;
    if (on) this.unread.add(channel);
    else this.unread.delete(channel);
    this.emit("unread");
  }

  /** `words` under a channel or thread while somebody works; "" clears it. */
  setStatus(channel, thread, words) {
    const key = `${channel} ${thread ?? ""}`;
    if (words) this.statuses.set(key, words);
    else this.statuses.delete(key);
    this.emit("status");
  }

  status(channel, thread) {
    return this.statuses.get(`${channel} ${thread ?? ""}`) ?? "";
  }

  set(name, value) {
    this[name] = value;
    this.emit(name);
  }

  /** Adds those that are not known; `restarted` says that an earlier sandbox counted the known ones. */
  addSteps(steps, { restarted = false } = {}) {
    if (restarted) this.steps = [];
    const last = this.steps.at(-1)?.n ?? 0;
    this.steps.push(...steps.filter((step) => step.n > last));
    this.steps.splice(0, Math.max(0, this.steps.length - 2000));
    this.emit("steps", { restarted });
  }
}

function keyOf(message) {
  return message.ephemeral ? `${message.ts} ephemeral` : message.ts;
}

function byTime(a, b) {
  return Number(a.ts) - Number(b.ts);
}

/** A reply that is shown in its thread only. */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts && message.subtype !== "thread_broadcast";
}
