// Confirm dialogs. The browser's own <dialog> keeps the focus inside and the rest of the page inert.

import { freshId, h, text } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

/** Shows `text` objects or strings; answers true when the person went ahead. */
export function confirmDialog({ title, body, ok, cancel = "Cancel", danger = false }) {
  const titleId = freshId("confirm");
  const dialog = h(
    "dialog",
    { class: "dialog dialog--confirm", "aria-labelledby": titleId, "data-testid": "confirm" },
    h(
      "form",
      { method: "dialog" },
      h("h2", { class: "dialog-title", id: titleId }, title),
      h("div", { class: "dialog-body" }, body),
      h(
        "div",
        { class: "dialog-actions" },
        h("button", { class: "btn", value: "cancel", "data-testid": "confirm-cancel" }, cancel),
        h(
          "button",
          {
            class: `btn ${danger ? "btn--danger" : "btn--primary"}`,
            value: "ok",
            "data-testid": "confirm-ok",
            autofocus: true,
          },
          ok,
        ),
      ),
    ),
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "ok");
    });
    dialog.showModal();
  });
}

/** Asks what a Block Kit `confirm` object says (Slack docs: "Confirmation dialog object"). */
export function confirmObject(confirm, names) {
  const body = confirm.text?.type === "plain_text" ? plain(confirm.text.text) : mrkdwn(confirm.text?.text, names);
  return confirmDialog({
    title: plain(confirm.title?.text ?? "Are you sure?"),
    body: h("div", { class: "mrkdwn" }, body),
    ok: plain(confirm.confirm?.text ?? "Yes"),
    cancel: plain(confirm.deny?.text ?? "Cancel"),
    danger: confirm.style === "danger",
  });
}

/** A short message at the foot of the page that goes away by itself. */
export function toast(message) {
  const note = h("div", { class: "toast", role: "status" }, text(message));
  document.querySelector("#toasts").append(note);
  setTimeout(() => note.remove(), 4000);
}
