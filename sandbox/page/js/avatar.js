import { h } from "./dom.js";

const TINTS = 6;

/** A square with initials; the same person always has the same tint. `who` is {id, name, app}. */
export function avatar({ id, name, app }, size = "") {
  const words = name.split(/\s+/).map((word) => [...word][0] ?? "");
  const initials = words.slice(0, 2).join("").toUpperCase();
  const tint = app ? "app" : [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % TINTS, 7);
  return h("span", { class: `avatar avatar--${tint} ${size}`, "aria-hidden": "true" }, initials);
}
