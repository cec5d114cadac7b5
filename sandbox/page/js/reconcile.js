// Redraws only what changed in a list, so that focus, selection and open menus elsewhere survive.

import { holdHeight } from "./scroll.js";

const drawn = new WeakMap();

/** `items`: {key, signature, render(previous) → node}. A node is replaced only when its signature differs. */
export function reconcile(parent, items) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  items.forEach((item, index) => {
    const node = current(known.get(item.key), item);
    known.delete(item.key);
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  for (const stale of known.values()) stale.remove();
}

function current(previous, { key, signature, render }) {
  if (previous && drawn.get(previous) === signature) return previous;
  const node = render(previous);
  node.dataset.key = key;
  drawn.set(node, signature);
  if (previous && node !== previous) replace(previous, node);
  return node;
}

function replace(previous, node) {
  const height = previous.matches(":hover") ? previous.getBoundingClientRect().height : 0;
  const focus = focusedHook(previous);
  previous.replaceWith(node);
  if (height) holdHeight(node, height);
  focus?.(node);
}

function focusedHook(previous) {
  const focused = document.activeElement;
  if (!previous.contains(focused)) return null;
  const { actionId, blockId } = focused.dataset;
  return (node) => {
    const same = [...node.querySelectorAll("[data-action-id]")].find(
      (el) => el.dataset.actionId === actionId && el.dataset.blockId === blockId,
    );
    (same ?? node).focus({ preventScroll: true });
  };
}
