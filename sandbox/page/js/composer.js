// Where a message is written: Enter sends, Shift+Enter starts a new line, @ and # complete names, / uses a command.

import { ApiError } from "./api.js";
import { Completion } from "./completion.js";
import { h, text } from "./dom.js";
import { icon } from "./icons.js";

const TALLEST = 240;

/** `target()` is {channel, thread_ts?} at the time of sending; `status` is the line that says who is at work. */
export class Composer {
  #drafts = new Map();

  constructor({ store, api, hooks, target, status }) {
    Object.assign(this, { store, api, target });
    this.field = messageField(hooks.field);
    this.failed = h("div", { class: "composer-error", role: "alert" });
    this.button = sendButton(hooks.send);
    this.completion = new Completion(store, this.field, () => this.#changed());
    const box = h("div", { class: "composer-box" }, this.field, this.button);
    const foot = h("div", { class: "composer-foot" }, status, help());
    this.element = h("div", { class: "composer" }, this.completion.list, box, this.failed, foot);
    this.#listen();
  }

  focus() {
    this.field.focus();
  }

  /** Puts `words` in place of what was there, ready to send. */
  fill(words) {
    this.field.value = words;
    this.#changed();
    this.focus();
  }

  /** Shows the draft of the current target. */
  restore() {
    this.field.value = this.#drafts.get(this.#place()) ?? "";
    this.field.placeholder = placeholder(this.store, this.target());
    this.failed.replaceChildren();
    this.completion.close();
    this.#changed();
  }

  #listen() {
    this.field.addEventListener("input", () => {
      this.#changed();
      this.completion.look();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.isComposing || this.completion.key(event)) return;
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      this.#send();
    });
    this.button.addEventListener("click", () => {
      this.#send();
      this.focus();
    });
  }

  #place() {
    return JSON.stringify(this.target());
  }

  #changed() {
    this.button.disabled = this.field.value.trim() === "";
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
    this.#drafts.set(this.#place(), this.field.value);
  }

  async #deliver(words) {
    const me = { as: this.store.names.me, ...this.target() };
    const used = commandOf(words);
    if (!used) return this.api.send({ ...me, text: words });
    if (me.thread_ts) throw new ApiError(409, "in_thread", "Slash commands cannot be used in threads.");
    const { warning } = await this.api.command({ ...me, ...used });
    if (warning) throw new ApiError(504, "no_ack", warning);
  }

  async #send() {
    const words = this.field.value;
    if (!words.trim()) return;
    this.failed.replaceChildren();
    this.field.value = "";
    this.#changed();
    try {
      await this.#deliver(words);
    } catch (error) {
      if (this.field.value === "") this.field.value = words;
      this.#changed();
      this.failed.replaceChildren(text(`Not sent. ${error.detail}`));
    }
  }
}

/** "/name words" is a command, as in Slack; a space before it makes it text. */
function commandOf(words) {
  const [, command, rest] = /^(\/\S+)\s*([\s\S]*)$/.exec(words) ?? [];
  return command && { command, text: rest.trim() };
}

function messageField(testid) {
  return h("textarea", {
    class: "composer-field",
    rows: "1",
    "data-testid": testid,
    "aria-label": "Message",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
  });
}

function sendButton(testid) {
  const props = { "aria-label": "Send message", title: "Send (Enter)", disabled: true, "data-testid": testid };
  return h("button", { type: "button", class: "send", ...props }, icon("send"));
}

function help() {
  const keys = [h("kbd", {}, "Enter"), " sends, ", h("kbd", {}, "Shift+Enter"), " starts a new line"];
  return h("span", { class: "composer-help" }, keys);
}

function placeholder(store, { channel, thread_ts: thread }) {
  const known = store.names?.channel(channel);
  if (thread) return "Reply…";
  return known ? `Message ${known.name ? "#" : ""}${store.names.channelTitle(known)}` : "Message";
}
