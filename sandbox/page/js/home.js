// The app's Home tab beside its messages (Slack docs: "App Home").

import { renderBlocks } from "./blocks.js";
import { h, text } from "./dom.js";
import { botName, createSurface } from "./surface.js";

const TABS = { home: "Home", messages: "Messages" };

export class Home {
  #shown = null;

  /** `hidden(on)` puts the messages away while the Home tab is in front. */
  constructor({ store, api, go, hidden }) {
    Object.assign(this, { store, api, go, hidden });
    this.buttons = Object.fromEntries(Object.keys(TABS).map((name) => [name, this.#button(name)]));
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "App", hidden: true });
    this.tabs.append(...Object.values(this.buttons));
    this.tabs.addEventListener("keydown", (event) => {
      if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.#open(this.#front() ? "messages" : "home");
    });
    const panel = { role: "tabpanel", id: "app-home", "aria-label": "Home", tabindex: "0" };
    this.element = h("div", { class: "home", ...panel, "data-testid": "home", hidden: true });
    store.on("home", () => this.#draw());
    store.on("workspace", () => this.#draw());
    store.on("route", ({ before }) => this.#moved(before));
  }

  #button(name) {
    const panel = name === "home" ? "app-home" : "app-messages";
    const props = { type: "button", class: "tab", role: "tab", "aria-controls": panel, "data-testid": `app-${name}` };
    return h("button", { ...props, onclick: () => this.#open(name) }, TABS[name]);
  }

  #open(name) {
    this.go({ tab: name === "home" ? "home" : null });
    this.buttons[name].focus();
  }

  #front() {
    return this.store.route.tab === "home";
  }

  /** Slack tells the app each time that somebody looks at it. */
  #moved(before) {
    const { route, names } = this.store;
    const looks = names.hasHome(route.channel);
    this.tabs.hidden = !looks;
    this.#draw();
    if (!looks || (before.channel === route.channel && before.tab === route.tab)) return;
    this.api.openApp(names.me, this.#front() ? "home" : "messages").catch(() => {});
  }

  #draw() {
    const front = this.#front();
    this.element.hidden = !front;
    this.hidden(front);
    for (const [name, button] of Object.entries(this.buttons)) {
      const selected = (name === "home") === front;
      button.setAttribute("aria-selected", String(selected));
      button.tabIndex = selected ? 0 : -1;
    }
    if (front) this.#show(this.store.home);
  }

  #show(view) {
    const { names } = this.store;
    if (!view) {
      this.#shown = null;
      const words = `${botName(names)} has not published anything here yet.`;
      this.element.replaceChildren(h("p", { class: "empty" }, text(words)));
      return;
    }
    const same = this.#shown?.view.id === view.id;
    if (same && this.#shown.view.hash === view.hash) return;
    const before = same ? this.#shown.surface.values() : {};
    const surface = createSurface({ names, api: this.api, target: { view_id: view.id }, before });
    this.#shown = { view, surface };
    this.element.replaceChildren(...renderBlocks(view.blocks, surface));
  }
}
