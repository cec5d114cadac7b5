import { h } from "./dom.js";

/** Grey shapes in the place of messages that are on their way. */
export function skeleton(rows = 4) {
  return Array.from({ length: rows }, (_, index) =>
    h(
      "div",
      { class: "skeleton", "aria-hidden": "true" },
      h("span", { class: "skeleton-avatar" }),
      h(
        "span",
        { class: "skeleton-lines" },
        h("span", { class: "skeleton-line short" }),
        h("span", { class: `skeleton-line w${index % 3}` }),
      ),
    ),
  );
}
