// rich_text blocks (Slack docs: "Rich text block").

import { h, text } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { broadcast, channel, group, linkTo, moment, person } from "./mrkdwn.js";

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
const PARTS = { rich_text_section: section, rich_text_list: list, rich_text_preformatted: pre, rich_text_quote: quote };
const LEAVES = {
  text: (el) => text(el.text),
  link: (el, names) => linkTo(el.url, text(el.text || el.url), names),
  emoji: (el) => text(emojiFor(el.name) ?? drawn(el.unicode) ?? `:${el.name}:`),
  user: (el, names) => person(el.user_id, "", names),
  channel: (el, names) => channel(el.channel_id, "", names),
  usergroup: (el, names) => group(el.usergroup_id, "", names),
  broadcast: (el) => broadcast(el.range),
  date: (el) => moment(el.timestamp, el.format ?? "{date_short_pretty} {time}", el.url),
  color: (el) => h("code", { class: "code" }, text(el.value)),
};

export function richText(block, names) {
  return h(
    "div",
    { class: "rich" },
    (block.elements ?? []).map((part) => (PARTS[part.type] ?? unknown)(part, names)),
  );
}

/** "1f44d-1f3fd" as Slack writes an emoji's code points. */
function drawn(unicode) {
  return /^[0-9a-f]+(-[0-9a-f]+)*$/i.test(unicode ?? "")
    ? String.fromCodePoint(...unicode.split("-").map((code) => parseInt(code, 16)))
    : null;
}

function leaves(elements, names) {
  return (elements ?? []).map((el) => {
    const build = LEAVES[el.type];
    return build ? styled(build(el, names), el.style) : unknown();
  });
}

function styled(node, style) {
  return Object.entries(style ?? {}).reduce((inner, [name, on]) => {
    if (!on || !TAGS[name]) return inner;
    return h(TAGS[name], { class: name === "code" ? "code" : null }, inner);
  }, node);
}

function section(part, names) {
  return h("div", { class: "rich-section" }, leaves(part.elements, names));
}

function list(part, names) {
  const start = part.offset ? part.offset + 1 : null;
  const props = { class: `list list--indent${Math.min(part.indent ?? 0, 6)}`, start };
  return h(
    part.style === "ordered" ? "ol" : "ul",
    props,
    (part.elements ?? []).map((item) => h("li", {}, leaves(item.elements, names))),
  );
}

function pre(part, names) {
  return h("pre", { class: "pre" }, leaves(part.elements, names));
}

function quote(part, names) {
  return h("blockquote", { class: "quote" }, leaves(part.elements, names));
}

function unknown() {
  return h("span", { class: "unknown" }, "This part cannot be shown here");
}
