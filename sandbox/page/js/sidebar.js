// Left: the workspace and the channels the person is in.

import { avatar } from "./avatar.js";
import { h, text } from "./dom.js";
import { icon } from "./icons.js";
import { isDirect } from "./names.js";

export class Sidebar {
  constructor({ store, go, closeDrawer }) {
    Object.assign(this, { store, go, closeDrawer });
    this.team = h("div", { class: "team" });
    this.lists = h("div", { class: "channel-lists" });
    this.element = h("nav", { class: "sidebar", id: "sidebar", "aria-label": "Channels" }, this.team, this.lists);
    for (const name of ["workspace", "route", "unread"]) store.on(name, () => this.#draw());
  }

  #draw() {
    const { names, workspace, route } = this.store;
    if (!names) return;
    this.team.replaceChildren(text(workspace.team.name ?? ""), h("span", { class: "team-note" }, "Sandbox"));
    const open = names.channel(route.channel);
    const channels = [...new Set([...names.joined, ...(open ? [open] : [])])];
    const direct = channels.filter(isDirect);
    const shared = channels.filter((channel) => !isDirect(channel));
    const groups = [this.#group("Channels", shared), direct.length && this.#group("Direct messages", direct)];
    this.lists.replaceChildren(...groups.filter(Boolean).flat());
  }

  #group(label, channels) {
    const rows = channels.map((channel) => h("li", {}, this.#row(channel)));
    return [h("h2", { class: "group-label" }, label), h("ul", { class: "channel-list" }, rows)];
  }

  #row(channel) {
    const here = channel.id === this.store.route.channel;
    const unread = this.store.unread.has(channel.id);
    const name = this.store.names.channelTitle(channel);
    const props = {
      type: "button",
      class: `channel-row${here ? " channel-row--here" : ""}${unread ? " channel-row--unread" : ""}`,
      "data-testid": `channel-${channel.id}`,
      "aria-current": here ? "page" : null,
      onclick: () => this.#open(channel),
    };
    const sign = isDirect(channel) ? avatar({ id: channel.id, name, app: true }, "avatar--small") : icon("hash");
    const dot = unread && h("span", { class: "dot", role: "img", "aria-label": "unread" });
    return h("button", props, sign, h("span", { class: "channel-name" }, text(name)), dot);
  }

  #open(channel) {
    this.closeDrawer();
    this.go({ channel: channel.id, thread: null, message: null }, "composer");
  }
}
