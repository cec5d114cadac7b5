// The options of selects, radio buttons and checkboxes, whatever they list (Slack docs: "Option object").

import { plain } from "./mrkdwn.js";
import { isDirect } from "./names.js";

/** How each kind of select names its answer, in `state.values` and in the action it sends. */
const KINDS = {
  static_select: { one: "selected_option", initial: "initial_option" },
  external_select: { one: "selected_option", initial: "initial_option" },
  radio_buttons: { one: "selected_option", initial: "initial_option" },
  users_select: { one: "selected_user", initial: "initial_user" },
  conversations_select: { one: "selected_conversation", initial: "initial_conversation" },
  channels_select: { one: "selected_channel", initial: "initial_channel" },
  checkboxes: { many: "selected_options", initial: "initial_options" },
  multi_static_select: { many: "selected_options", initial: "initial_options" },
  multi_external_select: { many: "selected_options", initial: "initial_options" },
  multi_users_select: { many: "selected_users", initial: "initial_users" },
  multi_conversations_select: { many: "selected_conversations", initial: "initial_conversations" },
  multi_channels_select: { many: "selected_channels", initial: "initial_channels" },
};

export function isChoice(type) {
  return type in KINDS;
}

export function takesMany(type) {
  return "many" in (KINDS[type] ?? {});
}

/** The groups of an element: [{label, choices: [{key, text, description, answer}]}]; `answer` is what Slack sends. */
export function choiceGroups(el, names) {
  if (el.option_groups)
    return el.option_groups.map((group) => ({
      label: group.label?.text ?? "",
      choices: group.options.map(fromOption),
    }));
  if (el.type.includes("users"))
    return [
      { label: "", choices: names.workspace.users.map((user) => fromId(user.id, `${user.real_name} (@${user.name})`)) },
    ];
  if (/conversations|channels/.test(el.type)) {
    const joined = names.joined.filter((channel) => !isDirect(channel));
    return [{ label: "", choices: joined.map((channel) => fromId(channel.id, `#${channel.name}`)) }];
  }
  return [{ label: "", choices: (el.options ?? []).map(fromOption) }];
}

export function flatChoices(el, names) {
  return choiceGroups(el, names).flatMap((group) => group.choices);
}

function fromOption(option) {
  return { key: option.value, label: option.text, description: option.description, answer: option };
}

function fromId(id, label) {
  return { key: id, label: { type: "plain_text", text: label }, answer: id };
}

export function labelText(choice) {
  return plain(choice.label?.text ?? choice.key).textContent;
}

function keyOf(answer) {
  return typeof answer === "string" ? answer : answer?.value;
}

/** The keys that are chosen at first: what the person had chosen before a redraw, else the element's initial value. */
export function initialKeys(el, before) {
  const kind = KINDS[el.type];
  const start = before ? before[kind.one ?? kind.many] : el[kind.initial];
  return [start ?? []].flat().map(keyOf);
}

/** The element's part of `state.values` for the chosen keys. */
export function answerOf(el, keys, names) {
  const kind = KINDS[el.type];
  const chosen = flatChoices(el, names)
    .filter((choice) => keys.includes(choice.key))
    .map((choice) => choice.answer);
  return { type: el.type, ...(kind.many ? { [kind.many]: chosen } : { [kind.one]: chosen[0] ?? null }) };
}
