// The list over a composer that completes names after @ and #.

import { avatar } from "./avatar.js";
import { freshId, h, text } from "./dom.js";
import { openWord, suggestions } from "./suggest.js";

/** `changed` is called after a name was put into `field`. */
export class Completion {
  #offers = [];
  #at = 0;
  #word = null;

  constructor(store, field, changed) {
    this.store = store;
    this.field = field;
    this.changed = changed;
    const id = freshId("suggest");
    this.list = h("div", { class: "suggest", role: "listbox", id, "aria-label": "Suggestions", hidden: true });
    field.setAttribute("aria-controls", id);
    field.addEventListener("blur", () => this.close());
  }

  close() {
    this.#offers = [];
    this.list.replaceChildren();
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Offers what fits the word at the caret. */
  look() {
    this.#word = openWord(this.field.value, this.field.selectionStart);
    this.#offers = this.#word ? suggestions(this.#word, this.store.names) : [];
    this.#at = 0;
    if (!this.#offers.length) return this.close();
    this.list.hidden = false;
    this.#draw();
  }

  /** True when the key was meant for the list. */
  key(event) {
    if (this.list.hidden) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    const count = this.#offers.length;
    if (event.key in moves) this.#at = (this.#at + moves[event.key] + count) % count;
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) this.#pick(this.#offers[this.#at]);
    else return false;
    event.preventDefault();
    if (!this.list.hidden) this.#draw();
    return true;
  }

  #draw() {
    this.list.replaceChildren(...this.#offers.map((offer, index) => this.#row(offer, index)));
    this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.#at}`);
  }

  #row(offer, index) {
    const { user } = offer;
    const row = h(
      "div",
      {
        class: "suggest-item",
        role: "option",
        id: `${this.list.id}-${index}`,
        "aria-selected": String(index === this.#at),
      },
      user && avatar({ id: user.id, name: user.real_name, app: user.is_bot }, "avatar--small"),
      h("span", {}, text(offer.title)),
      h("span", { class: "muted" }, text(offer.note ?? "")),
    );
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.#pick(offer);
    });
    return row;
  }

  #pick(offer) {
    this.field.setRangeText(`${offer.insert} `, this.#word.from, this.field.selectionStart, "end");
    this.close();
    this.changed();
    this.field.focus();
  }
}
