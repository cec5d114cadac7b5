// The controls of input blocks. Each returns {node, read, focus}: `read` is the element's part of `state.values`.

import { answerOf, choiceGroups, flatChoices, initialKeys, isChoice, labelText, takesMany } from "./choices.js";
import { freshId, h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

const TYPED = {
  plain_text_input: { key: "value", initial: "initial_value", kind: "text" },
  email_text_input: { key: "value", initial: "initial_value", kind: "email" },
  url_text_input: { key: "value", initial: "initial_value", kind: "url" },
  number_input: { key: "value", initial: "initial_value", kind: "number" },
  datepicker: { key: "selected_date", initial: "initial_date", kind: "date" },
  timepicker: { key: "selected_time", initial: "initial_time", kind: "time" },
};

/** A control for `el`, or null when this page does not know it. `before` is its earlier part of `state.values`. */
export function control(el, names, hook, before) {
  if (TYPED[el.type]) return typed(el, hook, before);
  if (!isChoice(el.type)) return null;
  if (takesMany(el.type)) return choiceList(el, names, hook, before, "checkbox");
  return el.type === "radio_buttons" ? choiceList(el, names, hook, before, "radio") : select(el, names, hook, before);
}

function typed(el, hook, before) {
  const { key, initial, kind } = TYPED[el.type];
  const value = (before ? before[key] : el[initial]) ?? "";
  const props = { class: "field-input", placeholder: el.placeholder?.text, value, ...hook };
  const node = el.multiline
    ? h("textarea", { rows: "4", ...props })
    : h("input", { type: kind, autocomplete: "off", step: el.is_decimal_allowed ? "any" : null, ...props });
  return {
    node,
    focus: () => node.focus(),
    counted: node,
    read: () => ({ type: el.type, [key]: node.value === "" ? null : node.value }),
  };
}

function select(el, names, hook, before) {
  const [picked] = initialKeys(el, before);
  const option = (choice) => h("option", { value: choice.key, selected: choice.key === picked }, labelText(choice));
  const groups = choiceGroups(el, names).map((group) =>
    group.label ? h("optgroup", { label: group.label }, group.choices.map(option)) : group.choices.map(option),
  );
  const node = h(
    "select",
    { class: "field-input", ...hook },
    h("option", { value: "", selected: picked === undefined }, el.placeholder?.text ?? "Choose an option"),
    groups,
  );
  return { node, focus: () => node.focus(), read: () => answerOf(el, [node.value], names) };
}

function choiceList(el, names, hook, before, kind) {
  const picked = initialKeys(el, before);
  const group = freshId(kind);
  const boxes = flatChoices(el, names).map((choice) => {
    const input = h("input", { type: kind, name: group, value: choice.key, checked: picked.includes(choice.key) });
    return {
      input,
      row: h(
        "label",
        { class: "choice" },
        input,
        h(
          "span",
          {},
          rich(choice.label, names),
          choice.description && h("span", { class: "choice-description" }, rich(choice.description, names)),
        ),
      ),
    };
  });
  const node = h(
    "div",
    { class: "choices", role: kind === "radio" ? "radiogroup" : "group", ...hook },
    boxes.map(({ row }) => row),
  );
  const keys = () => boxes.filter(({ input }) => input.checked).map(({ input }) => input.value);
  return { node, focus: () => boxes[0]?.input.focus(), read: () => answerOf(el, keys(), names) };
}

function rich(object, names) {
  return object?.type === "mrkdwn" ? mrkdwn(object.text, names) : plain(object?.text);
}

/** What is wrong with the answer before it is sent, in words for the person; null when nothing is. */
export function problem(el, answer, optional) {
  const value = Object.entries(answer).find(([key]) => key !== "type")?.[1];
  const empty = value === null || value === undefined || value.length === 0;
  if (empty) return optional ? null : isChoice(el.type) ? "Choose an option." : "Please fill this in.";
  if (typeof value !== "string" || isChoice(el.type)) return null;
  if (el.min_length && value.length < el.min_length)
    return `Write at least ${el.min_length} characters (now ${value.length}).`;
  if (el.max_length && value.length > el.max_length)
    return `Write at most ${el.max_length} characters (now ${value.length}).`;
  return null;
}

/** "12/300" beside a field that has a limit. */
export function counter(el, field) {
  const node = h("span", { class: "field-counter", "aria-hidden": "true" });
  const show = () => {
    node.textContent = `${field.value.length}/${el.max_length}`;
    node.classList.toggle("field-counter--over", field.value.length > el.max_length);
  };
  field.addEventListener("input", show);
  show();
  return node;
}
