// The directory as the Google stand-in holds it, live after each change.

import { h, text } from "./dom.js";
import { skeleton } from "./skeleton.js";

const WAIT_MS = 150; // several steps of one change cause one reload

export class GoogleTab {
  #users = null;
  #changed = new Set();
  #timer = null;
  #open = false;
  #seen = 0;

  constructor({ store, api }) {
    Object.assign(this, { store, api });
    this.find = findField(() => this.#draw());
    this.count = h("p", { class: "muted panel-note", role: "status" });
    this.list = h("ul", { class: "people", "data-testid": "google-users" });
    this.panel = h(
      "div",
      { class: "panel", role: "tabpanel", id: "panel-google", "aria-labelledby": "tab-google" },
      h("div", { class: "panel-tools" }, this.find),
      this.count,
      h("div", { class: "people-box", tabindex: "0", role: "region", "aria-label": "Directory" }, this.list),
    );
    store.on("steps", () => this.#stepsArrived());
  }

  show(open) {
    this.#open = open;
    if (!open) return;
    this.#draw();
    this.#load();
  }

  #stepsArrived() {
    const { steps } = this.store;
    const touched = steps.some((step) => step.n > this.#seen && step.kind.startsWith("google"));
    this.#seen = steps.at(-1)?.n ?? 0;
    if (!this.#open || !touched) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), WAIT_MS);
  }

  async #load() {
    try {
      const next = (await this.api.googleUsers()).map(fromGoogle);
      const before = this.#users;
      this.#changed = new Set(before ? next.filter((user) => differs(user, before)).map((user) => user.email) : []);
      this.#users = next;
      this.#draw();
    } catch (error) {
      this.count.textContent = error.detail;
    }
  }

  #draw() {
    if (!this.#users) return this.list.replaceChildren(...skeleton(6));
    const words = this.find.value.trim().toLowerCase();
    const shown = this.#users.filter((user) => `${user.name} ${user.email}`.toLowerCase().includes(words));
    const suspended = this.#users.filter((user) => user.suspended).length;
    const narrowed = words ? ` · ${shown.length} shown` : "";
    this.count.textContent = `${this.#users.length} users, ${suspended} suspended${narrowed}`;
    this.list.replaceChildren(...shown.map((user) => row(user, this.#changed.has(user.email))));
  }
}

function findField(oninput) {
  const props = { placeholder: "Find by name or address", "aria-label": "Find in the directory", oninput };
  return h("input", { type: "search", class: "field-input", "data-testid": "google-find", ...props });
}

function fromGoogle(user) {
  return {
    email: user.primaryEmail,
    name: user.name?.fullName ?? "",
    suspended: Boolean(user.suspended),
    admin: Boolean(user.isAdmin),
  };
}

function differs(user, before) {
  const old = before.find((one) => one.email === user.email);
  return !old || old.suspended !== user.suspended || old.name !== user.name;
}

function row(user, isNew) {
  const badge = user.admin && h("span", { class: "badge" }, "Super admin");
  const state = user.suspended ? "suspended" : "active";
  return h(
    "li",
    { class: `google-user${isNew ? " google-user--changed" : ""}`, "data-email": user.email },
    h("span", { class: "google-name" }, text(user.name), badge),
    h("span", { class: "google-email" }, text(user.email)),
    h("span", { class: `state state--${state}` }, user.suspended ? "⛔ Suspended" : "● Active"),
  );
}
