// The interactive elements of sections and action rows. `surface` is where they are shown (surface.js).

import { answerOf, flatChoices, initialKeys, isChoice, labelText, takesMany } from "./choices.js";
import { h, link, safeHref } from "./dom.js";
import { icon } from "./icons.js";
import { control } from "./inputs.js";
import { menuButton } from "./menu.js";
import { mrkdwn, plain } from "./mrkdwn.js";

const BUILD = { button, overflow, image, feedback_buttons: feedback, icon_button: iconButton, workflow_button: button };

/** Any element of a section, context or actions block. */
export function element(el, block, surface) {
  if (BUILD[el.type]) return BUILD[el.type](el, block, surface);
  if (el.type === "mrkdwn") return h("span", { class: "mrkdwn" }, mrkdwn(el.text, surface.names));
  if (el.type === "plain_text") return h("span", {}, plain(el.text, el));
  if (isChoice(el.type) && !takesMany(el.type) && el.type !== "radio_buttons") return select(el, block, surface);
  return changing(el, block, surface) ?? h("span", { class: "unknown" }, "This element cannot be shown here");
}

/** The attributes by which tests and the focus keeper find the control of an action. */
export function hooks(el, block) {
  return { "data-action-id": el.action_id, "data-block-id": block.block_id };
}

function button(el, block, surface) {
  const style = { primary: " btn--primary", danger: " btn--danger" }[el.style] ?? "";
  const node = h(
    "button",
    { type: "button", class: `btn${style}`, "aria-label": el.accessibility_label, ...hooks(el, block) },
    plain(el.text?.text),
  );
  node.addEventListener("click", () => {
    if (el.url && safeHref(el.url)) window.open(safeHref(el.url), "_blank", "noopener,noreferrer");
    surface.act(el, block, {}, node);
  });
  return node;
}

function iconButton(el, block, surface) {
  if (el.visible_to_user_ids && !el.visible_to_user_ids.includes(surface.names.me)) return null;
  const node = h(
    "button",
    {
      type: "button",
      class: "btn btn--small btn--quiet",
      "aria-label": el.accessibility_label ?? el.text?.text,
      ...hooks(el, block),
    },
    plain(el.text?.text),
  );
  node.addEventListener("click", () => surface.act(el, block, {}, node));
  return node;
}

function feedback(el, block, surface) {
  const choice = (one, sign) => {
    const node = h(
      "button",
      {
        type: "button",
        class: "btn btn--small btn--quiet",
        "aria-label": one.accessibility_label ?? one.text?.text,
        title: one.text?.text,
        ...hooks(el, block),
      },
      sign,
    );
    node.addEventListener("click", () => surface.act(el, block, { value: one.value }, node));
    return node;
  };
  return h("span", { class: "feedback" }, choice(el.positive_button, "👍"), choice(el.negative_button, "👎"));
}

function overflow(el, block, surface) {
  const node = menuButton({
    label: el.accessibility_label ?? "More actions",
    shown: icon("more"),
    className: "btn btn--icon",
    hook: hooks(el, block),
    items: () =>
      (el.options ?? []).map((option) => ({
        label: plain(option.text?.text),
        description: option.description && plain(option.description.text),
        hook: { "data-option-value": option.value },
        run: () => {
          if (option.url && safeHref(option.url)) window.open(safeHref(option.url), "_blank", "noopener,noreferrer");
          surface.act(el, block, { selected_option: option }, node);
        },
      })),
  });
  return node;
}

function select(el, block, surface) {
  const choices = flatChoices(el, surface.names);
  let keys = initialKeys(el, surface.before(el, block));
  const placeholder = el.placeholder?.text ?? "Choose an option";
  const shownText = () => labelText(choices.find((choice) => choice.key === keys[0]) ?? { key: placeholder });
  const shown = h("span", {}, shownText());
  const node = menuButton({
    label: placeholder,
    shown: [shown, icon("down")],
    hook: hooks(el, block),
    items: () =>
      choices.map((choice) => ({
        label: labelText(choice),
        description: choice.description && plain(choice.description.text),
        picked: choice.key === keys[0],
        hook: { "data-option-value": choice.key },
        run: () => {
          keys = [choice.key];
          shown.textContent = shownText();
          surface.act(el, block, answerOf(el, keys, surface.names), node);
        },
      })),
  });
  surface.register(el, block, { node, focus: () => node.focus(), read: () => answerOf(el, keys, surface.names) });
  return node;
}

/** Radio buttons, checkboxes, pickers and fields that send an action whenever they change. */
function changing(el, block, surface) {
  const field = control(
    el,
    surface.names,
    { "aria-label": el.placeholder?.text ?? el.action_id, ...hooks(el, block) },
    surface.before(el, block),
  );
  if (!field) return null;
  surface.register(el, block, field);
  field.node.addEventListener("change", () => surface.act(el, block, field.read(), field.node));
  return field.node;
}

/** Pictures of other sites are not loaded: the page works offline and nobody outside learns who is reading. */
export function image(el) {
  const url = el.image_url ?? el.slack_file?.url ?? "";
  const own = url.startsWith("data:image/") || (safeHref(url)?.startsWith(`${location.origin}/`) ?? false);
  if (own) return h("img", { class: "image", src: url, alt: el.alt_text ?? "" });
  return h(
    "span",
    { class: "image image--absent" },
    h("span", { "aria-hidden": "true" }, "🖼 "),
    link(url, el.alt_text || "Image"),
  );
}
