// Slack's mrkdwn to DOM nodes (Slack docs: "Formatting text for app surfaces"). Only `<…>` sequences that arrive
// unescaped are live; `&lt;…&gt;` is text. `names` answers who and what an id stands for (names.js).

import { exact, fromTs, slackDate } from "./dates.js";
import { h, link, safeHref, text } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { scan } from "./scan.js";

const CONTROL = /<([@#!][^<>\n]+|[a-z][a-z0-9+.-]*:[^<>\n]+)>/iy;
const CODE = /`([^`\n]+)`/y;
const EMOJI = /:([a-z0-9_+'-]+):(?::skin-tone-\d:)?/iy;
const PRE = /```\n?([\s\S]+?)\n?```/;
const STYLES = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

export function decode(value) {
  return value.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** A plain_text object's text: entities and shortcodes are resolved, nothing else. */
export function plain(value, { emoji = true } = {}) {
  const decoded = decode(value ?? "");
  return text(emoji ? decoded.replace(/:([a-z0-9_+'-]+):/gi, (whole, name) => emojiFor(name) ?? whole) : decoded);
}

/** A whole mrkdwn text: code fences, quotes, lines. */
export function mrkdwn(value, names) {
  const out = document.createDocumentFragment();
  let rest = value ?? "";
  for (let found = PRE.exec(rest); found; found = PRE.exec(rest)) {
    out.append(quotes(rest.slice(0, found.index).replace(/\n$/, ""), names));
    out.append(h("pre", { class: "pre" }, literal(found[1], names)));
    rest = rest.slice(found.index + found[0].length).replace(/^\n/, "");
  }
  out.append(quotes(rest, names));
  return out;
}

function quotes(value, names) {
  const out = document.createDocumentFragment();
  const runs = quoteRuns(value);
  for (const run of runs) {
    const content = inline(run.lines.join("\n"), names);
    out.append(run.quoted ? h("blockquote", { class: "quote" }, content) : content);
  }
  return out;
}

function quoteRuns(value) {
  const runs = [];
  let toTheEnd = false;
  for (const line of value === "" ? [] : value.split("\n")) {
    const [, all, one, content] = /^(?:((?:&gt;|>){3})|(&gt;|>))?([\s\S]*)$/.exec(line);
    const quoted = toTheEnd || Boolean(all || one);
    const shown = toTheEnd ? line : quoted ? content.replace(/^ /, "") : line;
    toTheEnd ||= Boolean(all);
    if (runs.at(-1)?.quoted === quoted) runs.at(-1).lines.push(shown);
    else runs.push({ quoted, lines: [shown] });
  }
  return runs;
}

/** Text in code: no styles and no emoji, but Slack's own sequences stay what they are. */
function literal(value, names) {
  const out = document.createDocumentFragment();
  for (const part of value.split(/(<(?:[@#!][^<>\n]+|[a-z][a-z0-9+.-]*:[^<>\n]+)>)/i)) {
    const body = /^<(.+)>$/s.exec(part)?.[1];
    out.append((body && control(body, names)) || text(decode(part)));
  }
  return out;
}

/** Styles, code, emoji and sequences within lines. `taken` are the styles already open around it. */
function inline(value, names, taken = "") {
  const hopeless = {};
  const tokenAt = (at) => sequenceAt(value, at, names) ?? styledAt(value, at, names, taken, hopeless);
  return scan(value, tokenAt, (part) => lines(decode(part)));
}

function lines(value) {
  const out = document.createDocumentFragment();
  value.split("\n").forEach((line, index) => out.append(...(index ? [h("br")] : []), text(line)));
  return out;
}

function match(pattern, value, at) {
  pattern.lastIndex = at;
  return pattern.exec(value);
}

function sequenceAt(value, at, names) {
  if (!"<`:".includes(value[at])) return null;
  const code = match(CODE, value, at);
  if (code) return { node: h("code", { class: "code" }, literal(code[1], names)), length: code[0].length };
  const emoji = match(EMOJI, value, at);
  const character = emoji && emojiFor(emoji[1].toLowerCase());
  if (character) return { node: h("span", { class: "emoji", title: emoji[0] }, character), length: emoji[0].length };
  const found = match(CONTROL, value, at);
  const node = found && control(found[1], names);
  return node ? { node, length: found[0].length } : null;
}

function styledAt(value, at, names, taken, hopeless) {
  const mark = value[at];
  const tag = STYLES[mark];
  if (!tag || taken.includes(mark) || at < (hopeless[mark] ?? 0)) return null;
  if (WORD.test(value[at - 1] ?? "") || /[\s]/.test(value[at + 1] ?? " ")) return null;
  const end = closing(value, at, mark);
  if (end.index < 0) {
    hopeless[mark] = end.stop; // no closing mark on this line: later openings need not look again
    return null;
  }
  const inner = inline(value.slice(at + 1, end.index), names, taken + mark);
  return { node: h(tag, {}, inner), length: end.index - at + 1 };
}

function closing(value, open, mark) {
  let at = open + 1;
  for (; at < value.length && value[at] !== "\n"; at += 1) {
    const skipped = match(CODE, value, at) ?? match(CONTROL, value, at);
    if (skipped) at += skipped[0].length - 1;
    else if (value[at] === mark && at > open + 1 && !/\s/.test(value[at - 1]) && !WORD.test(value[at + 1] ?? ""))
      return { index: at, stop: at };
  }
  return { index: -1, stop: at };
}

/** The node for what stands between `<` and `>`, or null when it is not one of Slack's sequences. */
export function control(body, names) {
  const [target, label] = splitOnce(body, "|");
  if (target.startsWith("@")) return person(target.slice(1), label, names);
  if (target.startsWith("#")) return channel(target.slice(1), label, names);
  if (target.startsWith("!subteam^")) return group(target.slice(9), label, names);
  if (target.startsWith("!date^")) return date(target.slice(6), label);
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!")) return label ? text(decode(label)) : null;
  return web(target, label, names);
}

function splitOnce(value, mark) {
  const at = value.indexOf(mark);
  return at < 0 ? [value, ""] : [value.slice(0, at), value.slice(at + 1)];
}

export function person(id, label, names) {
  const user = names.user(id);
  const mine = id === names.me ? " mention--me" : "";
  return h(
    "span",
    { class: `mention${mine}`, "data-user": id, title: user?.real_name ?? id },
    text(`@${user?.real_name ?? (decode(label) || id)}`),
  );
}

export function channel(id, label, names) {
  const known = names.channel(id);
  if (!known) return h("span", { class: "mention", title: id }, text(label ? `#${decode(label)}` : "#private-channel"));
  return h("a", { class: "mention", href: `#/c/${id}`, "data-channel": id }, text(`#${known.name}`));
}

export function group(id, label, names) {
  const known = names.group(id);
  const handle = known ? `@${known.handle}` : decode(label) || `@${id}`;
  const mine = known?.users.includes(names.me) ? " mention--me" : "";
  return h(
    "span",
    { class: `mention${mine}`, "data-group": id, title: known ? `User group ${handle}` : id },
    text(handle),
  );
}

export function broadcast(range) {
  const told = range === "here" ? "Everyone who is active here was notified" : "Everyone here was notified";
  return h("span", { class: "mention mention--broadcast", "data-broadcast": range, title: told }, `@${range}`);
}

function date(spec, fallback) {
  const [seconds, format = "", url] = spec.split("^");
  if (!/^\d+$/.test(seconds)) return text(decode(fallback));
  return moment(seconds, decode(format), url && decode(url));
}

/** A moment as the viewer's clock shows it; the exact time is in the title. */
export function moment(seconds, format, url) {
  const at = fromTs(seconds);
  const node = h("time", { datetime: at.toISOString(), title: exact(at) }, text(slackDate(seconds, format)));
  return url ? link(url, node) : node;
}

function web(target, label, names) {
  const url = decode(target);
  if (safeHref(url) === null) return null;
  const shown = label ? inline(label, names, "*_~") : text(url.replace(/^mailto:/, ""));
  return linkTo(url, shown, names);
}

/** A link that leaves the page, or leads to the place in it that a message link points at. */
export function linkTo(url, shown, names) {
  const place = names.permalink?.(url);
  return place ? h("a", { href: place, title: url }, shown) : link(url, shown);
}
