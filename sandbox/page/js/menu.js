// A menu that opens at a button: overflow menus and the selects of messages.

import { h, text } from "./dom.js";

/** `items`: {label, description?, picked?, run}. Arrow keys, Home, End, Escape and letters work as in any menu. */
export function openMenu(anchor, items, label) {
  const entries = items.map((item) => entry(item));
  const menu = h(
    "div",
    { class: "menu", role: "menu", "aria-label": label, popover: "auto" },
    entries.map(({ node }) => node),
  );
  (anchor.closest("dialog") ?? document.body).append(menu);
  anchor.setAttribute("aria-expanded", "true");
  menu.addEventListener("keydown", (event) =>
    moveInMenu(
      event,
      entries.map(({ node }) => node),
    ),
  );
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    anchor.setAttribute("aria-expanded", "false");
    if (menu.contains(document.activeElement)) anchor.focus();
    menu.remove();
  });
  for (const { node, run } of entries) {
    node.addEventListener("click", () => {
      menu.hidePopover();
      run();
    });
  }
  menu.showPopover();
  place(menu, anchor);
  (entries.find(({ picked }) => picked) ?? entries[0])?.node.focus();
}

function entry({ label, description, picked, run, hook = {} }) {
  const checked = picked === undefined ? {} : { role: "menuitemradio", "aria-checked": String(picked) };
  const node = h(
    "button",
    { type: "button", class: "menu-item", role: "menuitem", tabindex: "-1", ...checked, ...hook },
    h("span", { class: "menu-label" }, label),
    description && h("span", { class: "menu-description" }, description),
  );
  return { node, run, picked };
}

function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + 4 + height <= innerHeight || at.top < height;
  menu.style.top = `${Math.max(8, below ? Math.min(at.bottom + 4, innerHeight - height - 8) : at.top - height - 4)}px`;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
}

function moveInMenu(event, nodes) {
  const at = nodes.indexOf(document.activeElement);
  const targets = {
    ArrowDown: (at + 1) % nodes.length,
    ArrowUp: (at - 1 + nodes.length) % nodes.length,
    Home: 0,
    End: nodes.length - 1,
  };
  const typed = event.key.length === 1 ? byLetter(nodes, at, event.key) : -1;
  const next = targets[event.key] ?? typed;
  if (next < 0) return;
  event.preventDefault();
  nodes[next].focus();
}

function byLetter(nodes, at, key) {
  const order = nodes.map((_, index) => (at + 1 + index) % nodes.length);
  return order.find((index) => nodes[index].textContent.trim().toLowerCase().startsWith(key.toLowerCase())) ?? -1;
}

/** A button that looks like a select and opens its options. */
export function menuButton({ label, shown, items, hook = {}, className = "btn btn--select" }) {
  const button = h(
    "button",
    {
      type: "button",
      class: className,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": label,
      ...hook,
    },
    shown ?? text(label),
  );
  button.addEventListener("click", () => openMenu(button, items(), label));
  return button;
}
