// Right: "What happened", the protocol step by step, the Google directory, and the bot's own life.

import { createBotBox } from "./bot_box.js";
import { h } from "./dom.js";
import { GoogleTab } from "./google_tab.js";
import { icon } from "./icons.js";
import { StepsTab } from "./steps_tab.js";

const LABELS = { steps: "Steps", google: "Google" };

export class Drawer {
  constructor({ store, api, go }) {
    Object.assign(this, { store, go });
    this.tabs = { steps: new StepsTab({ store }), google: new GoogleTab({ store, api }) };
    this.buttons = Object.fromEntries(Object.keys(LABELS).map((name) => [name, this.#tabButton(name)]));
    this.element = h(
      "aside",
      { class: "drawer", id: "drawer", "aria-label": "What happened", "data-testid": "drawer", hidden: true },
      this.#head(),
      createBotBox({ store, api }).element,
      this.#bar(),
      Object.values(this.tabs).map(({ panel }) => panel),
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
    store.on("route", ({ before }) => {
      if (before.drawer !== store.route.drawer) this.#draw();
    });
  }

  #tabButton(name) {
    const props = { type: "button", class: "tab", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}` };
    const hooks = { "data-testid": `drawer-${name}`, onclick: () => this.go({ drawer: name }) };
    return h("button", { ...props, ...hooks }, LABELS[name]);
  }

  #head() {
    const props = { type: "button", class: "tool pane-close", "aria-label": "Close", onclick: () => this.#close() };
    const title = h("h2", { class: "channel-title" }, "What happened");
    return h("header", { class: "pane-head" }, title, h("button", props, icon("close")));
  }

  #bar() {
    const props = { class: "tabs", role: "tablist", "aria-label": "What to show" };
    const bar = h("div", props, Object.values(this.buttons));
    bar.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      const other = this.#open() === "google" ? "steps" : "google";
      this.go({ drawer: other });
      this.buttons[other].focus();
    });
    return bar;
  }

  #close() {
    this.go({ drawer: null });
    document.querySelector("[data-testid=drawer-toggle]").focus();
  }

  #open() {
    const { drawer } = this.store.route;
    return drawer && (drawer in this.tabs ? drawer : "steps");
  }

  #draw() {
    const open = this.#open();
    this.element.hidden = !open;
    for (const [name, tab] of Object.entries(this.tabs)) {
      this.buttons[name].setAttribute("aria-selected", String(name === open));
      this.buttons[name].tabIndex = name === open ? 0 : -1;
      tab.panel.hidden = name !== open;
      tab.show(name === open);
    }
  }
}
