// Lists of messages: walking them by keyboard, and showing the one that the address names.

import { h } from "./dom.js";

/** The box that holds messages. New ones are announced elsewhere, in one sentence (main.js). */
export function messageList(label, testid) {
  const props = { class: "messages", role: "log", "aria-live": "off", "aria-label": label, tabindex: "0" };
  const list = h("div", { ...props, "data-testid": testid });
  list.addEventListener("keydown", (event) => walk(list, event));
  return list;
}

/** Up and Down go from message to message while the list has the focus. */
function walk(list, event) {
  const steps = { ArrowUp: -1, ArrowDown: 1 };
  const here = document.activeElement;
  if (!(event.key in steps) || !(here === list || here.classList.contains("message"))) return;
  const all = [...list.querySelectorAll(".message")];
  const next = here === list ? all.at(-1) : all[all.indexOf(here) + steps[event.key]];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Shows and marks the message that the address names, once per visit. */
export function focusMessage(list, keeper, ts) {
  if (!ts || list.dataset.shown === ts) return;
  const node = list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  if (!node) return;
  list.dataset.shown = ts;
  keeper.show(node);
  node.classList.add("message--named");
  node.focus({ preventScroll: true });
}
