// The thread pane beside the channel.

import { Composer } from "./composer.js";
import { h, text } from "./dom.js";
import { icon } from "./icons.js";
import { messageItems } from "./message.js";
import { unlessPressed } from "./press.js";
import { reconcile } from "./reconcile.js";
import { createScrollKeeper } from "./scroll.js";
import { focusMessage, messageList } from "./walk.js";

export class Thread {
  constructor({ store, api, go }) {
    Object.assign(this, { store, api, go });
    this.list = messageList("Thread messages", "thread-messages");
    this.keeper = createScrollKeeper(this.list);
    this.where = h("span", { class: "muted" });
    this.status = h("div", { class: "status", "aria-live": "polite" });
    const hooks = { field: "thread-composer", send: "thread-send" };
    const target = () => ({ channel: store.route.channel, thread_ts: store.route.thread });
    this.composer = new Composer({ store, api, hooks, target, status: this.status });
    this.element = h(
      "aside",
      { class: "thread", "aria-label": "Thread", "data-testid": "thread-pane", hidden: true },
      this.#head(),
      h("div", { class: "list-box" }, this.list, this.keeper.jump),
      this.composer.element,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.#close();
    });
    this.#follow();
  }

  #head() {
    const hooks = { "data-testid": "thread-close", onclick: () => this.#close() };
    const props = { type: "button", class: "tool pane-close", "aria-label": "Close thread", ...hooks };
    const close = h("button", props, icon("close"));
    return h("header", { class: "pane-head" }, h("h2", { class: "channel-title" }, "Thread"), this.where, close);
  }

  #close() {
    this.go({ thread: null, message: null }, "composer");
  }

  #follow() {
    const { store } = this;
    store.on("messages", ({ channel, fresh }) => {
      if (channel !== store.route.channel) return;
      unlessPressed(this.list, () => this.#draw(fresh?.thread_ts === store.route.thread ? fresh : null));
    });
    store.on("route", ({ before }) => this.#moved(before));
    store.on("workspace", () => this.#draw());
    store.on("status", () => this.status.replaceChildren(text(store.status(store.route.channel, store.route.thread))));
  }

  #moved(before) {
    const other = before.thread !== this.store.route.thread;
    if (other) this.keeper.end();
    this.#draw();
    if (other) this.composer.restore();
  }

  #draw(fresh = null) {
    const { store, api, go } = this;
    const { channel, thread, message } = store.route;
    this.element.hidden = !thread;
    if (!thread) return;
    const known = store.names.channel(channel);
    this.where.replaceChildren(text(known ? `#${store.names.channelTitle(known)}` : ""));
    const messages = (store.messages(channel) ?? []).filter((one) => one.ts === thread || one.thread_ts === thread);
    this.keeper.change(() => reconcile(this.list, items(messages, { store, api, go, channel, thread })), fresh);
    focusMessage(this.list, this.keeper, message);
  }
}

function items(messages, ctx) {
  const all = messageItems(messages, ctx);
  const root = all.findIndex((item) => item.key === ctx.thread);
  const count = messages.filter((message) => message.ts !== ctx.thread && !message.ephemeral).length;
  if (root < 0 || !count) return all;
  const words = count === 1 ? "1 reply" : `${count} replies`;
  const line = { key: "count", signature: words, render: () => h("div", { class: "day" }, h("span", {}, words)) };
  return [...all.slice(0, root + 1), line, ...all.slice(root + 1)];
}
