// Builds the page. Strings become text nodes; nothing that comes from a message is ever parsed as HTML.

const HIDDEN_MARKS = /[\u202A-\u202E\u2066-\u2069]/;
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/g;

/** An element with attributes, `on…` listeners and children (strings are text; null and false are left out). */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(el, name, value);
  el.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return el;
}

function setProp(el, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
  else if (name === "value") el.value = value;
  else el.setAttribute(name, value === true ? "" : String(value));
}

/** Text nodes for `text`. Marks that turn the reading direction around are shown as their code, not obeyed. */
export function text(value) {
  const out = document.createDocumentFragment();
  for (const part of String(value)
    .replace(CONTROLS, "")
    .split(/([\u202A-\u202E\u2066-\u2069])/)) {
    if (part === "") continue;
    out.append(HIDDEN_MARKS.test(part) ? markChip(part) : part);
  }
  return out;
}

function markChip(mark) {
  const code = `U+${mark.codePointAt(0).toString(16).toUpperCase()}`;
  return h("span", { class: "mark", title: "Invisible character that changes the reading direction" }, code);
}

/** The address if a person may follow it from a message, else null. */
export function safeHref(url) {
  try {
    const parsed = new URL(url, "invalid://");
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** A link that opens elsewhere and shows its true target on hover; plain text when the address is not allowed. */
export function link(url, ...label) {
  const href = safeHref(url);
  const content = label.length ? label : [text(url)];
  if (href === null) return h("span", {}, content);
  return h("a", { href, title: href, target: "_blank", rel: "noopener noreferrer" }, content);
}

let counter = 0;

/** A fresh id to tie labels and errors to their controls. */
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Copies to the clipboard and says so on the button for a moment. */
export function copyButton(getText, { label = "Copy", ...props } = {}) {
  const button = h("button", { type: "button", class: "btn btn--small", ...props }, label);
  button.addEventListener("click", async () => {
    button.textContent = (await copyText(getText())) ? "Copied" : "Could not copy";
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  });
  return button;
}

/** True when the clipboard took the text (it needs a permission in some browsers). */
export async function copyText(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}
