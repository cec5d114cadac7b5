// The `markdown` block: the usual Markdown of models (headings, lists, tables, code, quotes) to DOM nodes.
// Raw HTML is text. Slack's `<@U…>` sequences work here as well.

import { h, link, text } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { control, decode } from "./mrkdwn.js";
import { scan } from "./scan.js";

const FENCE = /^ {0,3}(```+|~~~+)\s*(\S*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.+?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const DIVIDER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const INLINE = [
  [/\\([\\`*_{}[\]()#+.!|~>-])/y, (m) => text(m[1])],
  [/(`+)([\s\S]+?)\1(?!`)/y, (m) => h("code", { class: "code" }, text(decode(m[2])))],
  [/!\[([^\]]*)\]\(([^()\s]+)[^)]*\)/y, (m) => link(decode(m[2]), text(`Image: ${decode(m[1]) || "no description"}`))],
  [/\[([^\]]+)\]\(([^()\s]+)[^)]*\)/y, (m, names) => link(decode(m[2]), inline(m[1], names))],
  [/<((?:[@#!]|https?:|mailto:)[^<>\n]+)>/iy, (m, names) => control(m[1], names)],
  [/(\*\*|__)(?=\S)([\s\S]*?\S)\1/y, (m, names) => h("strong", {}, inline(m[2], names))],
  [/~~(?=\S)([\s\S]*?\S)~~/y, (m, names) => h("s", {}, inline(m[1], names))],
  [/\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)/y, (m, names) => h("em", {}, inline(m[1], names))],
  [/(?<![\p{L}\p{N}])_(?=[^\s_])([\s\S]*?[^\s_])_(?![\p{L}\p{N}])/uy, (m, names) => h("em", {}, inline(m[1], names))],
  [/:([a-z0-9_+'-]+):/iy, (m) => (emojiFor(m[1]) ? text(emojiFor(m[1])) : null)],
];

/** Renders a whole markdown text. */
export function markdown(value, names) {
  return h("div", { class: "markdown" }, blocks((value ?? "").replace(/\r\n?/g, "\n").split("\n"), names));
}

function blocks(lines, names) {
  const out = [];
  let at = 0;
  while (at < lines.length) {
    const [node, next] = blockAt(lines, at, names);
    if (node) out.push(node);
    at = next;
  }
  return out;
}

function blockAt(lines, at, names) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  if (FENCE.test(line)) return fence(lines, at);
  const heading = HEADING.exec(line);
  if (heading)
    return [
      h(
        `h${Math.min(heading[1].length + 2, 6)}`,
        { class: `md-h md-h${heading[1].length}` },
        inline(heading[2], names),
      ),
      at + 1,
    ];
  if (RULE.test(line)) return [h("hr", { class: "divider" }), at + 1];
  if (ITEM.test(line)) return list(lines, at, names);
  if (/^\s*(>|&gt;)/.test(line)) return quote(lines, at, names);
  if (line.includes("|") && DIVIDER.test(lines[at + 1] ?? "")) return table(lines, at, names);
  return paragraph(lines, at, names);
}

function until(lines, at, stop) {
  let end = at;
  while (end < lines.length && !stop(lines[end], end)) end += 1;
  return end;
}

function fence(lines, at) {
  const mark = FENCE.exec(lines[at])[1];
  const end = until(lines, at + 1, (line) => line.trim().startsWith(mark));
  return [h("pre", { class: "pre" }, text(decode(lines.slice(at + 1, end).join("\n")))), end + 1];
}

function quote(lines, at, names) {
  const end = until(lines, at, (line) => !/^\s*(>|&gt;)/.test(line));
  const inner = lines.slice(at, end).map((line) => line.replace(/^\s*(>|&gt;) ?/, ""));
  return [h("blockquote", { class: "quote" }, blocks(inner, names)), end];
}

function list(lines, at, names) {
  const [, indent, marker] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(marker);
  const items = [];
  let line = at;
  while (line < lines.length) {
    const item = ITEM.exec(lines[line]);
    if (!item || item[1].length !== indent.length || /\d/.test(item[2]) !== ordered) break;
    const end = until(lines, line + 1, (next) => next.trim() !== "" && leading(next) <= indent.length);
    items.push(listItem(item[3], lines.slice(line + 1, end), names));
    line = end;
  }
  const start = ordered && parseInt(marker, 10) !== 1 ? parseInt(marker, 10) : null;
  return [h(ordered ? "ol" : "ul", { class: "list", start }, items), line];
}

function leading(line) {
  return line.length - line.trimStart().length;
}

function listItem(first, nested, names) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(first);
  const done = task && task[1] !== " ";
  const label = task
    ? [h("span", { class: "task", role: "img", "aria-label": done ? "done" : "to do" }, done ? "☑" : "☐"), " "]
    : [];
  const margin = Math.min(...nested.filter((line) => line.trim()).map(leading), 8);
  const inner = nested.map((line) => line.slice(Number.isFinite(margin) ? margin : 0));
  return h("li", {}, label, inline(task ? task[2] : first, names), blocks(inner, names));
}

function table(lines, at, names) {
  const aligns = cells(lines[at + 1]).map((cell) =>
    cell.endsWith(":") ? (cell.startsWith(":") ? "center" : "right") : "left",
  );
  const end = until(lines, at + 2, (line) => !line.includes("|") || !line.trim());
  const row = (line, tag) =>
    h(
      "tr",
      {},
      aligns.map((align, index) => h(tag, { class: `align-${align}` }, inline(cells(line)[index] ?? "", names))),
    );
  const body = lines.slice(at + 2, end).map((line) => row(line, "td"));
  return [
    h(
      "div",
      { class: "table-box", tabindex: "0", role: "region", "aria-label": "Table" },
      h("table", { class: "table" }, h("thead", {}, row(lines[at], "th")), h("tbody", {}, body)),
    ),
    end,
  ];
}

function cells(line) {
  return line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function paragraph(lines, at, names) {
  const starts = (line, index) =>
    index > at &&
    (!line.trim() ||
      FENCE.test(line) ||
      HEADING.test(line) ||
      ITEM.test(line) ||
      RULE.test(line) ||
      /^\s*(>|&gt;)/.test(line));
  const end = until(lines, at, starts);
  return [h("p", {}, inline(lines.slice(at, end).join("\n"), names)), end];
}

function inline(value, names) {
  const starts = (at) => "\\`![<*_~:".includes(value[at]);
  return scan(
    value,
    (at) => (starts(at) ? tokenAt(value, at, names) : null),
    (part) => text(decode(part)),
  );
}

function tokenAt(value, at, names) {
  for (const [pattern, build] of INLINE) {
    pattern.lastIndex = at;
    const found = pattern.exec(value);
    const node = found && build(found, names);
    if (node) return { node, length: found[0].length };
  }
  return null;
}
