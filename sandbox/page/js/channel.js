// The middle column: header, messages, status line, composer.

import { Composer } from "./composer.js";
import { h, text } from "./dom.js";
import { Hint } from "./hint.js";
import { Home } from "./home.js";
import { icon } from "./icons.js";
import { messageItems } from "./message.js";
import { isDirect } from "./names.js";
import { unlessPressed } from "./press.js";
import { reconcile } from "./reconcile.js";
import { createScrollKeeper } from "./scroll.js";
import { skeleton } from "./skeleton.js";
import { isReply } from "./store.js";
import { focusMessage, messageList } from "./walk.js";

export class Channel {
  constructor({ store, api, go, announce }) {
    Object.assign(this, { store, api, go, announce });
    this.title = h("h1", { class: "channel-title" });
    this.members = h("span", { class: "muted", "data-testid": "members" });
    this.list = messageList("Messages", "messages");
    this.keeper = createScrollKeeper(this.list);
    this.status = h("div", { class: "status", "aria-live": "polite", "data-testid": "status" });
    const hooks = { field: "composer", send: "send" };
    const target = () => ({ channel: store.route.channel });
    this.composer = new Composer({ store, api, hooks, target, status: this.status });
    this.hint = new Hint({ store, go, fill: (words) => this.composer.fill(words) });
    this.box = h("div", { class: "list-box", id: "app-messages" }, this.list, this.keeper.jump);
    const hidden = (on) => {
      for (const part of [this.box, this.hint.element, this.composer.element]) part.hidden = on;
    };
    this.home = new Home({ store, api, go, hidden });
    this.element = h(
      "main",
      { class: "channel", "aria-label": "Channel" },
      h("header", { class: "pane-head" }, this.title, this.members),
      this.home.tabs,
      this.home.element,
      this.box,
      this.hint.element,
      this.composer.element,
    );
    this.#follow();
  }

  #follow() {
    const { store } = this;
    store.on("messages", (change) => this.#arrived(change));
    store.on("route", ({ before }) => this.#moved(before));
    store.on("workspace", () => this.#draw());
    store.on("status", () => this.status.replaceChildren(text(store.status(store.route.channel, null))));
  }

  #arrived({ channel, fresh }) {
    if (channel !== this.store.route.channel) return;
    unlessPressed(this.list, () => this.#draw(fresh && !isReply(fresh) ? fresh : null));
    if (fresh && fresh.user !== this.store.names.me) this.announce(this.store, fresh);
  }

  #moved(before) {
    const { channel, message } = this.store.route;
    if (before.channel === channel && before.message === message) return;
    if (before.channel !== channel) this.keeper.end();
    this.composer.restore();
    this.#draw();
  }

  #draw(fresh = null) {
    const { channel, thread, message } = this.store.route;
    const messages = this.store.messages(channel);
    this.#drawHead();
    if (!messages) return this.list.replaceChildren(...skeleton());
    if (this.list.firstElementChild?.classList.contains("skeleton")) this.list.replaceChildren();
    const items = messageItems(
      messages.filter((one) => !isReply(one)),
      { store: this.store, api: this.api, go: this.go, channel },
      repliesOf(messages),
    );
    this.keeper.change(() => reconcile(this.list, [beginning(this.store), ...items]), fresh);
    this.hint.draw(messages);
    focusMessage(this.list, this.keeper, thread ? null : message);
  }

  #drawHead() {
    const { names, route } = this.store;
    const channel = names.channel(route.channel);
    if (!channel) return;
    const people = channel.members.map((id) => names.user(id)?.real_name ?? id);
    this.title.replaceChildren(icon(isDirect(channel) ? "person" : "hash"), text(names.channelTitle(channel)));
    this.members.textContent = isDirect(channel) ? "Direct message" : `${people.length} members`;
    this.members.title = people.join(", ");
  }
}

function beginning({ names, route }) {
  const channel = names.channel(route.channel);
  const name = channel ? names.channelTitle(channel) : "";
  const place = channel && isDirect(channel) ? `your direct messages with ${name}` : `#${name}`;
  const render = () => h("div", { class: "beginning" }, `The start of ${place}.`);
  return { key: `beginning ${channel?.id}`, signature: place, render };
}

/** Replies by the ts of the message they answer; what only one person sees does not count. */
function repliesOf(messages) {
  const replies = new Map();
  for (const message of messages) {
    if (!isReply(message) || message.ephemeral) continue;
    replies.set(message.thread_ts, [...(replies.get(message.thread_ts) ?? []), message]);
  }
  return replies;
}
