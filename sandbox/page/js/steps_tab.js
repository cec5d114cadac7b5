// Every step of the protocol in words, with the JSON behind it.

import { clockExact, exact } from "./dates.js";
import { copyButton, h, text } from "./dom.js";
import { createScrollKeeper } from "./scroll.js";

const ICONS = {
  person: "👤",
  event: "📨",
  interaction: "👆",
  ack: "✅",
  socket: "🔌",
  api: "⚙️",
  view: "🪟",
  google: "📇",
  model: "🧠",
  bot: "🤖",
  fault: "⚠️",
};
const KEPT = 2000;

export class StepsTab {
  #kinds = new Set();
  #only = null;
  #drawn = 0;
  #open = false;

  constructor({ store }) {
    this.store = store;
    const props = { class: "steps", "aria-label": "Steps", tabindex: "0" };
    this.list = h("ol", { ...props, "data-testid": "steps" });
    this.filter = h("div", { class: "chips", role: "group", "aria-label": "Show only" });
    this.keeper = createScrollKeeper(this.list, "Newest ↓");
    this.empty = h("p", { class: "empty" }, "Nothing has happened yet. Send a message and follow it here.");
    this.panel = h(
      "div",
      { class: "panel", role: "tabpanel", id: "panel-steps", "aria-labelledby": "tab-steps" },
      this.filter,
      this.empty,
      h("div", { class: "list-box" }, this.list, this.keeper.jump),
    );
    store.on("steps", ({ restarted }) => {
      if (restarted) this.#clear();
      this.#draw();
    });
  }

  show(open) {
    this.#open = open;
    this.#draw();
  }

  #draw() {
    if (!this.#open) return;
    const fresh = this.store.steps.filter((step) => step.n > this.#drawn);
    this.#drawn = this.store.steps.at(-1)?.n ?? 0;
    this.#learn(fresh);
    const rows = fresh.filter((step) => !this.#only || step.kind === this.#only).map(row);
    this.keeper.change(() => {
      this.list.append(...rows);
      while (this.list.children.length > KEPT) this.list.firstChild.remove();
    }, rows.length > 0);
    this.empty.hidden = this.list.children.length > 0;
  }

  #clear() {
    this.#drawn = 0;
    this.list.replaceChildren();
  }

  #learn(steps) {
    const known = this.#kinds.size;
    for (const step of steps) this.#kinds.add(step.kind);
    if (this.#kinds.size !== known || !this.filter.firstChild) this.#drawChips();
  }

  #drawChips() {
    const chip = (kind, label) => {
      const props = { type: "button", class: "chip", "aria-pressed": String(this.#only === kind) };
      return h("button", { ...props, onclick: () => this.#pick(kind) }, label);
    };
    const kinds = [...this.#kinds].sort().map((kind) => chip(kind, `${iconOf(kind)} ${kind}`));
    this.filter.replaceChildren(chip(null, "All"), ...kinds);
  }

  #pick(kind) {
    this.#only = kind;
    this.#clear();
    this.#drawChips();
    this.filter.querySelector("[aria-pressed=true]").focus();
    this.#draw();
  }
}

function iconOf(kind) {
  return ICONS[kind] ?? "•";
}

function row(step) {
  const at = new Date(step.at);
  const time = h("time", { datetime: step.at, title: exact(at) }, clockExact(at));
  const took = typeof step.ms === "number" && ` · ${shownMs(step.ms)}`;
  const summary = [
    h("span", { class: "step-icon", "aria-hidden": "true" }, iconOf(step.kind)),
    h("span", { class: "step-title" }, text(step.title)),
    h("span", { class: "step-meta" }, time, ` · ${step.kind}`, took),
  ];
  if (step.detail === null || step.detail === undefined) {
    return h("li", { class: "step" }, h("div", { class: "step-line" }, summary));
  }
  const box = h("details", {}, h("summary", { class: "step-line" }, summary));
  box.addEventListener("toggle", () => {
    if (box.open && box.children.length === 1) box.append(json(step.detail));
  });
  return h("li", { class: "step" }, box);
}

function shownMs(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
}

function json(detail) {
  const words = typeof detail === "string" ? detail : JSON.stringify(detail, null, 2);
  const copy = copyButton(() => words, { class: "btn btn--small json-copy" });
  return h("div", { class: "json" }, copy, h("pre", { tabindex: "0" }, text(words)));
}
