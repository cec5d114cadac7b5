// First steps, as part of the page and not as a message: a sentence to try in #it-help, then the switch of person.

import { copyButton, h } from "./dom.js";
import { icon } from "./icons.js";

const SENTENCE = "@Countersign suspend leaver@example.com, they left on Friday";
const ABOUT = "Everything here is pretend: workspace, people, Google directory. “What happened” shows each step.";
const DISMISSED = "sandbox.hint.dismissed";
const CHANNEL = "it-help";
const WAITING = "request.withdraw"; // the button that a request carries for as long as it can be taken back

export class Hint {
  #messages = [];

  /** `fill` puts a sentence into the composer. */
  constructor({ store, go, fill }) {
    Object.assign(this, { store, go, fill });
    this.element = h("div", { class: "hint-box" });
  }

  draw(messages) {
    this.#messages = messages;
    const { names, route } = this.store;
    if (names.isApprover(names.me)) localStorage.setItem(DISMISSED, "yes"); // whoever was there knows the way
    const here = names.channel(route.channel)?.name === CHANNEL;
    const shown = here && (messages.length === 0 ? this.#teach() : this.#remind());
    this.element.replaceChildren(...(shown ? [shown] : []));
  }

  #approver() {
    const { names } = this.store;
    return names.people.find((user) => names.isApprover(user.id));
  }

  #teach() {
    const next = this.#approver();
    const use = { type: "button", class: "btn btn--small btn--primary", "data-testid": "hint-use" };
    const sentence = h(
      "div",
      { class: "hint-sentence" },
      h("code", {}, SENTENCE),
      copyButton(() => SENTENCE),
      h("button", { ...use, onclick: () => this.fill(SENTENCE) }, "Put it in the message"),
    );
    return h(
      "section",
      { class: "hint", "aria-label": "First steps", "data-testid": "hint" },
      h("h2", { class: "hint-title" }, "Try it in two steps"),
      h(
        "ol",
        { class: "hint-steps" },
        h("li", {}, "Ask for something that needs an approval:", sentence),
        h("li", {}, `then switch to ${firstName(next)} to approve (“Acting as”, at the top).`),
      ),
      h("p", { class: "muted" }, ABOUT),
    );
  }

  #remind() {
    const { names, route, workspace } = this.store;
    const next = this.#approver();
    if (!next || localStorage.getItem(DISMISSED) || !this.#messages.some(isWaiting)) return null;
    const place = workspace.channels.find(({ name, members }) => name === "approvals" && members.includes(next.id));
    const there = { as: next.id, channel: place?.id ?? route.channel, thread: null, message: null };
    const go = { type: "button", class: "btn btn--small", onclick: () => this.go(there) };
    const close = { type: "button", class: "tool", "aria-label": "Dismiss this hint", onclick: () => this.#dismiss() };
    return h(
      "div",
      { class: "hint hint--slim", "data-testid": "hint-next" },
      h("span", {}, `Next: switch to ${firstName(next)} to approve${place ? ` in #${place.name}` : ""}.`),
      h("button", go, `Switch to ${firstName(next)}`),
      h("button", close, icon("close")),
    );
  }

  #dismiss() {
    localStorage.setItem(DISMISSED, "yes");
    this.draw(this.#messages);
  }
}

function isWaiting({ blocks }) {
  return (blocks ?? []).some(({ elements }) => elements?.some((element) => element.action_id === WAITING));
}

function firstName(user) {
  return user ? user.real_name.split(" ")[0] : "an approver";
}
