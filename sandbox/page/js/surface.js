// Where blocks are shown: a message or a view. It knows the fields on it and sends what people do there.

import { confirmObject, toast } from "./dialogs.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const NO_ACK = "did not confirm this click within 3 seconds. It may or may not have been noticed.";

/** `target` is {channel, ts} or {view_id}; `before` holds earlier `state.values` to keep across a redraw. */
export function createSurface({ names, api, target, before = {}, after = () => {} }) {
  const fields = new Map();
  const surface = {
    names,
    fields,
    before: (el, block) => before[block.block_id]?.[el.action_id],
    register(el, block, field, { optional = true } = {}) {
      fields.set(`${block.block_id}\n${el.action_id}`, { el, block, field, optional });
    },
    values: () => stateOf(fields),
    act: (el, block, extra, trigger) => act({ surface, api, target, after }, el, block, extra, trigger),
  };
  return surface;
}

function stateOf(fields) {
  const values = {};
  for (const { el, block, field } of fields.values()) (values[block.block_id] ??= {})[el.action_id] = field.read();
  return values;
}

async function act({ surface, api, target, after }, el, block, extra, trigger) {
  if (trigger.disabled) return;
  if (el.confirm && !(await confirmObject(el.confirm, surface.names))) return;
  warn(trigger, null);
  busy(trigger, true);
  try {
    const { type: _, ...answer } = extra;
    const body = {
      as: surface.names.me,
      ...target,
      block_id: block.block_id,
      action_id: el.action_id,
      ...answer,
      state: { values: surface.values() },
    };
    warn(trigger, warningOf(await api.act(body), surface.names));
  } catch (error) {
    const words = error.detail ?? String(error);
    if (trigger.isConnected) warn(trigger, words);
    else toast(words); // the message was drawn anew while the dialog was open
  } finally {
    busy(trigger, false);
    after();
  }
}

function warningOf(result, names) {
  if (result.delivered === false)
    return `${botName(names)} is not connected, so the click did not reach it. Restart it under “What happened”.`;
  return result.acked === false || result.warning ? `${botName(names)} ${NO_ACK}` : null;
}

export function botName(names) {
  return names.user(names.workspace.bot_user_id)?.real_name ?? "The app";
}

function busy(trigger, on) {
  const focused = document.activeElement === trigger || document.activeElement === document.body;
  trigger.disabled = on;
  trigger.classList.toggle("busy", on);
  trigger.toggleAttribute("aria-busy", on);
  if (!on && focused && trigger.isConnected) trigger.focus({ preventScroll: true });
}

/** A warning sign with words under the block of the control; null takes it away. */
function warn(trigger, message) {
  const block = trigger.closest(".block");
  block?.querySelector(":scope > .warning")?.remove();
  if (message) block?.append(h("p", { class: "warning", role: "alert" }, icon("warn"), h("span", {}, message)));
}
