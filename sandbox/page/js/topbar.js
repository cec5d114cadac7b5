// The bar over everything: who you act as, the drawer, the theme.

import { avatar } from "./avatar.js";
import { h, text } from "./dom.js";
import { icon } from "./icons.js";

export class Topbar {
  constructor({ store, go, toggleSidebar, toggleDrawer }) {
    Object.assign(this, { store, go });
    this.burger = button("tool burger", { "aria-label": "Channels", "aria-controls": "sidebar" }, toggleSidebar);
    this.burger.append(icon("menu"));
    this.burger.dataset.testid = "sidebar-toggle";
    this.drawer = drawerButton(toggleDrawer);
    this.lost = h("div", { class: "lost", role: "alert", hidden: true }, "The connection is lost. Trying again…");
    const end = h("div", { class: "topbar-end" }, this.drawer, themeButton());
    this.element = h("header", { class: "topbar" }, this.burger, this.#actAs(), end);
    this.#follow();
  }

  #actAs() {
    this.face = h("span", { class: "act-as-face" });
    this.name = h("span", { class: "act-as-name" });
    this.role = h("span", { class: "act-as-role", "data-testid": "role" });
    const change = () => this.go({ as: this.select.value, ...keepOrLeave(this.store, this.select.value) });
    const props = { class: "act-as-select", "data-testid": "act-as", "aria-label": "Acting as", onchange: change };
    this.select = h("select", props);
    const label = h("span", { class: "act-as-label wide-only" }, "Acting as");
    const who = h("span", { class: "act-as-who" }, this.name, this.role);
    return h("label", { class: "act-as" }, this.face, label, who, icon("down"), this.select);
  }

  #follow() {
    const { store } = this;
    store.on("workspace", () => this.#drawPerson());
    store.on("route", () => this.drawer.setAttribute("aria-expanded", String(Boolean(store.route.drawer))));
    store.on("connected", () => {
      this.lost.hidden = store.connected;
    });
    store.on("bot", () => {
      this.drawer.dataset.bot = store.bot.state;
      this.drawer.title = store.bot.state === "none" ? "No bot was started here" : `The bot is ${store.bot.state}`;
    });
  }

  #drawPerson() {
    const { names } = this.store;
    const me = names.user(names.me);
    this.face.replaceChildren(avatar({ id: me.id, name: me.real_name }, "avatar--small"));
    this.name.replaceChildren(text(me.real_name));
    this.role.replaceChildren(text(me.role));
    const option = (user) => h("option", { value: user.id, selected: user.id === me.id }, wordsFor(user));
    this.select.replaceChildren(...names.people.map(option));
    this.select.value = me.id;
    this.select.title = wordsFor(me);
  }
}

function wordsFor(user) {
  return `${user.real_name} · ${user.role}`;
}

function button(className, props, onclick) {
  return h("button", { type: "button", class: className, "aria-expanded": "false", ...props, onclick });
}

function drawerButton(toggle) {
  const node = button("btn btn--bar", { "aria-controls": "drawer", "data-testid": "drawer-toggle" }, toggle);
  node.append(icon("pulse"), h("span", { class: "wide-only" }, "What happened"), h("span", { class: "bot-dot" }));
  node.setAttribute("aria-label", "What happened");
  return node;
}

/** theme.js listens for its clicks. */
function themeButton() {
  const label = "Switch between light and dark";
  const props = { type: "button", class: "tool", "aria-label": label, title: label, "data-testid": "theme" };
  return h("button", props, icon("theme"));
}

/** The new person stays in the channel if they are in it, else starts where people start. */
function keepOrLeave(store, person) {
  const here = store.workspace.channels.find((channel) => channel.id === store.route.channel);
  return here?.members.includes(person) ? {} : { channel: null, thread: null, message: null };
}
