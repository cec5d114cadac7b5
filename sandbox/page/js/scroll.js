// Live updates never move what is under the pointer; a reader at the end stays at the end.

import { h } from "./dom.js";

const NEAR = 48;

/** Watches one scrolling box. `change(mutate, fresh)` redraws inside it and keeps the reader's place. */
export function createScrollKeeper(box, label = "New messages ↓") {
  let pinned = true;
  let top = 0;
  const jump = h("button", { type: "button", class: "jump", hidden: true }, label);
  const end = () => {
    box.scrollTop = box.scrollHeight;
  };
  jump.addEventListener("click", end);
  box.addEventListener("scroll", () => {
    // Content that shrinks or grows also scrolls the box; only a move upwards by the reader lets go of the end.
    if (atEnd(box)) pinned = true;
    else if (box.scrollTop < top) pinned = false;
    top = box.scrollTop;
    if (pinned) jump.hidden = true;
  });
  new ResizeObserver(() => {
    if (pinned) end();
  }).observe(box);
  return {
    jump,
    end() {
      pinned = true;
      end();
    },
    show(node) {
      pinned = false;
      node.scrollIntoView({ block: "center" });
    },
    change(mutate, fresh) {
      const stay = anchorOf(box);
      const held = box.matches(":hover") && stay?.pointed;
      mutate();
      if (pinned && !held) end();
      else if (stay) restore(box, stay);
      jump.hidden = !fresh || (pinned && atEnd(box));
    },
  };
}

function atEnd(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
}

/** The message under the pointer, else the first one in sight, with its place on the screen. */
function anchorOf(box) {
  const pointed = box.querySelector("[data-key]:hover");
  const edge = box.getBoundingClientRect().top;
  const node =
    pointed ?? [...box.querySelectorAll("[data-key]")].find((item) => item.getBoundingClientRect().bottom > edge);
  return (
    node && {
      key: node.dataset.key,
      top: node.getBoundingClientRect().top,
      pointed: Boolean(pointed?.querySelector("button:hover, a:hover, input:hover, select:hover")),
    }
  );
}

function restore(box, { key, top }) {
  const node = [...box.querySelectorAll("[data-key]")].find((item) => item.dataset.key === key);
  if (node) box.scrollTop += node.getBoundingClientRect().top - top;
}

/** A redrawn item keeps its height until the pointer leaves it, so that nothing slides under it before a click. */
export function holdHeight(node, height) {
  node.style.minHeight = `${height}px`;
  node.addEventListener(
    "pointerleave",
    () => {
      node.style.minHeight = "";
    },
    { once: true },
  );
}
