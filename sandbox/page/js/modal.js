// The modal on top of the person's view stack (Slack docs: "Modals").

import { renderBlocks } from "./blocks.js";
import { toast } from "./dialogs.js";
import { freshId, h, text } from "./dom.js";
import { icon } from "./icons.js";
import { problem } from "./inputs.js";
import { plain } from "./mrkdwn.js";
import { botName, createSurface } from "./surface.js";

export function createModal({ store, api, reload }) {
  const dialog = h("dialog", { class: "dialog dialog--view", "data-testid": "modal" });
  document.body.append(dialog);
  let shown = null;

  async function close() {
    if (!shown) return;
    await api.closeView(shown.view.id, store.names.me).catch((error) => toast(error.detail));
    reload();
  }

  function draw() {
    const view = store.views.at(-1);
    if (!view) {
      shown = null;
      dialog.close();
      return;
    }
    if (shown?.view.id === view.id && shown.stamp === stampOf(view)) {
      if (!dialog.open) dialog.showModal();
      return;
    }
    const before = shown?.view.id === view.id ? shown.surface.values() : {};
    const focus = focusedField(dialog);
    const surface = createSurface({ names: store.names, api, target: { view_id: view.id }, before, after: reload });
    shown = { view, surface, stamp: stampOf(view) };
    dialog.replaceChildren(
      form({ view, surface, store, close, submit: (node) => submit({ view, surface, store, api, reload }, node) }),
    );
    if (!dialog.open) dialog.showModal();
    restoreFocus(dialog, focus);
  }

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener("close", () => {
    if (store.views.length && !dialog.open) close();
  });
  store.on("views", draw);
}

function stampOf(view) {
  return JSON.stringify([view.hash, view.title, view.blocks, view.submit, view.close]);
}

function form({ view, surface, store, close, submit }) {
  const titleId = freshId("title");
  const stacked = store.views.length > 1;
  const closeWord = view.close?.text ?? (stacked ? "Back" : "Close");
  const node = h(
    "form",
    { class: "view", novalidate: true, "aria-labelledby": titleId },
    h(
      "header",
      { class: "view-head" },
      stacked && h("button", { type: "button", class: "tool", "aria-label": "Back", onclick: close }, icon("back")),
      h("h2", { class: "dialog-title", id: titleId }, plain(view.title?.text ?? "")),
      h("button", { type: "button", class: "tool pane-close", "aria-label": "Close", onclick: close }, icon("close")),
    ),
    h("div", { class: "view-body" }, renderBlocks(view.blocks ?? [], surface)),
    h("p", { class: "view-error", role: "alert", "data-testid": "modal-error" }),
    h(
      "footer",
      { class: "view-foot" },
      h("span", { class: "private-note" }, icon("eye"), `Only visible to you · ${botName(store.names)}`),
      h("button", { type: "button", class: "btn", "data-testid": "modal-close", onclick: close }, plain(closeWord)),
      view.submit &&
        h(
          "button",
          { type: "submit", class: "btn btn--primary", "data-testid": "modal-submit" },
          plain(view.submit.text),
        ),
    ),
  );
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(node);
  });
  return node;
}

async function submit({ view, surface, store, api, reload }, node) {
  const button = node.querySelector("[data-testid=modal-submit]");
  if (!button || button.disabled) return;
  if (showErrors(node, surface, ownProblems(surface))) return;
  const words = button.textContent;
  button.disabled = true;
  button.textContent = "Sending…";
  showError(node, "");
  try {
    const answer = await api.submitView(view.id, store.names.me, surface.values());
    if (answer.warning)
      showError(node, `${botName(store.names)} did not answer within 3 seconds. It may or may not have been noticed.`);
    else if (!showErrors(node, surface, answer.errors ?? {})) reload();
  } catch (error) {
    showError(node, error.detail);
  } finally {
    button.disabled = false;
    button.textContent = words;
  }
}

function showError(node, message) {
  node.querySelector(".view-error").replaceChildren(text(message));
}

function ownProblems(surface) {
  const problems = {};
  for (const { el, block, field, optional } of surface.fields.values()) {
    const found = problem(el, field.read(), optional);
    if (found) problems[block.block_id] = found;
  }
  return problems;
}

/** Puts each message under its field and the focus into the first one; true when there are any. */
function showErrors(node, surface, errors) {
  for (const place of node.querySelectorAll("[data-error-for]")) {
    const message = errors[place.dataset.errorFor] ?? "";
    place.replaceChildren(text(message));
    place.closest(".field").classList.toggle("field--wrong", message !== "");
  }
  for (const { block, field } of surface.fields.values())
    field.node.toggleAttribute("aria-invalid", Boolean(errors[block.block_id]));
  const nowhere = Object.keys(errors).filter((id) => !node.querySelector(`[data-error-for="${CSS.escape(id)}"]`));
  showError(node, nowhere.map((id) => errors[id]).join(" "));
  const first = [...surface.fields.values()].find(({ block }) => errors[block.block_id]);
  first?.field.focus();
  return Object.keys(errors).length > 0;
}

function focusedField(dialog) {
  const focused = document.activeElement;
  if (!dialog.contains(focused) || !focused.dataset.actionId) return null;
  return { ...focused.dataset, start: focused.selectionStart };
}

function restoreFocus(dialog, focus) {
  const fields = [...dialog.querySelectorAll(".view-body [data-action-id]")];
  const same =
    focus && fields.find((el) => el.dataset.actionId === focus.actionId && el.dataset.blockId === focus.blockId);
  const target =
    same ??
    fields.find((el) => /^(input|textarea|select)$/i.test(el.tagName)) ??
    dialog.querySelector("[data-testid=modal-close]");
  target.focus();
  if (same && typeof focus.start === "number") same.setSelectionRange?.(focus.start, focus.start);
}
